"""Private PostgreSQL and Redis servers in a temporary folder, for tests and development.

    python3 -m tests.services                print the two URLs to export, serve until Ctrl-C
    python3 -m tests.services run -- CMD     run CMD with DATABASE_URL and REDIS_URL set

In Python: `with services() as urls: ...`, or `with kept_services() as kept: ...` to kill and
restart them. The standard library is enough.

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
from typing import IO, Any, NoReturn

from tests.machine import Missing, free_port, postgresql_folder, redis_program

REPOSITORY = Path(__file__).resolve().parent.parent
POSTGRESQL_CONFIG = REPOSITORY / "deploy" / "postgresql" / "contest.conf"
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


class KeptServices:
    """Running servers: where they answer, and a hand on each, "postgresql" and "redis"."""

    def __init__(self, urls: ServiceUrls, orders: IO[str], answers: IO[str]) -> None:
        self.urls = urls
        self._orders, self._answers = orders, answers

    def kill(self, name: str) -> None:
        """End the server and its children with SIGKILL; return when they are gone."""
        self._tell("kill", name)

    def start(self, name: str) -> None:
        """Start a killed server again, on its port and folder; return when it answers.

        Raises Missing if it does not. Redis keeps nothing: it comes back empty.
        """
        self._tell("start", name)

    def _tell(self, deed: str, name: str) -> None:
        print(deed, name, file=self._orders, flush=True)
        missing = json.loads(self._answers.readline())["missing"]
        if missing:
            raise Missing(missing)


@contextmanager
def services() -> Iterator[ServiceUrls]:
    """Start both servers, yield their URLs, then stop them and remove every trace.

    Raises Missing, with one line for a person, when a server cannot be had or does not start.
    """
    with kept_services() as kept:
        yield kept.urls


@contextmanager
def kept_services() -> Iterator[KeptServices]:
    """As `services`, for whoever wants to kill them in between."""
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
        yield KeptServices(ServiceUrls(**answer), keeper.stdin, keeper.stdout)
    finally:
        keeper.stdin.close()
        keeper.wait()
        keeper.stdout.close()


# The keeper -------------------------------------------------------------------------------------


def _keep() -> None:
    """Serve until standard input ends. Tells the URLs, or what is missing, in one line of JSON.

    Each line that comes in is a deed and a server's name; each is answered with a line.
    """
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with ExitStack() as stack:
        try:
            servers = _start_both(stack)
        except Missing as missing:
            print(json.dumps({"missing": str(missing)}), flush=True)
            return
        print(json.dumps(asdict(_urls(servers))), flush=True)
        for order in sys.stdin:
            print(json.dumps({"missing": _obey(order, servers)}), flush=True)


def _obey(order: str, servers: "dict[str, _Server]") -> str:
    """Why it could not be done; empty when it is done."""
    deed, name = order.split()
    try:
        if deed == "kill":
            servers[name].kill()
        else:
            servers[name].start()
    except Missing as missing:
        return str(missing)
    return ""


def _urls(servers: "dict[str, _Server]") -> ServiceUrls:
    return ServiceUrls(
        f"postgresql://postgres@127.0.0.1:{servers['postgresql'].port}/postgres",
        f"redis://127.0.0.1:{servers['redis'].port}/0",
    )


def _start_both(stack: ExitStack) -> "dict[str, _Server]":
    folder = Path(tempfile.mkdtemp(prefix="contest-services-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    owner = _owner()
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    room = _Room(folder, owner)
    servers = {}
    for name, prepare in (("postgresql", _postgresql), ("redis", _redis)):
        servers[name] = prepare(room)
        stack.callback(servers[name].stop)
        servers[name].start()
    return servers


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


def _postgresql(room: _Room) -> "_Server":
    programs = postgresql_folder()
    if programs is None:
        raise Missing("Missing: PostgreSQL 15 or newer. Run as root: apt-get install postgresql")
    data, log = room.folder / "postgresql", room.folder / "postgresql.log"
    initdb: list[str | Path] = [programs / "initdb", "-D", data, "-U", "postgres", "--no-sync"]
    initdb += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    if room.spawn(initdb, log).wait() != 0:
        raise Missing(f"PostgreSQL could not make its folder: {_last_words(log)}")

    with (data / "postgresql.conf").open("a") as config:
        config.write(f"include '{POSTGRESQL_CONFIG}'\n")

    def command(port: int) -> list[str | Path]:
        options = [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=on",
            "max_connections=200",
        ]
        flags = [part for option in options for part in ("-c", option)]
        return [programs / "postgres", "-D", data, "-p", str(port), *flags]

    return _Server("PostgreSQL", room, command, log, _postgresql_answers, signal.SIGINT)


def _redis(room: _Room) -> "_Server":
    program = redis_program()
    if program is None:
        raise Missing("Missing: Redis 7 or newer. Run as root: apt-get install redis-server")

    def command(port: int) -> list[str | Path]:
        options = ["--bind", "127.0.0.1", "--databases", "64", "--save", "", "--appendonly", "no"]
        return [program, "--port", str(port), "--dir", room.folder, *options]

    log = room.folder / "redis.log"
    return _Server("Redis", room, command, log, _redis_answers, signal.SIGTERM)


@dataclass
class _Server:
    """One server, whether it runs or not."""

    name: str
    room: _Room
    command: Callable[[int], list[str | Path]]
    log: Path
    answers: Callable[[int], bool]
    stop_with: signal.Signals
    port: int = 0  # 0: none yet
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Return when it answers: on its port if it has one, else on a free one."""
        for _attempt in range(TRIES):
            port = self.port or free_port()
            self.process = self.room.spawn(self.command(port), self.log)
            if self._comes_up(self.process, port):
                self.port = port
                return
            self.stop()
        raise Missing(f"{self.name} did not start: {_last_words(self.log)}")

    def _comes_up(self, process: "subprocess.Popen[bytes]", port: int) -> bool:
        patience = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < patience:
            if self.answers(port):
                return True
            time.sleep(0.02)
        return False

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.stop_with)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """The server's children too: those of PostgreSQL lead process groups of their own."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGSTOP)  # no more children from here on
        children = _children(self.process.pid)
        for pid in (self.process.pid, *children):
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        patience = time.monotonic() + STOP_SECONDS
        while any(_is_alive(pid) for pid in children) and time.monotonic() < patience:
            time.sleep(0.01)


def _children(parent: int) -> list[int]:
    everybody = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    return [pid for pid in everybody if _state_and_parent(pid)[1] == parent]


def _is_alive(pid: int) -> bool:
    return _state_and_parent(pid)[0] not in ("", "Z")


def _state_and_parent(pid: int) -> tuple[str, int]:
    """The state's letter and the parent of a process; an empty letter if there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "", 0
    state, parent = stat.rpartition(")")[2].split()[:2]  # a program's name may hold anything
    return state, int(parent)


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
