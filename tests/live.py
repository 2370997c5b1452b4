"""A real server of the whole site, for browser tests and screenshots.

It runs like production (DEBUG off, collected static files, the same ASGI server) on a free port,
against a database of its own that holds the sample contest. Everything happens in subprocesses:
Playwright leaves an event loop running in its thread, in which Django's ORM refuses to work.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

from tests.environment import SITES, on_postgresql, redis_url, safe_variables, sqlite_url
from tests.machine import free_port

REPOSITORY = Path(__file__).resolve().parent.parent
SAMPLE_PASSWORD = "cchc-2026"
START_SECONDS = 60
STOP_SECONDS = 10


@dataclass(frozen=True)
class LiveSite:
    """The site: its address, and its environment for commands beside it."""

    url: str
    environment: dict[str, str]
    log: Path

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port is not None
        return port

    def manage(self, *arguments: str) -> str:
        """What `manage.py` prints; raises RuntimeError with its errors if it fails."""
        return run_manage(self.environment, *arguments)

    def log_tail(self, lines: int = 40) -> str:
        return tail(self.log, lines)


@dataclass(frozen=True)
class SiteTemplate:
    """What every site begins with: the database and the files of the sample contest."""

    folder: Path
    database_url: str


@contextmanager
def site_template() -> Iterator[SiteTemplate]:
    """Make a database, collect the static files, load the sample; afterwards remove every trace."""
    with _folder() as folder, _fresh_database(folder) as database_url:
        environment = _environment(folder, DATABASE_URL=database_url)
        run_manage(environment, "migrate", "--verbosity", "0")
        run_manage(environment, "collectstatic", "--no-input", "--verbosity", "0")
        run_manage(environment, "sample", "--password", SAMPLE_PASSWORD)
        yield SiteTemplate(folder, database_url)


@contextmanager
def live_site(template: SiteTemplate) -> Iterator[LiveSite]:
    """Serve a copy of the template; afterwards remove every trace."""
    with prepared_site(template) as site, _server(site):
        yield site


@contextmanager
def prepared_site(template: SiteTemplate) -> Iterator[LiveSite]:
    """The same, for whoever serves it: everything is there but the server."""
    with ExitStack() as stack:
        folder = stack.enter_context(_folder())
        shutil.copytree(template.folder, folder, dirs_exist_ok=True)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        environment = _environment(
            folder,
            DATABASE_URL=stack.enter_context(_fresh_database(folder, like=template.database_url)),
            DATABASE_POOL_SIZE="8",
            REDIS_URL=stack.enter_context(_fresh_redis()),
            PUBLIC_URL=url,
        )
        yield LiveSite(url, environment, folder / "server.log")


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="contest-live-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path, **variables: str) -> dict[str, str]:
    return {
        **os.environ,
        **safe_variables(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        # the child's own deprecations are the in-process suite's business
        "PYTHONWARNINGS": "",
        **variables,
    }


@contextmanager
def _server(site: LiveSite) -> Iterator[None]:
    server = spawn_server(site.environment, site.port, site.log)
    try:
        wait_until_healthy(server, site.port, site.log)
        yield
    finally:
        stop_server(server)


def spawn_server(
    environment: dict[str, str],
    port: int,
    log: Path,
    application: str = "config.asgi:application",
) -> "subprocess.Popen[bytes]":
    """One ASGI server process, which may not answer yet."""
    with log.open("ab") as output:
        return subprocess.Popen(
            # the flags of `make run`
            [
                *(sys.executable, "-m", "uvicorn", application),
                *("--host", "127.0.0.1", "--port", str(port), "--no-access-log"),
                *("--ws", "websockets-sansio", "--ws-per-message-deflate", "false"),
                *("--ws-max-size", "65536"),
                # a page left open holds its socket: do not wait for it at the end
                *("--timeout-graceful-shutdown", "1"),
            ],
            cwd=REPOSITORY,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )


def stop_server(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def wait_until_healthy(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Raises RuntimeError with the log's last lines when it does not come up."""
    address = f"http://127.0.0.1:{port}/healthz"
    patience = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < patience:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:  # nobody listens yet, or answers within five seconds
            time.sleep(0.05)
    raise RuntimeError(f"the server does not answer {address}:\n{tail(log)}")


def tail(log: Path, lines: int = 40) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


@contextmanager
def _fresh_database(folder: Path, *, like: str = "") -> Iterator[str]:
    """The URL of a database: on the PostgreSQL of DATABASE_URL, empty or `like` the one at that
    URL; else the SQLite file of the folder."""
    if not on_postgresql():
        yield sqlite_url(folder)
        return
    server = os.environ["DATABASE_URL"]
    name = f"live_{uuid.uuid4().hex}"
    source = urlsplit(like).path.removeprefix("/") or "template1"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


_served: set[int] = set()


@contextmanager
def _fresh_redis() -> Iterator[str]:
    """The URL of an empty database that no other site of this process uses, if there is Redis."""
    site = min(set(range(1, 1 + SITES)) - _served)
    url = redis_url(site=site)
    if url:
        with redis.Redis.from_url(url) as client:
            client.flushdb()
    _served.add(site)
    try:
        yield url
    finally:
        _served.discard(site)


def run_manage(environment: dict[str, str], *arguments: str) -> str:
    """What `manage.py` prints; raises RuntimeError with its errors if it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=REPOSITORY,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)} failed:\n{done.stderr.strip()}")
    return done.stdout
