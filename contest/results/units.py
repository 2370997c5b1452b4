"""Participation by unit: persons, not attempts, against the headcount."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Unit
from contest.results.queries import StandingRow


@dataclass(frozen=True)
class UnitRow:
    """A unit's people in some standings."""

    name: str
    kind: str
    headcount: int | None
    person_count: int
    mean_score: Decimal | None
    best_place: int | None

    @property
    def rate(self) -> Decimal | None:
        return participation_rate(self.person_count, self.headcount)


def participation_rate(persons: int, headcount: int | None) -> Decimal | None:
    """Persons as a share of the headcount, 0.1234 for 12.34 %; None without a headcount.

    More than 1 is possible and is not cut off: it says that the headcount is out of date.
    """
    if not headcount:
        return None
    return (Decimal(persons) / headcount).quantize(Decimal("0.0001"))


def unit_rows(
    rows: Iterable[StandingRow], units: Sequence[Unit], headcounts: Mapping[int, int | None]
) -> list[UnitRow]:
    """Every unit of `units` in that order, also those that nobody took part for."""
    by_unit: dict[int | None, list[StandingRow]] = {}
    for row in rows:
        by_unit.setdefault(row.entrant.unit_id, []).append(row)
    return [_unit_row(unit, by_unit.get(unit.pk, []), headcounts.get(unit.pk)) for unit in units]


def _unit_row(unit: Unit, rows: list[StandingRow], headcount: int | None) -> UnitRow:
    mean = sum((row.score for row in rows), Decimal(0)) / len(rows) if rows else None
    return UnitRow(
        name=unit.name,
        kind=unit.get_kind_display(),
        headcount=headcount,
        person_count=len(rows),
        mean_score=mean.quantize(Decimal("0.01")) if mean is not None else None,
        best_place=rows[0].place if rows else None,
    )
