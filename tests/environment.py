"""The environment that the tests run in, the same on every machine and for every shell.

pyproject.toml loads this module as an early plugin, because pytest-django reads the settings
before any conftest.py is imported. DATABASE_URL (PostgreSQL only) and REDIS_URL are taken from
the caller; everything else that the settings read is set here, so that a developer's `.env`
changes nothing.
"""

import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

SITES = 3  # that a worker serves at a time, at most


def safe_variables(data_dir: Path) -> dict[str, str]:
    """A production-like environment on plain HTTP, with its files under `data_dir`."""
    return {
        "DEBUG": "0",
        "SECRET_KEY": "for-tests-only-" + "x" * 50,
        "PERSONAL_DATA_KEYS": "Zm9yIHRlc3RzIG9ubHksIHBlcnNvbmFsIGRhdGEgMDE",
        "BLIND_INDEX_KEY": "Zm9yIHRlc3RzIG9ubHksIHRoZSBibGluZCBpbmRleDI",
        "DATA_DIR": str(data_dir),
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": "",
        "PUBLIC_URL": "",
        "HTTPS": "0",
        "PROXY_HOPS": "0",
        "LOG_LEVEL": "WARNING",
        "SUBMIT_GRACE_SECONDS": "5",
        "EXPIRY_IN_ASGI": "1",
        "DATABASE_KEEP_CONNECTIONS": "0",
        "EMAIL_URL": "dummymail:",
        "MESSAGE_BACKEND": "accounts.messaging.development.FileBackend",
        "MESSAGES_IN_BACKGROUND": "0",
        "OIDC_NAME": "",
        "OIDC_SERVER_URL": "",
        "OIDC_CLIENT_ID": "",
        # its own tests switch it on; the others sign staff in without
        "STAFF_MFA_REQUIRED": "0",
        "DEFAULT_FROM_EMAIL": "hoithi@localhost",
        # a pool would hand the threads of a race test the same few connections
        "DATABASE_POOL_SIZE": "0",
    }


def on_postgresql() -> bool:
    return urlsplit(os.environ.get("DATABASE_URL", "")).scheme.startswith("postgres")


def sqlite_url(data_dir: Path) -> str:
    return f"sqlite:///{data_dir}/contest.sqlite3"


def redis_url(*, site: int) -> str:
    """A Redis database of this worker's own, or empty without Redis.

    Database 0 is left to people. The tests of a worker flush theirs, which is that of site 0; the
    sites that it serves have the next ones, from 1 to SITES.
    """
    base = os.environ.get("REDIS_URL", "")
    if not base:
        return ""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return urlsplit(base)._replace(path=f"/{1 + (1 + SITES) * worker + site}").geturl()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    data_dir = Path(tempfile.mkdtemp(prefix="contest-tests-"))
    (data_dir / "static").mkdir()  # the static files' middleware warns if it is not there
    os.environ.update(safe_variables(data_dir))
    if not on_postgresql():
        os.environ["DATABASE_URL"] = sqlite_url(data_dir)
    os.environ["REDIS_URL"] = redis_url(site=0)


def pytest_unconfigure() -> None:
    shutil.rmtree(os.environ["DATA_DIR"], ignore_errors=True)
