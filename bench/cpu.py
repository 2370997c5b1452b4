"""CPU time of whole families of processes, read from /proc."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class ServerCpu:
    """Seconds of CPU spent so far by each kind of server, in user and kernel mode."""

    by_kind: dict[str, float]
    machine: float  # of everything that runs on this machine, the bench and strangers included

    @property
    def total(self) -> float:
        return sum(self.by_kind.values())

    def since(self, earlier: "ServerCpu") -> "ServerCpu":
        spent = {kind: now - earlier.by_kind[kind] for kind, now in self.by_kind.items()}
        return ServerCpu(spent, self.machine - earlier.machine)


def server_cpu(pids: Mapping[str, set[int]]) -> ServerCpu:
    """Of those processes, by kind, and of the PostgreSQL and Redis that stand below this one."""
    processes = _processes()
    family = _descendants(os.getpid(), processes)
    spent = {
        kind: sum(processes[pid].seconds for pid in members if pid in processes)
        for kind, members in pids.items()
    }
    for kind, name in (("postgresql", "postgres"), ("redis", "redis-server")):
        spent[kind] = sum(each.seconds for each in family if each.name == name)
    return ServerCpu(spent, _machine())


def family_cpu() -> float:
    """Seconds so far of this process, its siblings and all their children: of a bench that
    `tests.services` runs, itself with its PostgreSQL and Redis, whatever strangers do."""
    return sum(each.seconds for each in _descendants(os.getppid(), _processes()))


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
