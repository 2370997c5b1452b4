"""What a contest asks of people and whom it admits: set by the organisers, recorded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import PersonKind, Role
from accounts.models import Unit, User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from contest.enums import OnRepeat, PersonField, Requirement
from contest.errors import ContestError
from contest.models import (
    AskedField,
    ConsentText,
    Contest,
    EligibleKind,
    RegistrationRules,
    UnitCondition,
)


@dataclass(frozen=True)
class Asking:
    """Everything that the organisers' form says at once; units are added one by one.

    `on_repeat` holds every identifying field that is asked for.
    """

    is_on: bool
    requirements: Mapping[PersonField, Requirement] = field(default_factory=dict)
    on_repeat: Mapping[PersonField, OnRepeat] = field(default_factory=dict)
    min_age: int | None = None
    max_age: int | None = None
    age_on: date | None = None
    kinds: frozenset[PersonKind] = frozenset()
    bars_listed: bool = False
    retention_days: int = 365
    consent: str = ""


def set_asking(*, contest: Contest, asking: Asking, actor: User, at: datetime) -> bool:
    """Store it; whether anything changed. Registrations that are there stay as they are.

    A consent text that reads otherwise is the next version. Raises ContestError "not_allowed", or
    "consent_missing": nobody is asked for data without saying what for.
    """
    if asking.is_on and not asking.consent:
        message = _("Cần có nội dung đồng ý trước khi mở đăng ký.")
        raise ContestError("consent_missing", message, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _change(contest, lambda: _store(contest, asking, at=at), actor=actor, at=at)


def set_unit_condition(
    *, contest: Contest, unit: Unit, is_admitted: bool | None, actor: User, at: datetime
) -> bool:
    """Let a unit with all below it in or keep it out; None lifts the condition.

    Whether anything changed. Raises ContestError "not_allowed".
    """

    def store() -> None:
        conditions = UnitCondition.objects.filter(contest=contest, unit=unit)
        if is_admitted is None:
            conditions.delete()
        else:
            UnitCondition.objects.update_or_create(
                contest=contest, unit=unit, defaults={"is_admitted": is_admitted}
            )

    return _change(contest, store, actor=actor, at=at)


def asked_now(contest: Contest) -> dict[str, Any]:
    """Everything that is asked, as the decision log tells it. Five queries."""
    rules = RegistrationRules.objects.filter(contest=contest).first()
    asked = AskedField.objects.filter(contest=contest).order_by("field")
    units = UnitCondition.objects.filter(contest=contest).order_by("unit__code")
    kinds = EligibleKind.objects.filter(contest=contest).order_by("kind")
    consent = latest_consent(contest)
    told: dict[str, Any] = {
        "is_on": rules is not None,
        "fields": {it.field: [it.requirement, it.on_repeat] for it in asked},
        "kinds": list(kinds.values_list("kind", flat=True)),
        "units": dict(units.values_list("unit__code", "is_admitted")),
        "consent_version": consent.version if consent else 0,
    }
    if rules is not None:
        told |= {
            "ages": [rules.min_age, rules.max_age],
            "age_on": rules.age_on.isoformat() if rules.age_on else None,
            "bars_listed": rules.bars_listed,
            "retention_days": rules.retention_days,
        }
    return told


def latest_consent(contest: Contest) -> ConsentText | None:
    return ConsentText.objects.filter(contest=contest).order_by("-version").first()


@transaction.atomic
def _change(contest: Contest, store: Callable[[], None], *, actor: User, at: datetime) -> bool:
    if not has_role(actor, Role.ORGANISER):
        message = _("Chỉ Ban tổ chức được sửa nội dung đăng ký.")
        raise ContestError("not_allowed", message, HTTPStatus.FORBIDDEN)
    Contest.objects.select_for_update().get(pk=contest.pk)
    before = asked_now(contest)
    store()
    after = asked_now(contest)
    if before == after:
        return False
    record_decision(
        actor=actor,
        at=at,
        action="registration.ask",
        target=f"contest:{contest.slug}",
        before=before,
        after=after,
    )
    return True


def _store(contest: Contest, asking: Asking, *, at: datetime) -> None:
    if asking.is_on:
        RegistrationRules.objects.update_or_create(
            contest=contest,
            defaults={
                "min_age": asking.min_age,
                "max_age": asking.max_age,
                "age_on": asking.age_on,
                "bars_listed": asking.bars_listed,
                "retention_days": asking.retention_days,
            },
        )
    else:
        RegistrationRules.objects.filter(contest=contest).delete()
    AskedField.objects.filter(contest=contest).delete()
    AskedField.objects.bulk_create(
        AskedField(
            contest=contest,
            field=asked,
            requirement=requirement,
            on_repeat=asking.on_repeat[asked] if asked.identifies else "",
        )
        for asked, requirement in asking.requirements.items()
    )
    EligibleKind.objects.filter(contest=contest).delete()
    EligibleKind.objects.bulk_create(
        EligibleKind(contest=contest, kind=kind) for kind in sorted(asking.kinds)
    )
    _word_consent(contest, asking.consent, at=at)


def _word_consent(contest: Contest, body: str, *, at: datetime) -> None:
    latest = latest_consent(contest)
    if body and (latest is None or latest.body != body):
        version = latest.version + 1 if latest else 1
        ConsentText.objects.create(contest=contest, version=version, body=body, published_at=at)
