"""A coordinator's view: the people of some units and how they take part in a contest."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from accounts.models import Unit, User
from accounts.policies import coordinated_units
from accounts.units.history import single_heirs
from contest.models import Attempt, Contest, Participant, counted_headcount
from contest.results.units import participation_rate


def units_in_care(user: User) -> list[Unit]:
    """The units that a coordinator looks after, by kind and name. One query."""
    return list(coordinated_units(user).order_by("kind", "name", "pk"))


@dataclass(frozen=True)
class Participation:
    """People with an account, and with a submitted attempt in the contest, against a headcount."""

    registered_count: int
    person_count: int
    headcount: int | None

    @property
    def is_doubtful(self) -> bool:
        """More people than there are: the headcount must be looked into, and gives no rate."""
        return self.headcount is not None and (
            self.headcount == 0 or self.person_count > self.headcount
        )

    @property
    def percent(self) -> Decimal | None:
        if self.is_doubtful:
            return None
        rate = participation_rate(self.person_count, self.headcount)
        return None if rate is None else rate * 100


@dataclass(frozen=True)
class UnitParticipation(Participation):
    unit: Unit


def total_participation(rows: Collection[Participation]) -> Participation:
    """All units as one. Without a headcount where any unit with people has none: no half rates."""
    known = all(row.headcount for row in rows if row.person_count)
    return Participation(
        registered_count=sum(row.registered_count for row in rows),
        person_count=sum(row.person_count for row in rows),
        headcount=sum(row.headcount or 0 for row in rows) if known else None,
    )


def branch_participation(
    rows: Collection[UnitParticipation], *, parents: Mapping[int, int | None]
) -> dict[int, Participation]:
    """By primary key: each unit that others of `rows` are below, together with all of these."""
    branches: dict[int, list[UnitParticipation]] = {row.unit.pk: [row] for row in rows}
    for row in rows:
        above = parents.get(row.unit.pk)
        while above is not None:
            if above in branches:
                branches[above].append(row)
            above = parents.get(above)
    return {key: total_participation(those) for key, those in branches.items() if len(those) > 1}


def units_participation(
    *, units: Collection[Unit], contest: Contest, on: date | None = None
) -> list[UnitParticipation]:
    """The units in the order given, with the people who joined for each. One query.

    With `on` (one more query) as the units stand on that day: those of a unit that has gone count
    for its one heir, which without a number of its own inherits the sum of theirs. Units that
    have one among `units` are left out.
    """
    keys = [unit.pk for unit in units]
    heirs = single_heirs(on=on) if on else {}
    asked, gone = set(keys), dict[int, list[int]]()
    for key, heir in heirs.items():
        if heir in asked:
            gone.setdefault(heir, []).append(key)
    counted = _counted([*keys, *(key for those in gone.values() for key in those)], contest)
    return [
        UnitParticipation(
            *_inherited(counted[unit.pk], [counted[it] for it in gone.get(unit.pk, [])]), unit
        )
        for unit in units
        if heirs.get(unit.pk) not in gone
    ]


def unit_people(*, units: Collection[Unit], contest: Contest) -> QuerySet[User]:
    """The people with an account in these units, with `has_taken_part` in the contest."""
    own = _taken_part(contest).filter(user=OuterRef("pk"))
    return (
        User.objects.filter(unit__in=[unit.pk for unit in units], is_active=True)
        .select_related("unit")
        .annotate(has_taken_part=Exists(own))
        .order_by("unit__name", "full_name", "pk")
    )


_Numbers = tuple[int, int, int | None]  # accounts, people who took part, headcount


def _counted(keys: Collection[int], contest: Contest) -> dict[int, _Numbers]:
    rows: QuerySet[Any] = Unit.objects.filter(pk__in=keys).annotate(
        registered_count=_count(User.objects.filter(unit=OuterRef("pk"), is_active=True), "unit"),
        person_count=_count(_taken_part(contest).filter(unit=OuterRef("pk")), "unit"),
        counted_on=counted_headcount(contest.pk),
    )
    return {
        row[0]: row[1:]
        for row in rows.values_list("pk", "registered_count", "person_count", "counted_on")
    }


def _inherited(own: _Numbers, gone: list[_Numbers]) -> _Numbers:
    headcount = own[2]
    if headcount is None and gone and all(numbers[2] is not None for numbers in gone):
        headcount = sum(numbers[2] or 0 for numbers in gone)
    all_of_them = [own, *gone]
    return (sum(it[0] for it in all_of_them), sum(it[1] for it in all_of_them), headcount)


def _taken_part(contest: Contest) -> QuerySet[Participant]:
    submitted = Attempt.objects.submitted().filter(participant=OuterRef("pk"))
    return Participant.objects.filter(Exists(submitted), contest_id=contest.pk)


def _count(rows: "QuerySet[User] | QuerySet[Participant]", by: str) -> Coalesce:
    counts = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counts, output_field=IntegerField()), Value(0))
