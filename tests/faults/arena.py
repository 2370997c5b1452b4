"""A site to be hurt: private PostgreSQL and Redis, two ASGI servers, people with open papers."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import msgspec
import psycopg

from bench.plan import Person
from tests.environment import safe_variables
from tests.live import REPOSITORY, run_manage, spawn_server, stop_server, wait_until_healthy
from tests.machine import free_port
from tests.services import KeptServices, kept_services

PRODUCT = "config.asgi:application"
PLANTED = "tests.faults.planted:application"
SERVERS = 2
PEOPLE = 300


@dataclass
class Arena:
    """What the servers stand on. `take` gives people whose papers no test has touched."""

    services: KeptServices
    environment: dict[str, str]
    folder: Path
    _people: Iterator[Person]

    def take(self, count: int) -> list[Person]:
        return list(islice(self._people, count))

    @contextmanager
    def serve(self, application: str = PRODUCT, **environment: str) -> Iterator["Servers"]:
        """Two processes of `application`, healthy."""
        servers = Servers(self, application, {**self.environment, **environment})
        try:
            for _number in range(SERVERS):
                servers.ports.append(free_port())
                servers.processes.append(None)
                servers.start(_number)
            yield servers
        finally:
            for process in servers.processes:
                if process is not None:
                    stop_server(process)

    def database(self) -> psycopg.Connection:
        """A connection of its own, committing each statement."""
        return psycopg.connect(self.services.urls.database_url, autocommit=True)


@dataclass
class Servers:
    arena: Arena
    application: str
    environment: dict[str, str]
    ports: list[int] = field(default_factory=list)
    processes: list["subprocess.Popen[bytes] | None"] = field(default_factory=list)

    def kill(self, number: int) -> None:
        process = self.processes[number]
        assert process is not None
        process.kill()
        process.wait()
        self.processes[number] = None

    def start(self, number: int) -> None:
        log = self.arena.folder / f"server-{number}.log"
        process = spawn_server(self.environment, self.ports[number], log, self.application)
        self.processes[number] = process
        wait_until_healthy(process, self.ports[number], log)


@contextmanager
def arena() -> Iterator[Arena]:
    """Raises tests.machine.Missing where a server cannot be had."""
    with ExitStack() as stack:
        services = stack.enter_context(kept_services())
        folder = Path(tempfile.mkdtemp(prefix="contest-faults-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        environment = {
            **os.environ,
            **safe_variables(folder),
            **services.urls.environment(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_POOL_SIZE": "4",
            "SUBMIT_GRACE_SECONDS": "1",
            "PYTHONWARNINGS": "",
        }
        run_manage(environment, "migrate", "--verbosity", "0")
        run_manage(environment, "collectstatic", "--no-input", "--verbosity", "0")
        filled = subprocess.run(
            [sys.executable, "-m", "bench.people", str(PEOPLE), "0"],
            cwd=REPOSITORY,
            env=environment,
            capture_output=True,
            check=True,
        )
        people = msgspec.json.decode(filled.stdout, type=list[Person])
        yield Arena(services, environment, folder, iter(people))
