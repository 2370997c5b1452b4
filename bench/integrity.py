"""Measure the checks on people on this machine: `make bench-integrity`.

Made-up contests of 10,000 and of 100,000 participants with a submitted paper each are scanned; the
planted duplicates of the large one give precision and recall. The picker looks for units among
5,000.
"""

import time
from typing import Any

import django
from django.core.management import call_command

django.setup()

from bench.figures import figure  # noqa: E402 (the apps are loaded from here on)
from bench.units import unit_search_lines  # noqa: E402
from contest.integrity.scanning import ScanResult, scan_integrity  # noqa: E402
from tests.contest.integrity.crowd import Planted, duplicates_found, make_crowd  # noqa: E402
from tests.factories import NOON, RoundFactory  # noqa: E402

SMALL, LARGE = 10_000, 100_000


def main() -> None:
    call_command("migrate", verbosity=0)
    search_lines = unit_search_lines()
    small_s, _planted, _result = _scanned(SMALL)
    large_s, planted, result = _scanned(LARGE)
    found = duplicates_found(result.clusters)
    right = len(found & planted.duplicates)
    for line in [
        figure("scan_10k_s", small_s, "s"),
        figure("scan_100k_s", large_s, "s"),
        figure("scan_growth", large_s / (10 * small_s), "times ten times the time of 10,000"),
        figure("duplicates_recall", right / len(planted.duplicates), "of 1"),
        figure("duplicates_precision", right / len(found), "of 1"),
        *search_lines,
    ]:
        print(line)


def _scanned(size: int) -> tuple[float, Planted, ScanResult]:
    contest_round: Any = RoundFactory()  # type: ignore[no-untyped-call]  # factories are untyped
    planted = make_crowd(contest_round, size=size)
    began = time.perf_counter()
    result = scan_integrity(contest_round.contest, at=NOON)
    return time.perf_counter() - began, planted, result


if __name__ == "__main__":
    main()
