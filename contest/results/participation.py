"""A coordinator's view: the people of some units and how they take part in a contest."""

from collections.abc import Collection
from dataclasses import dataclass
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
from contest.models import Attempt, Contest, Participant
from contest.results.units import participation_rate


def units_in_care(user: User) -> list[Unit]:
    """The units a person coordinates and all below them, by kind and name.

    One query for each level of the tree.
    """
    level = list(coordinated_units(user))
    found = {unit.pk: unit for unit in level}
    while level:
        children = Unit.objects.filter(parent__in=level).exclude(pk__in=found)
        level = list(children)
        found.update((unit.pk, unit) for unit in level)
    return sorted(found.values(), key=lambda unit: (unit.kind, unit.name))


@dataclass(frozen=True)
class Participation:
    """People with an account, and with a submitted attempt in the contest, against a headcount."""

    registered_count: int
    person_count: int
    headcount: int | None

    @property
    def percent(self) -> Decimal | None:
        rate = participation_rate(self.person_count, self.headcount)
        return None if rate is None else rate * 100


@dataclass(frozen=True)
class UnitParticipation(Participation):
    unit: Unit


def total_participation(rows: Collection[UnitParticipation]) -> Participation:
    """All units as one. Without a headcount where any unit with people has none: no half rates."""
    known = all(row.headcount for row in rows if row.person_count)
    return Participation(
        registered_count=sum(row.registered_count for row in rows),
        person_count=sum(row.person_count for row in rows),
        headcount=sum(row.headcount or 0 for row in rows) if known else None,
    )


def units_participation(*, units: Collection[Unit], contest: Contest) -> list[UnitParticipation]:
    """The units in the order given. One query."""
    counted: QuerySet[Any] = Unit.objects.filter(pk__in=[unit.pk for unit in units]).annotate(
        registered_count=_count(User.objects.filter(unit=OuterRef("pk"), is_active=True), "unit"),
        person_count=_count(_taken_part(contest).filter(unit=OuterRef("pk")), "unit"),
    )
    numbers = {unit.pk: (unit.registered_count, unit.person_count) for unit in counted}
    return [UnitParticipation(*numbers[unit.pk], unit.headcount, unit) for unit in units]


def unit_people(*, units: Collection[Unit], contest: Contest) -> QuerySet[User]:
    """The people with an account in these units, with `has_taken_part` in the contest."""
    own = _taken_part(contest).filter(user=OuterRef("pk"))
    return (
        User.objects.filter(unit__in=[unit.pk for unit in units], is_active=True)
        .select_related("unit")
        .annotate(has_taken_part=Exists(own))
        .order_by("unit__name", "full_name", "pk")
    )


def _taken_part(contest: Contest) -> QuerySet[Participant]:
    submitted = Attempt.objects.submitted().filter(participant=OuterRef("pk"))
    return Participant.objects.filter(Exists(submitted), contest_id=contest.pk)


def _count(rows: "QuerySet[User] | QuerySet[Participant]", by: str) -> Coalesce:
    counts = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counts, output_field=IntegerField()), Value(0))
