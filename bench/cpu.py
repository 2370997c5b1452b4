"""CPU time of whole families of processes, read from /proc."""

import os
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class ServerCpu:
    """Seconds of CPU spent so far by each kind of server, in user and kernel mode."""

    asgi: float
    postgresql: float
    redis: float
    machine: float  # of everything that runs on this machine, the bench and strangers included

    @property
    def total(self) -> float:
        return self.asgi + self.postgresql + self.redis

    def since(self, earlier: "ServerCpu") -> "ServerCpu":
        return ServerCpu(
            self.asgi - earlier.asgi,
            self.postgresql - earlier.postgresql,
            self.redis - earlier.redis,
            self.machine - earlier.machine,
        )


def server_cpu(*, asgi: set[int]) -> ServerCpu:
    """Of those ASGI processes and of the PostgreSQL and Redis that stand below this process."""
    processes = _processes()
    family = _descendants(os.getpid(), processes)
    return ServerCpu(
        asgi=sum(processes[pid].seconds for pid in asgi if pid in processes),
        postgresql=sum(each.seconds for each in family if each.name == "postgres"),
        redis=sum(each.seconds for each in family if each.name == "redis-server"),
        machine=_machine(),
    )


def _machine() -> float:
    fields = Path("/proc/stat").read_text().partition("\n")[0].split()
    user, nice, system, _idle, _iowait, interrupts, softly = (int(field) for field in fields[1:8])
    return (user + nice + system + interrupts + softly) / TICKS_PER_SECOND


@dataclass(frozen=True)
class _Process:
    name: str
    parent: int
    seconds: float  # its own and that of its children that have ended


def _processes() -> dict[int, _Process]:
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            head, _bracket, rest = (folder / "stat").read_text().rpartition(")")
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        fields = rest.split()
        ticks = sum(int(field) for field in fields[11:15])
        found[int(folder.name)] = _Process(
            head.partition("(")[2], int(fields[1]), ticks / TICKS_PER_SECOND
        )
    return found


def _descendants(pid: int, processes: dict[int, _Process]) -> list[_Process]:
    children: dict[int, list[int]] = {}
    for number, process in processes.items():
        children.setdefault(process.parent, []).append(number)
    found, waiting = [], list(children.get(pid, ()))
    while waiting:
        number = waiting.pop()
        found.append(processes[number])
        waiting.extend(children.get(number, ()))
    return found
