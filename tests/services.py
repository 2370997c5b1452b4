"""Private PostgreSQL and Redis servers in a temporary folder, for tests and development.

    python3 -m tests.services                print the two URLs to export, serve until Ctrl-C
    python3 -m tests.services run -- CMD     run CMD with DATABASE_URL and REDIS_URL set

In Python: `with services() as urls: ...`. The standard library is enough.

A keeper process of its own starts the servers and holds them for as long as the pipe to its
caller stands. However the caller ends, by itself, by Ctrl-C or killed, the pipe closes, and the
keeper stops the servers and removes their folder.
"""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

from tests.machine import Missing, free_port, postgresql_folder, redis_program

REPOSITORY = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 20
TRIES = 3  # between finding a free port and listening on it somebody else may take it


@dataclass(frozen=True)
class ServiceUrls:
    """Where the private servers answer, as the settings want to read it."""

    database_url: str
    redis_url: str

    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


@contextmanager
def services() -> Iterator[ServiceUrls]:
    """Start both servers, yield their URLs, then stop them and remove every trace.

    Raises Missing, with one line for a person, when a server cannot be had or does not start.
    """
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.services", "keep"],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C goes to the caller, who then closes the pipe
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        answer = json.loads(keeper.stdout.readline() or '{"missing": "The keeper died."}')
        if "missing" in answer:
            raise Missing(answer["missing"])
        yield ServiceUrls(**answer)
    finally:
        keeper.stdin.close()
        keeper.wait()
        keeper.stdout.close()


# The keeper -------------------------------------------------------------------------------------


def _keep() -> None:
    """Serve until standard input ends. Tells the URLs, or what is missing, in one line of JSON."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with ExitStack() as stack:
        try:
            urls = _start_both(stack)
        except Missing as missing:
            print(json.dumps({"missing": str(missing)}), flush=True)
            return
        print(json.dumps(asdict(urls)), flush=True)
        sys.stdin.read()


def _start_both(stack: ExitStack) -> ServiceUrls:
    folder = Path(tempfile.mkdtemp(prefix="contest-services-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    owner = _owner()
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    room = _Room(folder, owner)
    database_port = _start_postgresql(room, stack)
    redis_port = _start_redis(room, stack)
    return ServiceUrls(
        f"postgresql://postgres@127.0.0.1:{database_port}/postgres",
        f"redis://127.0.0.1:{redis_port}/0",
    )


def _owner() -> pwd.struct_passwd | None:
    """Who runs the servers when root calls, for PostgreSQL refuses root; None: the caller."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


@dataclass(frozen=True)
class _Room:
    """The folder where the servers live and the user they run as."""

    folder: Path
    owner: pwd.struct_passwd | None

    def spawn(self, command: list[str | Path], log: Path) -> "subprocess.Popen[bytes]":
        who: dict[str, Any] = {}
        if self.owner is not None:
            who = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}
        with log.open("ab") as output:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
                **who,
            )


def _start_postgresql(room: _Room, stack: ExitStack) -> int:
    programs = postgresql_folder()
    if programs is None:
        raise Missing("Missing: PostgreSQL 15 or newer. Run as root: apt-get install postgresql")
    data, log = room.folder / "postgresql", room.folder / "postgresql.log"
    initdb: list[str | Path] = [programs / "initdb", "-D", data, "-U", "postgres", "--no-sync"]
    initdb += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    if room.spawn(initdb, log).wait() != 0:
        raise Missing(f"PostgreSQL could not make its folder: {_last_words(log)}")

    def command(port: int) -> list[str | Path]:
        options = [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=on",
            "max_connections=200",
        ]
        flags = [part for option in options for part in ("-c", option)]
        return [programs / "postgres", "-D", data, "-p", str(port), *flags]

    return _start(
        "PostgreSQL", room, command, log, _postgresql_answers, stack, stop_with=signal.SIGINT
    )


def _start_redis(room: _Room, stack: ExitStack) -> int:
    program = redis_program()
    if program is None:
        raise Missing("Missing: Redis 7 or newer. Run as root: apt-get install redis-server")

    def command(port: int) -> list[str | Path]:
        options = ["--bind", "127.0.0.1", "--databases", "64", "--save", "", "--appendonly", "no"]
        return [program, "--port", str(port), "--dir", room.folder, *options]

    log = room.folder / "redis.log"
    return _start("Redis", room, command, log, _redis_answers, stack, stop_with=signal.SIGTERM)


def _start(
    name: str,
    room: _Room,
    command: Callable[[int], list[str | Path]],
    log: Path,
    answers: Callable[[int], bool],
    stack: ExitStack,
    *,
    stop_with: signal.Signals,
) -> int:
    """The port on which the server answers. Leaves its stopping on the stack."""
    for _attempt in range(TRIES):
        port = free_port()
        server = room.spawn(command(port), log)
        stack.callback(_stop, server, stop_with)
        patience = time.monotonic() + START_SECONDS
        while server.poll() is None and time.monotonic() < patience:
            if answers(port):
                return port
            time.sleep(0.02)
        _stop(server, stop_with)
    raise Missing(f"{name} did not start: {_last_words(log)}")


def _stop(server: "subprocess.Popen[bytes]", stop_with: signal.Signals) -> None:
    if server.poll() is not None:
        return
    server.send_signal(stop_with)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        # the server's children too: it leads a session of its own
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _postgresql_answers(port: int) -> bool:
    """Whether a start packet for the database `postgres` is answered with "R", authentication."""
    startup = b"\x00\x03\x00\x00user\x00postgres\x00database\x00postgres\x00\x00"
    packet = (len(startup) + 4).to_bytes(4, "big") + startup
    return _said(port, packet, terminate=b"X\x00\x00\x00\x04").startswith(b"R")


def _redis_answers(port: int) -> bool:
    return _said(port, b"PING\r\n").startswith(b"+PONG")


def _said(port: int, question: bytes, terminate: bytes = b"") -> bytes:
    """The first bytes of the answer; empty while nobody listens."""
    try:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=1)) as line:
            line.sendall(question)
            answer = line.recv(64)
            line.sendall(terminate)
            return answer
    except OSError:
        return b""


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _leave(_signal: int, _frame: object) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)


# The command ------------------------------------------------------------------------------------


def _serve() -> int:
    """Print the URLs and stay until Ctrl-C or SIGTERM."""
    with services() as urls:
        for name, value in urls.environment().items():
            print(f"export {name}={value}", flush=True)
        print("# PostgreSQL and Redis serve until Ctrl-C; their data is then removed", flush=True)
        try:
            while True:
                signal.pause()
        except KeyboardInterrupt:
            return 0


def _run(command: list[str]) -> int:
    """The exit code of `command`, run with the URLs in its environment."""
    with services() as urls:
        try:
            child = subprocess.Popen(command, env={**os.environ, **urls.environment()})
        except OSError as fault:
            raise Missing(f"Cannot run {command[0]}: {fault.strerror}") from None
        try:
            code = child.wait()
        except KeyboardInterrupt:
            code = child.wait()  # the terminal told the child as well
        except SystemExit:
            child.terminate()
            child.wait()
            raise
    return code if code >= 0 else 128 - code


def main(arguments: list[str]) -> int:
    if arguments == ["keep"]:
        _keep()
        return 0
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        match arguments:
            case []:
                return _serve()
            case ["run", "--", *command] if command:
                return _run(command)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
