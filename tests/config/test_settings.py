"""A wrong environment stops the start with a message that names every bad variable."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def start(tmp_path, **variables):
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": str(tmp_path),
        **variables,
    }
    code = "from django.conf import settings; print(settings.DATABASES['default']['ENGINE'])"
    return subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )


GOOD = {"SECRET_KEY": "k" * 60, "ALLOWED_HOSTS": "hoithi.vidu.vn"}


def test_production_starts_with_a_key_and_hosts(tmp_path):
    answer = start(tmp_path, **GOOD)

    assert answer.stdout.strip() == "django.db.backends.sqlite3", answer.stderr


def test_database_url_alone_switches_to_postgresql(tmp_path):
    answer = start(tmp_path, **GOOD, DATABASE_URL="postgres://u:p@localhost/db")

    assert answer.stdout.strip() == "django.db.backends.postgresql", answer.stderr


@pytest.mark.parametrize(
    "variables",
    [
        {"SECRET_KEY": ""},
        {"ALLOWED_HOSTS": ""},
        {"DEBUG": "có"},
        {"REDIS_URL": "localhost:6379"},
        {"SUBMIT_GRACE_SECONDS": "600"},
        {"EXPIRY_IN_ASGI": "thỉnh thoảng"},
        {"DATABASE_KEEP_CONNECTIONS": "có lẽ"},
        {"PUBLIC_URL": "hoithi.vidu.vn/"},
        {"PROXY_HOPS": "nhiều"},
        {"LOG_LEVEL": "LOUD"},
        {"DATABASE_URL": "mysterydb://x"},
    ],
)
def test_a_bad_variable_is_refused_by_name(tmp_path, variables):
    answer = start(tmp_path, **{**GOOD, **variables})

    assert answer.returncode != 0
    assert next(iter(variables)) in answer.stderr


def test_all_bad_variables_are_named_at_once(tmp_path):
    answer = start(tmp_path, PROXY_HOPS="nhiều", LOG_LEVEL="LOUD")

    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "PROXY_HOPS", "LOG_LEVEL"):
        assert name in answer.stderr


def test_env_example_lists_every_setting():
    settings = (ROOT / "config" / "settings.py").read_text()
    example = (ROOT / ".env.example").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    listed = set(re.findall(r"^#?\s*([A-Z_]+)=", example, flags=re.MULTILINE))

    assert read - listed == set()
