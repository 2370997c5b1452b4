"""Standings of units: by mean score, and silent about units that are too small."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


@dataclass(frozen=True)
class UnitTally:
    """What a board knows of a unit."""

    unit_id: int
    participant_count: int
    total_hundredths: int

    @property
    def sort_key(self) -> tuple[Fraction, int]:
        """Higher mean first, then more participants."""
        return (-Fraction(self.total_hundredths, self.participant_count), -self.participant_count)


@dataclass(frozen=True)
class UnitStanding:
    """A unit's line; place and scores are None where the unit is too small to be scored."""

    unit_id: int
    participant_count: int
    place: int | None
    mean: Decimal | None
    total: Decimal | None


def rank_units(tallies: Iterable[UnitTally], *, smallest: int) -> list[UnitStanding]:
    """Scored units in order, equal ones sharing a place; then the small ones, largest first.

    Small is a unit with fewer participants than `smallest`: its mean would say too much of each.
    """
    ordered = sorted(tallies, key=lambda it: (*_order(it, smallest=smallest), it.unit_id))
    standings: list[UnitStanding] = []
    for index, tally in enumerate(ordered):
        if tally.participant_count < smallest:
            standings.append(UnitStanding(tally.unit_id, tally.participant_count, None, None, None))
            continue
        tied = index > 0 and ordered[index - 1].sort_key == tally.sort_key
        place = standings[-1].place if tied else index + 1
        total = Decimal(tally.total_hundredths).scaleb(-2)
        mean = (total / tally.participant_count).quantize(Decimal("0.01"), ROUND_HALF_UP)
        standings.append(UnitStanding(tally.unit_id, tally.participant_count, place, mean, total))
    return standings


def participation_rate(*, participants: int, headcount: int | None) -> Decimal | None:
    """Per cent with one decimal, above 100 where more took part than the unit reported."""
    if not headcount:
        return None
    return (Decimal(100 * participants) / headcount).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _order(tally: UnitTally, *, smallest: int) -> tuple[bool, Fraction, int]:
    if tally.participant_count < smallest:
        # the order of small units must not give their means away
        return (True, Fraction(0), -tally.participant_count)
    return (False, *tally.sort_key)
