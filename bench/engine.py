"""Measure the attempt engine on this machine: `make bench-engine`.

    python -m bench.engine [--processes N] [--only saves,paced,starts,attempts,signin,board]

Everything runs here at once and shares the processors: PostgreSQL with fsync on, Redis, the
servers and the load generator. `saves` compares ASGI applications on bare servers; all else asks
the whole stack, through nginx. What was measured is printed at the end, a figure a line.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

import msgspec

from bench.board import Bench as BoardBench
from bench.cpu import ServerCpu, server_cpu
from bench.figures import figure
from bench.plan import HELD_MS, Attempts, Person, Plan, Starts, Step, Storm
from bench.proof import compare
from bench.site import BARE, NAIVE, PRODUCT, REPOSITORY, Servers, Site, serve, serve_stack, site

SOCKETS = 1000
MOST_PACED = 16_000
STARTS_PER_SECOND, START_SECONDS, START_WARM_UP = 200, 15, 3
ATTEMPTS, TOGETHER = 400, 50
PACED_SECONDS = 90
PROCESSES = 2
PARTS = ("saves", "paced", "starts", "attempts", "signin", "board")
JOB_SECONDS = 300  # no job of the load generator takes longer


@dataclass(frozen=True)
class Measured:
    """What the load generator told, and what the servers spent meanwhile."""

    result: bytes
    spent: ServerCpu


class Bench:
    def __init__(self, place: Site, *, processes: int) -> None:
        self._place = place
        self._processes = processes
        self._people = iter(place.people)
        self.lines: list[str] = []

    def saves(self) -> None:
        product = self._storm("saves", PRODUCT)
        bare = self._storm("saves_bare", BARE)
        naive = self._storm("saves_naive", NAIVE)
        self._add("saves_acked_per_s", product, "saves/s")
        self._add("saves_bare_per_s", bare, "saves/s")
        self._add("saves_naive_per_s", naive, "saves/s")
        self._add("saves_vs_bare", 100 * product / bare, "%")
        self._add("saves_vs_naive", product / naive, "times")

    def _storm(self, name: str, application: str) -> float:
        people = self._next_people(SOCKETS)
        with serve(self._place, application, processes=self._processes) as servers:
            plan = Plan("storm", servers.ports, people)
            [measured] = self._measure(plan, servers)
        storm = msgspec.json.decode(measured.result, type=Storm)
        proof = compare(self._place.environment["DATABASE_URL"], people, storm.acknowledged)
        if not proof.is_exact:
            raise SystemExit(f"{name}: what was acknowledged is not what is stored: {proof}")
        self._add(f"{name}_stored_exactly_once", proof.journal_rows, "saves")
        self._add(f"{name}_p99_ms", storm.p99_ms, "ms")
        self._add_shares(name, measured.spent, storm.client_cpu_s, storm.seconds)
        return storm.saves_per_s

    def paced(self) -> None:
        people = self._next_people(MOST_PACED)
        held: tuple[Step, ServerCpu] | None = None
        with self._serve() as servers:
            plan = Plan("paced", servers.ports, people, seconds=PACED_SECONDS)
            for measured in self._measure(plan, servers):
                step = msgspec.json.decode(measured.result, type=Step)
                print(f"  {step}", flush=True)
                if step.p99_ms < HELD_MS and (held is None or step.people > held[0].people):
                    held = step, measured.spent
        if held is None:
            self._add("paced_people", 0, "people")
            return
        step, spent = held
        self._add("paced_people", step.people, "people")
        self._add("paced_ack_p50_ms", step.p50_ms, "ms")
        self._add("paced_ack_p99_ms", step.p99_ms, "ms")
        self._add_shares("paced", spent, step.client_cpu_s, step.seconds)

    def starts(self) -> None:
        count = STARTS_PER_SECOND * (START_SECONDS + START_WARM_UP)
        with self._serve() as servers:
            plan = Plan(
                "starts",
                servers.ports,
                self._place.people[-count:],
                seconds=START_SECONDS,
                warm_up=START_WARM_UP,
                per_second=STARTS_PER_SECOND,
            )
            [measured] = self._measure(plan, servers)
        result = msgspec.json.decode(measured.result, type=Starts)
        self._add("start_p50_ms", result.p50_ms, "ms")
        self._add("start_p99_ms", result.p99_ms, "ms")
        self._add("start_served_per_s", result.served_per_s, "starts/s")
        self._add("start_served", result.served, f"of {result.asked} starts")
        self._add("start_cpu_ms", measured.spent.total * 1000 / result.served, "ms")
        self._add_shares("start", measured.spent, result.client_cpu_s, result.seconds)

    def attempts(self) -> None:
        count = STARTS_PER_SECOND * (START_SECONDS + START_WARM_UP)
        people = self._place.people[-count - ATTEMPTS - TOGETHER : -count]
        with self._serve() as servers:
            plan = Plan("attempts", servers.ports, people, together=TOGETHER)
            [measured] = self._measure(plan, servers)
        result = msgspec.json.decode(measured.result, type=Attempts)
        spent = measured.spent
        self._add("cpu_ms_per_attempt", spent.total * 1000 / result.attempts, "ms")
        for kind, seconds in spent.by_kind.items():
            self._add(f"cpu_ms_per_attempt_{kind}", seconds * 1000 / result.attempts, "ms")
        self._add("attempts_per_s", result.attempts / result.seconds, "attempts/s")
        self._add_shares("attempts", spent, result.client_cpu_s, result.seconds)

    def signin(self) -> None:
        costs = msgspec.json.decode(self._place.run("-m", "bench.signin"), type=dict[str, float])
        self._add("signin_cpu_ms", costs["ours"], "ms")
        self._add("signin_pbkdf2_cpu_ms", costs["pbkdf2"], "ms")

    # What they stand on

    def _next_people(self, count: int) -> list[Person]:
        """People whose papers nobody has saved to yet."""
        return [next(self._people) for _number in range(count)]

    def _serve(self) -> AbstractContextManager[Servers]:
        return serve_stack(self._place, processes=self._processes)

    def _measure(self, plan: Plan, servers: Servers) -> Iterator[Measured]:
        """Run the load generator; one result for each stretch that it measured."""
        print(f"{plan.job}: {len(plan.people)} people", flush=True)
        load = subprocess.Popen(
            ["timeout", str(JOB_SECONDS), sys.executable, "-m", "bench.load"],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert load.stdin is not None
        assert load.stdout is not None
        try:
            load.stdin.write(msgspec.json.encode(plan))
            load.stdin.close()
            before = spent = server_cpu(servers.pids)
            for line in load.stdout:
                if line.startswith(b'{"begin"'):
                    before = server_cpu(servers.pids)
                elif line.startswith(b'{"end"'):
                    spent = server_cpu(servers.pids).since(before)
                else:
                    yield Measured(line, spent)
            if load.wait():
                raise SystemExit(f"the load generator failed at {plan.job}")
        finally:
            load.terminate()
            load.wait()
            load.stdout.close()

    def _add(self, name: str, value: float, unit: str) -> None:
        self.lines.append(figure(name, value, unit))
        print(f"  {self.lines[-1]}", flush=True)

    def _add_shares(self, name: str, spent: ServerCpu, client: float, seconds: float) -> None:
        """How much of one core each part took."""
        strangers = spent.machine - spent.total - client
        parts = {**spent.by_kind, "client": client, "others": strangers}
        for part, cpu in parts.items():
            self._add(f"{name}_cpu_{part}", 100 * cpu / seconds, "% of a core")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--processes", type=int, default=PROCESSES, help="of each kind of server")
    options.add_argument("--only", default=",".join(PARTS), help="which parts, with commas")
    chosen = options.parse_args()
    parts = [part for part in PARTS if part in chosen.only.split(",")]
    papers = 3 * SOCKETS * ("saves" in parts) + MOST_PACED * ("paced" in parts)
    others = STARTS_PER_SECOND * (START_SECONDS + START_WARM_UP) + ATTEMPTS + TOGETHER
    print(f"{os.cpu_count()} processors, {chosen.processes} WSGI and ASGI processes", flush=True)
    with site(papers=max(papers, 1), others=others) as place:
        bench = Bench(place, processes=chosen.processes)
        deeds: dict[str, Callable[[], None]] = {
            "saves": bench.saves,
            "paced": bench.paced,
            "starts": bench.starts,
            "attempts": bench.attempts,
            "signin": bench.signin,
        }
        for part in parts:
            if part in deeds:
                deeds[part]()
    lines = bench.lines + (BoardBench().run() if "board" in parts else [])
    print("\n".join(["", *lines]))


if __name__ == "__main__":
    main()
