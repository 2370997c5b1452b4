"""Bars drawn on the server: whole numbers for the attributes of an SVG, as CSP allows no styles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from questionbank.models import ItemStatistic
from questionbank.queries import CoverageRow

WIDTH = 1000  # of a chart, in its own units


@dataclass(frozen=True)
class Bar:
    """A stretch of a stacked bar; `kind` picks its colour."""

    kind: str
    start: int
    length: int


def stacked(parts: Iterable[tuple[str, float]], *, of: float) -> list[Bar]:
    """One behind the other, of a whole that fills the width; empty parts are left out."""
    bars = []
    total = 0.0
    for kind, amount in parts:
        start = round(WIDTH * total / of) if of else 0
        total += amount
        end = round(WIDTH * total / of) if of else 0
        if end > start:
            bars.append(Bar(kind, start, end - start))
    return bars


def coverage_chart(rows: Sequence[CoverageRow]) -> list[tuple[CoverageRow, list[Bar]]]:
    """Each row with its bars, on one scale: the topic with the most questions fills the width."""
    most = max((row.whole for row in rows), default=0)
    return [
        (row, stacked(((cell.difficulty.value, cell.whole) for cell in row.cells), of=most))
        for row in rows
    ]


@dataclass(frozen=True)
class OptionShare:
    """How many chose an option, of those who saw the question."""

    letter: str  # the author's
    text: str
    is_correct: bool
    share: float
    bars: list[Bar]


def option_chart(statistic: ItemStatistic) -> list[OptionShare]:
    """The options in the author's order; empty for questions without options."""
    rows = []
    for letter, choice in zip(ascii_uppercase, statistic.revision.choices.all(), strict=False):
        share = statistic.option_shares.get(letter, 0.0)
        bars = stacked([("right" if choice.is_correct else "wrong", share)], of=1)
        rows.append(OptionShare(letter, choice.text, choice.is_correct, share, bars))
    return rows
