"""Predictions and lots: what parts equals once a round is over."""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from verifier.report import Report
from verifier.rows import Row

NEAREST = {"nearest", "nearest_below"}


@dataclass(frozen=True)
class Facts:
    predictions: list[Row]  # what was to be predicted, by round and division
    lots: list[Row]
    receipts: dict[int, Row]  # by number; of a file that opens them

    @cached_property
    def truths(self) -> dict[tuple[str, str], int]:
        return {(it["round"], it["division"]): it["value"] for it in self.predictions}

    @cached_property
    def counted_rounds(self) -> set[str]:
        return {it["round"] for it in self.predictions}

    def criteria(self, board: dict[str, Any]) -> dict[str, Callable[[Row], Any]]:
        """The criteria that can be checked beside those of the attempts alone; smaller is better.

        A lot follows from the codes of receipts, so it can be in a file that opens them.
        """
        known: dict[str, Callable[[Row], Any]] = dict.fromkeys(NEAREST, lambda row: row["gap"])
        of_round = "" if board["code"] == "hoi-thi" else board["code"].removeprefix("ky/")
        numbers = [it["number"] for it in self.lots if it["round"] == of_round]
        if not numbers:
            known["lot"] = lambda _row: ""
        elif self.receipts:
            known["lot"] = lambda row: self._lot(numbers[0], row)
        return known

    def _lot(self, number: str, row: Row) -> str:
        codes = [self.receipts[n]["receipt"] for n in row["attempts"] if n in self.receipts]
        return hashlib.sha256(f"{number}:{min(codes, default='')}".encode()).hexdigest()

    def gap(self, row: Row, rules: dict[str, Any]) -> list[int]:
        """Rounds without a prediction that is ranked, and the distance of the others."""
        by_round: defaultdict[str, list[Row]] = defaultdict(list)
        for n in row["attempts"]:
            if n in self.receipts:
                by_round[self.receipts[n]["round"]].append(self.receipts[n])
        missing = distance = 0
        for slug in by_round.keys() & self.counted_rounds:
            last = max(by_round[slug], key=lambda it: it["submitted_at"])
            truth = self.truths.get((slug, ""), self.truths.get((slug, row["division"])))
            guess = last["prediction"]
            is_above = "nearest_below" in rules["chain"] and (guess or 0) > (truth or 0)
            if truth is None or guess is None or is_above:
                missing += 1
            else:
                distance += abs(guess - truth)
        return [missing, distance]


def check_gaps(
    name: str, rows: list[Row], board: dict[str, Any], facts: Facts, report: Report
) -> None:
    """How far predictions were off, from the receipts and what was counted."""
    asks = bool(NEAREST & set(board["rules"]["chain"]))
    for row in rows:
        expected = facts.gap(row, board["rules"]) if asks else [0, 0]
        if row["gap"] != expected:
            report.faults.append(
                f"{name}: row {row['n']}: gap {row['gap']}, it should be {expected}"
            )
