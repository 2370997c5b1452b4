"""Whether the servers' memory stays bounded: `make soak`.

    python -m bench.soak [--minutes 60] [--people 3000]

People sit at papers and save every five seconds; after each minute one in twenty connects anew,
and each second somebody takes part from start to receipt. The resident memory of every kind of
server is read once a minute.
"""

import argparse
import statistics
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from bench.figures import figure
from bench.plan import Plan, Step
from bench.site import REPOSITORY, serve_stack, site

PROCESSES = 2
VISITORS_A_MINUTE = 60
WARM_UP = 5  # minutes that do not count


def resident_mib(pids: set[int]) -> float:
    """Of those processes together; one that has ended counts nothing."""
    pages = 0
    for pid in pids:
        try:
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except FileNotFoundError:
            continue
    return pages * 4096 / 2**20


def soak(*, minutes: int, people: int) -> list[str]:
    with (
        site(papers=people, others=VISITORS_A_MINUTE * minutes) as place,
        serve_stack(place, processes=PROCESSES) as servers,
    ):
        plan = Plan("soak", servers.ports, place.people, seconds=60.0 * minutes)
        held, slowest = _watch(plan, servers.pids)
    return _figures(held, slowest)


def _watch(plan: Plan, pids: Mapping[str, set[int]]) -> tuple[list[dict[str, float]], float]:
    """Memory by kind after each minute, and the largest p99 of a minute in milliseconds."""
    load = subprocess.Popen(
        [sys.executable, "-m", "bench.load"],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert load.stdin is not None
    assert load.stdout is not None
    held: list[dict[str, float]] = []
    slowest = 0.0
    try:
        load.stdin.write(msgspec.json.encode(plan))
        load.stdin.close()
        for line in load.stdout:
            step = msgspec.json.decode(line, type=Step)
            slowest = max(slowest, step.p99_ms)
            held.append({kind: resident_mib(members) for kind, members in pids.items()})
            print(f"  minute {len(held)}: {held[-1]}, p99 {step.p99_ms:.1f} ms", flush=True)
        if load.wait():
            raise SystemExit("the load generator failed")
    finally:
        load.terminate()
        load.wait()
        load.stdout.close()
    return held, slowest


def _figures(held: list[dict[str, float]], slowest: float) -> list[str]:
    counted = held[WARM_UP:] or held
    quarter = max(1, len(counted) // 4)
    lines = [figure("soak_minutes", len(held), "minutes"), figure("soak_p99_ms", slowest, "ms")]
    for kind in counted[0]:
        values = [each[kind] for each in counted]
        first, last = statistics.fmean(values[:quarter]), statistics.fmean(values[-quarter:])
        lines += [
            figure(f"soak_{kind}_first_quarter", first, "MiB"),
            figure(f"soak_{kind}_last_quarter", last, "MiB"),
            figure(f"soak_{kind}_growth", 100 * (last - first) / first, "%"),
        ]
    return lines


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=int, default=60)
    options.add_argument("--people", type=int, default=3000)
    chosen = options.parse_args()
    lines = soak(minutes=chosen.minutes, people=chosen.people)
    print("\n".join(["", *lines]))


if __name__ == "__main__":
    main()
