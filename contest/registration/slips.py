"""Slips of paper that lead the people of a list into the accounts that it made for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import RoleGrant, User
from accounts.services.auditing import record_decision
from accounts.services.contacts import change_contacts
from contest.enums import RegisteredBy
from contest.errors import ContestError
from contest.models import ActivationSlip, Contest, Participant
from contest.registration.care import Care
from contest.registration.codes import code_digest, new_code
from contest.registration.queries import awaits_activation

CODE_LENGTH = 10
LASTS = timedelta(days=60)
MOST_AT_ONCE = 200
_PURPOSE = "activation"


@dataclass(frozen=True)
class PrintedSlip:
    """A slip as it goes to the printer: the only place where its code stands."""

    participant: Participant
    code: str
    expires_at: datetime


def waiting_people(contest: Contest, care: Care, *, at: datetime) -> QuerySet[Participant]:
    """Whom a list entered and who have not confirmed yet, with `has_slip` and their user."""
    people = care.participants(contest).filter(
        is_confirmed=False, registration__registered_by=RegisteredBy.LIST
    )
    return (
        people.select_related("user", "unit")
        .annotate(has_slip=_has_slip(at))
        .order_by("unit__name", "full_name", "pk")
    )


@transaction.atomic
def print_slips(
    *,
    contest: Contest,
    care: Care,
    participant_ids: Collection[int] | None,
    actor: User,
    at: datetime,
) -> list[PrintedSlip]:
    """New codes, recorded; the slips that those people had are void.

    None: everybody who has no slip yet, MOST_AT_ONCE at a time. People outside `care`, and those
    whose account is in use already, get none.
    """
    people = waiting_people(contest, care, at=at)
    people = (
        people.filter(~_has_slip(at))
        if participant_ids is None
        else people.filter(pk__in=participant_ids)
    )
    with_duties = RoleGrant.objects.filter(user=OuterRef("user"))
    people = people.filter(~Exists(with_duties), user__last_login=None)
    people = people.select_for_update(of=("self",))  # two printings at once: the later one counts
    chosen = [it for it in people if awaits_activation(it.user)][:MOST_AT_ONCE]
    if not chosen:
        return []
    in_force = ActivationSlip.objects.filter(
        participant__in=[it.pk for it in chosen], used_at=None, voided_at=None
    )
    in_force.update(voided_at=at)
    slips = [PrintedSlip(it, new_code(CODE_LENGTH), at + LASTS) for it in chosen]
    ActivationSlip.objects.bulk_create(
        ActivationSlip(
            participant=slip.participant,
            code_digest=code_digest(_PURPOSE, slip.code),
            issued_by=actor,
            issued_at=at,
            expires_at=slip.expires_at,
        )
        for slip in slips
    )
    record_decision(
        actor=actor,
        at=at,
        action="activation_slips.print",
        target=f"contest:{contest.slug}",
        after={"participants": [it.pk for it in chosen]},
    )
    return slips


def _has_slip(at: datetime) -> Exists:
    return Exists(ActivationSlip.objects.open(at=at).filter(participant=OuterRef("pk")))


def open_slip(code: str, *, at: datetime) -> ActivationSlip | None:
    """The slip that a code opens, with its participant. One query."""
    slips = ActivationSlip.objects.open(at=at).filter(code_digest=code_digest(_PURPOSE, code))
    slip = slips.select_related("participant__user", "participant__contest").first()
    return slip if slip and awaits_activation(slip.participant.user) else None


@transaction.atomic
def activate(
    *,
    slip_id: int,
    password: str,
    at: datetime,
    phone: str | None = None,
    email: str | None = None,
) -> User:
    """Give the account its password; of several attempts at once one succeeds.

    `phone` and `email` are for an account that has neither; another's is left as it is. Raises
    ContestError "slip_used", and IntegrityError where somebody else has one of the two or the
    account is left without both: nothing was stored.
    """
    slips = ActivationSlip.objects.open(at=at).filter(pk=slip_id)
    user = User.objects.select_for_update(of=("self",)).filter(
        participations__activation_slips=slip_id
    )
    owner = user.first()
    if owner is None or not awaits_activation(owner) or not slips.update(used_at=at):
        message = _("Phiếu này đã dùng rồi, đã hết hạn hoặc đã được thay bằng phiếu mới.")
        raise ContestError("slip_used", message)
    owner.set_password(password)
    owner.save(update_fields=["password"])
    if owner.awaits_contact:
        change_contacts(user=owner, phone=phone, email=email)
    return owner
