"""Whose people somebody may enter, invite and help: all of a contest's, or some units'."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.enums import Role
from accounts.models import Unit, User
from accounts.policies import coordinated_units, has_role
from contest.models import Contest, Participant
from contest.results.participation import units_in_care


@dataclass(frozen=True)
class Care:
    """`unit_ids` is None for all units and for people without one."""

    unit_ids: frozenset[int] | None = None
    home: Unit | None = None  # the unit meant where a list names none

    def covers(self, unit_id: int | None) -> bool:
        return self.unit_ids is None or unit_id in self.unit_ids

    def participants(self, contest: Contest) -> QuerySet[Participant]:
        people = Participant.objects.filter(contest=contest)
        return people if self.unit_ids is None else people.filter(unit__in=self.unit_ids)


def care_of(user: User) -> Care | None:
    """Organisers care for everybody, coordinators for their units and all below; else None."""
    if has_role(user, Role.ORGANISER):
        return Care()
    if not has_role(user, Role.COORDINATOR):
        return None
    own = list(coordinated_units(user)[:2])
    units = units_in_care(user)
    home = own[0] if len(own) == 1 else None
    return Care(frozenset(unit.pk for unit in units), home)
