"""Units in the order of their collective prizes; who is left out, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import pairwise

from contest.enums import UnitCriterion


@dataclass(frozen=True)
class UnitTally:
    """A unit's people in some standings. The headcount is None where nobody said."""

    unit_id: int
    people: int
    points: Decimal  # of all of them
    headcount: int | None
    winners: int = 0  # of them with a prize of their own

    @property
    def rate(self) -> Fraction:
        """Of the headcount, which must be known and not zero."""
        return Fraction(self.people, self.headcount or 0)

    @property
    def mean(self) -> Fraction:
        """Points a person; 0 of nobody."""
        return Fraction(self.points) / self.people if self.people else Fraction(0)


class LeftOut(Enum):
    """Why a unit is not ranked."""

    NOBODY = "nobody"  # took part
    NO_HEADCOUNT = "no_headcount"
    ZERO_HEADCOUNT = "zero_headcount"
    ABOVE_HEADCOUNT = "above_headcount"  # more people than there are: the headcount is wrong
    TOO_FEW_PEOPLE = "too_few_people"
    RATE_TOO_LOW = "rate_too_low"

    @property
    def is_doubtful(self) -> bool:
        """The figures are wrong and must be looked into, whatever the rules say."""
        return self in {LeftOut.NO_HEADCOUNT, LeftOut.ZERO_HEADCOUNT, LeftOut.ABOVE_HEADCOUNT}


@dataclass(frozen=True)
class UnitLead:
    """What parts a unit from the next, and by how much: percentage points, points or people."""

    criterion: UnitCriterion
    amount: Fraction


@dataclass(frozen=True)
class UnitStanding:
    """A unit's line: with a place, or with the reason why it has none."""

    tally: UnitTally
    place: int | None = None
    lead: UnitLead | None = None  # none for the last, and among equals
    left_out: LeftOut | None = None


def rank_collectives(
    tallies: Iterable[UnitTally],
    chain: Sequence[UnitCriterion],
    *,
    min_people: int = 0,
    min_percent: int = 0,
) -> list[UnitStanding]:
    """The ranked units in order, equals sharing a place; then the others, by their numbers.

    A rate counts only where it can be trusted; a headcount that nothing asks for may be wrong.
    """
    needs_rate = UnitCriterion.RATE in chain or min_percent > 0
    ranked: list[tuple[tuple[Fraction, ...], UnitTally]] = []
    others: list[UnitStanding] = []
    for tally in tallies:
        reason = _left_out(
            tally, needs_rate=needs_rate, min_people=min_people, min_percent=min_percent
        )
        if reason is None:
            ranked.append((_key(tally, chain), tally))
        else:
            others.append(UnitStanding(tally, left_out=reason))
    ranked.sort(key=lambda row: ([-value for value in row[0]], row[1].unit_id))
    others.sort(key=lambda it: it.tally.unit_id)
    leads = [_lead(*pair, chain) for pair in pairwise(key for key, _tally in ranked)]
    standings: list[UnitStanding] = []
    for index, (key, tally) in enumerate(ranked):
        is_tied = index > 0 and ranked[index - 1][0] == key
        place = standings[-1].place if is_tied else index + 1
        lead = leads[index] if index < len(leads) else None
        standings.append(UnitStanding(tally, place, lead))
    return standings + others


def _left_out(
    tally: UnitTally, *, needs_rate: bool, min_people: int, min_percent: int
) -> LeftOut | None:
    if tally.people == 0:
        return LeftOut.NOBODY
    if needs_rate:
        if tally.headcount is None:
            return LeftOut.NO_HEADCOUNT
        if tally.headcount == 0:
            return LeftOut.ZERO_HEADCOUNT
        if tally.people > tally.headcount:
            return LeftOut.ABOVE_HEADCOUNT
        if tally.rate * 100 < min_percent:
            return LeftOut.RATE_TOO_LOW
    return LeftOut.TOO_FEW_PEOPLE if tally.people < min_people else None


def _key(tally: UnitTally, chain: Sequence[UnitCriterion]) -> tuple[Fraction, ...]:
    """More is better."""
    values = {
        UnitCriterion.MEAN: tally.mean,
        UnitCriterion.PARTICIPANTS: Fraction(tally.people),
        UnitCriterion.WINNERS: Fraction(tally.winners),
    }
    return tuple(
        100 * tally.rate if criterion is UnitCriterion.RATE else values[criterion]
        for criterion in chain
    )


def _lead(
    own: tuple[Fraction, ...], other: tuple[Fraction, ...], chain: Sequence[UnitCriterion]
) -> UnitLead | None:
    for criterion, value, below in zip(chain, own, other, strict=True):
        if value != below:
            return UnitLead(criterion, value - below)
    return None
