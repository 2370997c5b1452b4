"""Start the real thing: PostgreSQL, Redis, and either bare ASGI servers or the whole stack."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.plan import Person
from deploy import stack
from tests.environment import safe_variables
from tests.machine import free_port
from tests.services import services

REPOSITORY = Path(__file__).resolve().parent.parent
PRODUCT = "config.asgi:application"
BARE = "bench.rivals:bare"
NAIVE = "bench.rivals:naive"
START_SECONDS, STOP_SECONDS = 60, 15


@dataclass(frozen=True)
class Site:
    """A database with people in it, ready to be served."""

    environment: dict[str, str]
    people: list[Person]

    def run(self, *arguments: str) -> str:
        """What a Python program of ours prints when run in the site's environment."""
        return _run(self.environment, *arguments)


@dataclass(frozen=True)
class Servers:
    """Running servers: the ports to ask, and the processes by kind: asgi, wsgi, worker, nginx."""

    ports: list[int]
    pids: dict[str, set[int]]


@contextmanager
def serve_stack(place: Site, *, processes: int) -> Iterator[Servers]:
    """What `make stack` starts: `processes` WSGI and as many ASGI servers behind nginx."""
    port = free_port()
    with stack.serve(place.environment, wsgi=processes, asgi=processes, port=port) as running:
        _wait_until_healthy(port, running.servers[-1].process)
        yield Servers([port], running.pids())


@contextmanager
def site(*, papers: int, others: int) -> Iterator[Site]:
    """Make everything, and afterwards remove every trace."""
    with ExitStack() as stack:
        urls = stack.enter_context(services())
        folder = Path(tempfile.mkdtemp(prefix="contest-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        environment = {
            **os.environ,
            **safe_variables(folder),
            **urls.environment(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_POOL_SIZE": "8",
        }
        _run(environment, "manage.py", "migrate", "--verbosity", "0")
        _run(environment, "manage.py", "collectstatic", "--no-input", "--verbosity", "0")
        made = _run(environment, "-m", "bench.people", str(papers), str(others))
        yield Site(environment, msgspec.json.decode(made, type=list[Person]))


@contextmanager
def serve(place: Site, application: str, *, processes: int) -> Iterator[Servers]:
    """ASGI servers alone, each on a port of its own, to be compared with one another."""
    with ExitStack() as stack:
        ports = [free_port() for _number in range(processes)]
        started = [stack.enter_context(_server(place, application, port)) for port in ports]
        for port, server in zip(ports, started, strict=True):
            _wait_until_healthy(port, server)
        yield Servers(ports, {"asgi": {server.pid for server in started}})


@contextmanager
def _server(place: Site, application: str, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "uvicorn", application),
            *("--host", "127.0.0.1", "--port", str(port)),
            *stack.UVICORN,
            *("--timeout-graceful-shutdown", "1", "--log-level", "warning"),
        ],
        cwd=REPOSITORY,
        env=place.environment,
        stdin=subprocess.DEVNULL,
    )
    try:
        yield server
    finally:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_healthy(port: int, server: "subprocess.Popen[bytes]") -> None:
    patience = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < patience:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise RuntimeError(f"the server on port {port} does not answer")


def _run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stderr}")
    return done.stdout
