"""The whole site on loopback as it runs in production: nginx, WSGI, ASGI, the expiry worker.

    python -m tests.services run -- python -m deploy.stack 8000    what `make stack` calls

The files of `deploy/nginx/` and `deploy/gunicorn_conf.py` are those that a server uses; only the
paths and the port differ. PostgreSQL and Redis are the caller's: DATABASE_URL, REDIS_URL.
"""

import os
import pwd
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tests.machine import Missing, claimable, nginx_program

REPOSITORY = Path(__file__).resolve().parent.parent
DEPLOY = REPOSITORY / "deploy"
PASSWORD = "cchc-2026"  # noqa: S105 (given to the sample's accounts, on loopback only)
OPEN_FILES = 65_536  # two for each of 20,000 sockets, and room
START_SECONDS, STOP_SECONDS = 60, 15
# the flags of `make run`, and a limit for frames: an answer has a hundred bytes
UVICORN = (
    *("--ws", "websockets-sansio", "--ws-per-message-deflate", "false"),
    *("--ws-max-size", "65536", "--no-access-log"),
)


class Died(Exception):
    """A server ended by itself; the message names it and gives its last line."""


@dataclass(frozen=True)
class Server:
    """One process that was started, and what it says."""

    kind: str  # "wsgi", "asgi", "worker" or "nginx"
    process: "subprocess.Popen[bytes]"
    log: Path

    def check(self) -> None:
        """Raise Died if it has ended."""
        if self.process.poll() is None:
            return
        lines = self.log.read_text(errors="replace").strip().splitlines() or ["it said nothing"]
        raise Died(f"The {self.kind} server died: {lines[-1]}")


@dataclass(frozen=True)
class Stack:
    """The running site."""

    url: str
    folder: Path  # sockets and logs
    servers: list[Server]

    def pids(self) -> dict[str, set[int]]:
        """The processes of each kind at this moment, with their children."""
        found: dict[str, set[int]] = {}
        for server in self.servers:
            pid = server.process.pid
            found.setdefault(server.kind, set()).update({pid}, _children(pid))
        return found

    def check(self) -> None:
        """Raise Died if a server has ended."""
        for server in self.servers:
            server.check()


@contextmanager
def serve(
    environment: Mapping[str, str], *, wsgi: int = 2, asgi: int = 2, port: int
) -> Iterator[Stack]:
    """Serve a site whose database is migrated and whose static files are collected.

    Raises Missing without nginx, and Died when a server does not come up.
    """
    nginx = nginx_program()
    if nginx is None:
        raise Missing("Missing: nginx. Run as root: apt-get install nginx")
    _raise_open_files()
    with ExitStack() as exits:
        folder = Path(tempfile.mkdtemp(prefix="contest-stack-"))
        exits.callback(shutil.rmtree, folder, ignore_errors=True)
        stack = Stack(f"http://127.0.0.1:{port}", folder, [])
        exits.callback(_stop, stack.servers)
        _write_nginx_files(folder, data_dir=environment["DATA_DIR"], asgi=asgi, port=port)
        told = {**environment, "PROXY_HOPS": "1", "EXPIRY_IN_ASGI": "0"}
        for kind, name, command in _commands(folder, nginx, wsgi=wsgi, asgi=asgi):
            stack.servers.append(_start(kind, folder / f"{name}.out", command, told))
        for server in stack.servers:
            if server.kind in ("wsgi", "asgi"):
                _wait_until_listening(server, server.log.with_suffix(".sock"))
        _wait_until_listening(stack.servers[-1], port)
        yield stack


def _commands(
    folder: Path, nginx: Path, *, wsgi: int, asgi: int
) -> Iterator[tuple[str, str, list[str]]]:
    """Kind, name and command of each process; nginx last."""
    python = (sys.executable, "-m")
    pages = ["--bind", f"unix:{folder}/wsgi.sock", "--workers", str(wsgi)]
    config = ["--config", str(DEPLOY / "gunicorn_conf.py")]
    yield "wsgi", "wsgi", [*python, "gunicorn", *config, *pages]
    for number in range(1, asgi + 1):
        sockets = ["--uds", f"{folder}/asgi-{number}.sock", "--backlog", "4096"]
        flags = [*UVICORN, *sockets, "--timeout-graceful-shutdown", "1", "--log-level", "warning"]
        yield "asgi", f"asgi-{number}", [*python, "uvicorn", "config.asgi:application", *flags]
    yield "worker", "worker", [sys.executable, "manage.py", "expire"]
    # the workers of a root's nginx would be www-data, whom the folder is closed to
    user = ["-g", f"user {pwd.getpwuid(0).pw_name};"] if os.geteuid() == 0 else []
    yield "nginx", "nginx", [str(nginx), "-p", f"{folder}/", "-c", "nginx.conf", *user]


def _write_nginx_files(folder: Path, *, data_dir: str, asgi: int, port: int) -> None:
    second = "    server unix:/run/contest/asgi-2.sock max_fails=1 fail_timeout=2s;\n"
    wanted = [second.replace("asgi-2", f"asgi-{number}") for number in range(2, asgi + 1)]
    changes = {
        second: "".join(wanted),
        "/run/contest": str(folder),
        "/var/lib/contest": data_dir,
        "127.0.0.1:8000": f"127.0.0.1:{port}",
    }
    for source, target in (
        ("upstreams.conf", "upstreams.conf"),
        ("locations.conf", "locations.conf"),
        ("loopback.conf", "nginx.conf"),
    ):
        text = (DEPLOY / "nginx" / source).read_text()
        for old, new in changes.items():
            text = text.replace(old, new)
        (folder / target).write_text(text)


def _raise_open_files() -> None:
    """As many as are wanted or may be had; children inherit it."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, max(hard, OPEN_FILES)))


def _start(kind: str, log: Path, command: list[str], environment: Mapping[str, str]) -> Server:
    with log.open("ab") as output:
        process = subprocess.Popen(
            # should this process be killed, its servers are told to stop
            ["/usr/bin/setpriv", "--pdeathsig", "TERM", "--", *command],
            cwd=REPOSITORY,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is ours; we stop them in order
        )
    return Server(kind, process, log)


def _stop(servers: list[Server]) -> None:
    """The door first, then all others at once; whoever does not heed in time is killed."""
    for server in reversed(servers):
        server.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for server in reversed(servers):
        try:
            server.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait()
        with suppress(ProcessLookupError):  # children whose parent died before them
            os.killpg(server.process.pid, signal.SIGKILL)


def _wait_until_listening(server: Server, place: Path | int) -> None:
    """Return when somebody takes connections on that Unix socket or port."""
    deadline = time.monotonic() + START_SECONDS
    while not _listens(place):
        server.check()
        if time.monotonic() > deadline:
            raise Died(f"The {server.kind} server does not listen after {START_SECONDS} s.")
        time.sleep(0.05)


def _listens(place: Path | int) -> bool:
    family = socket.AF_INET if isinstance(place, int) else socket.AF_UNIX
    with socket.socket(family) as probe:
        return probe.connect_ex(("127.0.0.1", place) if isinstance(place, int) else str(place)) == 0


def _children(pid: int) -> set[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return set()
    return {int(child) for child in children.split()}


# The command ------------------------------------------------------------------------------------


def _environment(folder: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "0",
        "HTTPS": "0",
        "STAFF_MFA_REQUIRED": "0",  # the sample accounts are to be tried
        "SECRET_KEY": secrets.token_urlsafe(64),
        "PERSONAL_DATA_KEYS": secrets.token_urlsafe(32),
        "BLIND_INDEX_KEY": secrets.token_urlsafe(32),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATA_DIR": str(folder),
    }


def _manage(environment: Mapping[str, str], *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, check=False)
    if done.returncode:
        raise Died(f"manage.py {arguments[0]} failed.")


def _run(port: int) -> NoReturn:
    claimable("127.0.0.1", port)
    with tempfile.TemporaryDirectory(prefix="contest-data-") as folder:
        environment = _environment(Path(folder), port)
        print("Preparing the database, the sample contest and the static files ...", flush=True)
        _manage(environment, "migrate", "--verbosity", "0")
        _manage(environment, "collectstatic", "--no-input", "--verbosity", "0")
        _manage(environment, "sample", "--password", PASSWORD)
        with serve(environment, port=port) as stack:
            _manage(environment, "welcome", stack.url, "--password", PASSWORD)
            print("  Ctrl-C stops everything and removes its data.", flush=True)
            while True:
                stack.check()
                time.sleep(0.5)


def main(arguments: list[str]) -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        _run(int(arguments[0]) if arguments else 8000)
    except KeyboardInterrupt:
        return 0
    except (Missing, Died) as fault:
        print(fault, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
