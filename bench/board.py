"""Measure the live board on this machine: `make bench-board`.

    python -m bench.board [--spectators 10000] [--rebuilt 200000] [--ranked 1000000]

Papers are handed in by a process of its own, as WSGI workers do; the spectators sit on two ASGI
servers. An update counts from the submission until the last spectator has heard of it; at most two
a second are told.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec

from bench.cpu import ServerCpu, server_cpu
from bench.figures import figure, percentile
from bench.plan import SLUG, Frame, Submitted, Watched, WatchPlan
from bench.site import NAIVE, PRODUCT, REPOSITORY, Site, serve, site

PROCESSES = 2
SPECTATORS, REBUILT, RANKED = 10_000, 200_000, 1_000_000
PER_SECOND, SECONDS = 20.0, 20.0  # submissions
SETTLE_SECONDS = 8.0  # for the submitter to begin, and after the last submission
NAIVE_SPECTATORS = 2000
PATH = f"/bang-xep-hang/{SLUG}/{SLUG}/"


@dataclass(frozen=True)
class Seen:
    submitted: list[Submitted]
    watched: Watched
    spent: ServerCpu


def spectate(place: Site, application: str, *, spectators: int, asks: bool) -> Seen:
    with serve(place, application, processes=PROCESSES) as servers:
        plan = WatchPlan(servers.ports, PATH, spectators, SECONDS + SETTLE_SECONDS, asks=asks)
        with _crowd(plan) as crowd:
            assert crowd.stdout is not None
            crowd.stdout.readline()
            before = server_cpu(servers.pids)
            submitted = place.run(
                "-m", "bench.submitter", str(PER_SECOND), str(int(PER_SECOND * SECONDS))
            )
            told = crowd.stdout.readline()
            spent = server_cpu(servers.pids).since(before)
    return Seen(
        [msgspec.json.decode(line, type=Submitted) for line in submitted.splitlines()],
        msgspec.json.decode(told, type=Watched),
        spent,
    )


@contextmanager
def _crowd(plan: WatchPlan) -> Iterator["subprocess.Popen[bytes]"]:
    crowd = subprocess.Popen(
        [sys.executable, "-m", "bench.watch"],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert crowd.stdin is not None
    try:
        crowd.stdin.write(msgspec.json.encode(plan))
        crowd.stdin.close()
        yield crowd
    finally:
        crowd.terminate()
        crowd.wait()


def last_heard_ms(submitted: Iterable[Submitted], frames: list[Frame]) -> list[float]:
    """For each submission, until the last spectator of all servers had heard of it."""
    ports = {frame.port for frame in frames}
    delays = []
    for each in submitted:
        ends = []
        for port in ports:
            told = [it for it in frames if it.port == port and it.version >= each.version]
            ends.append(min(told, key=lambda it: it.version).last_at)
        delays.append((max(ends) - each.at) * 1000)
    return delays


def _refuse_unheard(watched: Watched, spectators: int) -> None:
    missed = [it for it in watched.frames if it.heard != spectators // PROCESSES]
    if missed:
        raise SystemExit(f"not everybody has {len(missed)} versions; the first: {missed[0]}")


class Bench:
    def __init__(
        self,
        *,
        spectators: int = SPECTATORS,
        rebuilt: int = REBUILT,
        ranked: int = RANKED,
    ) -> None:
        self._spectators, self._rebuilt, self._ranked = spectators, rebuilt, ranked
        self.lines: list[str] = []

    def run(self) -> list[str]:
        with site(papers=1, others=0) as place:
            self._standings(place)
        with site(papers=int(3 * PER_SECOND * SECONDS), others=0) as place:
            self._fanout(place)
        return self.lines

    def _standings(self, place: Site) -> None:
        told = place.run("-m", "bench.standings", str(self._rebuilt), str(self._ranked))
        costs = msgspec.json.decode(told, type=dict[str, float])
        self._add("board_rebuild_200k_s", costs["rebuild_s"], "s")
        self._add("board_rebuild_200k_memory_s", costs["rebuild_memory_s"], "s")
        self._add("board_rebuild_200k_peak_mib", costs["rebuild_peak_mib"], "MiB")
        self._add("my_rank_p99_ms", costs["rank_p99_ms"], "ms")
        self._add("my_rank_memory_p99_ms", costs["rank_memory_p99_ms"], "ms")
        self._add("my_rank_naive_sql_200k_ms", costs["naive_rank_ms"], "ms")

    def _fanout(self, place: Site) -> None:
        heard = self._seen(place, asks=False)
        watched = heard.watched
        seconds = watched.seconds
        _refuse_unheard(watched, self._spectators)
        delays = last_heard_ms(heard.submitted, watched.frames)
        self._add("board_last_socket_p50_ms", percentile(delays, 50), "ms")
        self._add("board_last_socket_p99_ms", percentile(delays, 99), "ms")
        self._add("fanout_10000_p99_ms", watched.fanout_p99_ms, "ms")
        self._add("fanout_10000_p50_ms", watched.fanout_p50_ms, "ms")
        self._add("fanout_core_share", 100 * heard.spent.by_kind["asgi"] / seconds, "% of a core")
        self._add("fanout_frames", len(watched.frames), "frames")
        self._add("fanout_client_cpu", 100 * watched.client_cpu_s / seconds, "% of a core")
        asked = self._seen(place, asks=True)
        spent = asked.spent.by_kind
        self._add("board_snapshots_per_s", asked.watched.snapshots / seconds, "snapshots/s")
        self._add("board_snapshot_p99_ms", asked.watched.snapshot_p99_ms, "ms")
        self._add("board_snapshots_core_share", 100 * spent["asgi"] / seconds, "% of a core")
        self._naive(place)

    def _seen(self, place: Site, *, asks: bool) -> Seen:
        return spectate(place, PRODUCT, spectators=self._spectators, asks=asks)

    def _naive(self, place: Site) -> None:
        """A subscription for each spectator, and group_send."""
        seen = spectate(
            place,
            NAIVE,
            spectators=min(NAIVE_SPECTATORS, self._spectators),
            asks=False,
        )
        share = 100 * seen.spent.by_kind["asgi"] / seen.watched.seconds
        self._add("fanout_naive_2000_p99_ms", seen.watched.fanout_p99_ms, "ms")
        self._add("fanout_naive_2000_core_share", share, "% of a core")

    def _add(self, name: str, value: float, unit: str) -> None:
        self.lines.append(figure(name, value, unit))
        print(f"  {self.lines[-1]}", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--spectators", type=int, default=SPECTATORS)
    options.add_argument("--rebuilt", type=int, default=REBUILT)
    options.add_argument("--ranked", type=int, default=RANKED)
    chosen = options.parse_args()
    bench = Bench(spectators=chosen.spectators, rebuilt=chosen.rebuilt, ranked=chosen.ranked)
    print("\n".join(["", *bench.run()]))


if __name__ == "__main__":
    main()
