"""Measure the checks on people on this machine: `make bench-integrity`.

Made-up contests of 10,000 and of 100,000 participants with a submitted paper each are scanned; the
planted duplicates of the large one give precision and recall. The baseline is what an office does
in a spreadsheet: people whose name and date of birth are written in the same way. The picker looks
for units among 5,000.
"""

import time
from collections import defaultdict
from typing import Any

import django
from django.core.management import call_command

django.setup()

from bench.figures import figure  # noqa: E402 (the apps are loaded from here on)
from bench.units import unit_search_lines  # noqa: E402
from contest.integrity.scanning import ScanResult, scan_integrity  # noqa: E402
from contest.models import Contest, Registration  # noqa: E402
from tests.contest.integrity.crowd import (  # noqa: E402
    Planted,
    duplicates_found,
    found_pairs,
    make_crowd,
)
from tests.factories import NOON, RoundFactory  # noqa: E402

SMALL, LARGE = 10_000, 100_000


def main() -> None:
    call_command("migrate", verbosity=0)
    search_lines = unit_search_lines()
    small_s, _planted, _result = _scanned(_round(), SMALL)
    contest_round = _round()
    large_s, planted, result = _scanned(contest_round, LARGE)
    recall, precision = _quality(duplicates_found(result.clusters), planted)
    sheet_recall, sheet_precision = _quality(_written_alike(contest_round.contest), planted)
    for line in [
        figure("scan_10k_s", small_s, "s"),
        figure("scan_100k_s", large_s, "s"),
        figure("scan_growth", large_s / (10 * small_s), "times ten times the time of 10,000"),
        figure("duplicates_recall", recall, "of 1"),
        figure("duplicates_precision", precision, "of 1"),
        figure("spreadsheet_recall", sheet_recall, "of 1"),
        figure("spreadsheet_precision", sheet_precision, "of 1"),
        *search_lines,
    ]:
        print(line)


def _round() -> Any:
    return RoundFactory()  # type: ignore[no-untyped-call]  # factories are untyped


def _scanned(contest_round: Any, size: int) -> tuple[float, Planted, ScanResult]:
    planted = make_crowd(contest_round, size=size)
    began = time.perf_counter()
    result = scan_integrity(contest_round.contest, at=NOON)
    return time.perf_counter() - began, planted, result


def _quality(found: set[tuple[int, int]], planted: Planted) -> tuple[float, float]:
    right = len(found & planted.duplicates)
    return right / len(planted.duplicates), right / len(found)


def _written_alike(contest: Contest) -> set[tuple[int, int]]:
    groups: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    people = Registration.objects.filter(participant__contest=contest, born_on__isnull=False)
    for pk, *written in people.values_list("participant", "participant__full_name", "born_on"):
        groups[tuple(written)].append(pk)
    return found_pairs([tuple(group) for group in groups.values()])


if __name__ == "__main__":
    main()
