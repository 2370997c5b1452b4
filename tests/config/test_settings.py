"""A wrong environment stops the start with a message that names every bad variable."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def start(tmp_path, shown="DATABASES['default']['ENGINE']", **variables):
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": str(tmp_path),
        **variables,
    }
    code = f"from django.conf import settings; print(settings.{shown})"
    return subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )


KEY = "kZ3" * 14 + "k"
GOOD = {
    "SECRET_KEY": "k" * 60,
    "PERSONAL_DATA_KEYS": KEY,
    "BLIND_INDEX_KEY": KEY[::-1],
    "ALLOWED_HOSTS": "hoithi.vidu.vn",
}


def test_production_starts_with_a_key_and_hosts(tmp_path):
    answer = start(tmp_path, **GOOD)

    assert answer.stdout.strip() == "django.db.backends.sqlite3", answer.stderr


def test_database_url_alone_switches_to_postgresql(tmp_path):
    answer = start(tmp_path, **GOOD, DATABASE_URL="postgres://u:p@localhost/db")

    assert answer.stdout.strip() == "django.db.backends.postgresql", answer.stderr


def test_installations_on_one_redis_server_do_not_hear_each_other(tmp_path):
    """It publishes across its databases, and each site counts versions of its own."""
    shown = "CHANNEL_LAYERS['default']['CONFIG']['prefix']"

    first, second = (
        start(tmp_path, shown, **GOOD, REDIS_URL=f"redis://localhost:6379/{number}").stdout
        for number in (0, 1)
    )

    assert len({first, second} - {""}) == 2


@pytest.mark.parametrize(
    "variables",
    [
        {"SECRET_KEY": ""},
        {"PERSONAL_DATA_KEYS": ""},
        {"PERSONAL_DATA_KEYS": f"{KEY},ngắn"},
        {"BLIND_INDEX_KEY": ""},
        {"BLIND_INDEX_KEY": "ngắn"},
        {"ALLOWED_HOSTS": ""},
        {"DEBUG": "có"},
        {"REDIS_URL": "localhost:6379"},
        {"SUBMIT_GRACE_SECONDS": "600"},
        {"EXPIRY_IN_ASGI": "thỉnh thoảng"},
        {"DATABASE_KEEP_CONNECTIONS": "có lẽ"},
        {"PUBLIC_URL": "hoithi.vidu.vn/"},
        {"PROXY_HOPS": "nhiều"},
        {"LOG_LEVEL": "LOUD"},
        {"SMS_URL": "sms.vidu.vn"},
        {"SMS_METHOD": "FETCH"},
        {"SMS_BODY": "{to: x}"},
        {"SMS_BODY_FORMAT": "xml"},
        {"SMS_SUCCESS_STATUS": "ok"},
        {"SMS_SUCCESS_JSON": "error"},
        {"SMS_TRIES": "0"},
        {"SMS_TIMEOUT_SECONDS": "0"},
        {"MESSAGE_MAIL_ADDRESS": "sms@vidu.vn"},
        {"SIGN_IN_CODE_MINUTES": "1"},
        {"OIDC_SERVER_URL": "id.vidu.vn"},
        {"OIDC_SERVER_URL": "https://id.vidu.vn/"},
        {"STAFF_MFA_REQUIRED": "có"},
        {"DATABASE_URL": "mysterydb://x"},
    ],
)
def test_a_bad_variable_is_refused_by_name(tmp_path, variables):
    answer = start(tmp_path, **{**GOOD, **variables})

    assert answer.returncode != 0
    assert next(iter(variables)) in answer.stderr


@pytest.mark.parametrize(
    ("variables", "required"),
    [(GOOD, "True"), ({"DEBUG": "1"}, "False"), ({**GOOD, "STAFF_MFA_REQUIRED": "0"}, "False")],
)
def test_staff_need_two_factors_except_in_development(tmp_path, variables, required):
    answer = start(tmp_path, shown="STAFF_MFA_REQUIRED", **variables)

    assert answer.stdout.strip() == required, answer.stderr


def test_secrets_may_stand_in_files(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("bi-mat\n")
    files = {"SMS_SECRET_FILE": str(secret), "OIDC_CLIENT_SECRET_FILE": str(secret)}

    answer = start(
        tmp_path, shown="SMS_GATEWAY['secret'] + settings.OIDC['secret']", **GOOD, **files
    )

    assert answer.stdout.strip() == "bi-matbi-mat", answer.stderr


def test_all_bad_variables_are_named_at_once(tmp_path):
    answer = start(tmp_path, PROXY_HOPS="nhiều", LOG_LEVEL="LOUD")

    required = {"SECRET_KEY", "PERSONAL_DATA_KEYS", "BLIND_INDEX_KEY", "ALLOWED_HOSTS"}
    for name in {*required, "PROXY_HOPS", "LOG_LEVEL"}:
        assert name in answer.stderr


def test_keys_of_personal_data_may_stand_in_files_and_are_never_named(tmp_path):
    (tmp_path / "keys").write_text(f"{KEY[::-1]},{KEY}=\n")
    files = {"PERSONAL_DATA_KEYS": "", "PERSONAL_DATA_KEYS_FILE": str(tmp_path / "keys")}

    assert start(tmp_path, **{**GOOD, **files}).returncode == 0
    refusal = start(tmp_path, **{**GOOD, "BLIND_INDEX_KEY": KEY[1:]})
    assert "BLIND_INDEX_KEY" in refusal.stderr
    assert KEY[1:] not in refusal.stderr


def test_development_needs_no_keys(tmp_path):
    assert start(tmp_path, DEBUG="1").returncode == 0


def test_env_example_lists_every_setting():
    settings = (ROOT / "config" / "settings.py").read_text()
    example = (ROOT / ".env.example").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    listed = set(re.findall(r"^#?\s*([A-Z_]+)=", example, flags=re.MULTILINE))

    assert read - listed == set()
