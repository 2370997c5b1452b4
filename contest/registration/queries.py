"""Reads of registration: what a contest asks and of whom, and who is already there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Q

from accounts.enums import PersonKind
from accounts.models import Unit, User
from contest.enums import OnRepeat, PersonField, Requirement
from contest.models import (
    AskedField,
    ConsentText,
    Contest,
    EligibleKind,
    ListedPerson,
    Participant,
    RegistrationRules,
    UnitCondition,
)
from contest.rules.eligibility import Conditions


@dataclass(frozen=True)
class Questionnaire:
    """What the registration of a contest asks; `consent` is the text in force, if there is one."""

    requirements: dict[PersonField, Requirement]
    on_repeat: dict[PersonField, OnRepeat]
    kinds: tuple[PersonKind, ...]
    consent: ConsentText | None

    def asks(self, field: PersonField) -> bool:
        return field in self.requirements

    def requires(self, field: PersonField) -> bool:
        return self.requirements.get(field) is Requirement.REQUIRED


def asks_registration(contest_id: int) -> bool:
    """Whether people register before their first paper. One query."""
    return RegistrationRules.objects.filter(contest=contest_id).exists()


def questionnaire(contest: Contest, *, at: datetime) -> Questionnaire:
    """Three queries."""
    asked = list(AskedField.objects.filter(contest=contest))
    kinds = set(EligibleKind.objects.filter(contest=contest).values_list("kind", flat=True))
    texts = ConsentText.objects.filter(contest=contest, published_at__lte=at)
    return Questionnaire(
        requirements={PersonField(it.field): Requirement(it.requirement) for it in asked},
        on_repeat={PersonField(it.field): OnRepeat(it.on_repeat) for it in asked if it.on_repeat},
        kinds=tuple(kind for kind in PersonKind if not kinds or kind in kinds),
        consent=texts.order_by("-version").first(),
    )


def conditions(contest: Contest) -> Conditions:
    """Who may register. Three queries; a contest without rules asks nothing."""
    rules = RegistrationRules.objects.filter(contest=contest).first() or RegistrationRules()
    units = dict(UnitCondition.objects.filter(contest=contest).values_list("unit", "is_admitted"))
    kinds = EligibleKind.objects.filter(contest=contest).values_list("kind", flat=True)
    return Conditions(
        min_age=rules.min_age,
        max_age=rules.max_age,
        age_on=rules.age_on,
        kinds=frozenset(PersonKind(kind) for kind in kinds),
        units_admitted=frozenset(pk for pk, is_admitted in units.items() if is_admitted),
        units_excluded=frozenset(pk for pk, is_admitted in units.items() if not is_admitted),
        bars_listed=rules.bars_listed,
    )


def is_certainly_listed(contest: Contest, digests: Mapping[PersonField, str]) -> bool:
    """Whether the exclusion list holds a person's CCCD or phone number. At most one query."""
    same = Q()
    if PersonField.CCCD in digests:
        same |= Q(cccd_digest=digests[PersonField.CCCD])
    if PersonField.PHONE in digests:
        same |= Q(phone_digest=digests[PersonField.PHONE])
    return bool(same) and ListedPerson.objects.filter(same, contest=contest).exists()


def unit_line(unit: Unit | None) -> frozenset[int]:
    """The unit and all above it. At most one query."""
    if unit is None:
        return frozenset()
    return frozenset(Unit.objects.above(unit).values_list("pk", flat=True))


def registered(contest: Contest, user: User) -> Participant | None:
    """The person's registration, with its details. One query."""
    people = Participant.objects.filter(contest=contest, user=user, registration__isnull=False)
    return people.select_related("registration", "unit", "division").first()


def must_register(contest_id: int, user_id: int | None) -> bool:
    """Whether registration, or confirming it, comes before this person's first paper. One query."""
    asking = RegistrationRules.objects.filter(contest=contest_id)
    if user_id is not None:
        entered = Participant.objects.filter(contest=contest_id, user=user_id, is_confirmed=True)
        asking = asking.exclude(Exists(entered))
    return asking.exists()


def awaits_activation(user: User) -> bool:
    """Whether a list made the account and nobody has ever used it."""
    never_used = user.last_login is None and not user.has_usable_password()
    return never_used and user.is_active and not (user.is_staff or user.is_superuser)
