"""Short-lived codes by which people use a counter, one after the other."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.encryption import blind_index
from accounts.models import RoleGrant, User
from accounts.rules.citizen_ids import CitizenIdError, parse_citizen_id
from accounts.rules.folding import fold
from accounts.rules.phones import normalise_phone
from accounts.services.auditing import record_decision
from contest.enums import PersonField
from contest.errors import ContestError
from contest.models import Contest, CounterDevice, CounterSlip, Participant
from contest.registration.care import Care
from contest.registration.codes import code_digest, new_code

CODE_LENGTH = 8
LASTS = timedelta(minutes=15)
MOST_FOUND = 20
_PURPOSE = "counter"


def people_for_counter(contest: Contest, care: Care, text: str) -> QuerySet[Participant]:
    """Whom a clerk may mean: by number, phone or e-mail address, or by name.

    Nobody who holds a duty: a counter is no way into somebody's desk.
    """
    people = care.participants(contest).filter(_meant(text), user__is_active=True)
    with_duties = RoleGrant.objects.filter(user=OuterRef("user"))
    people = people.filter(~Exists(with_duties), user__is_staff=False, user__is_superuser=False)
    return people.select_related("unit").order_by("full_name", "pk")


@transaction.atomic
def issue_slip(
    *, contest: Contest, care: Care, participant_id: int, actor: User, at: datetime
) -> tuple[Participant, str]:
    """A new code for a person in `care`, recorded; the codes they had are over.

    Raises ContestError "not_for_counter".
    """
    people = people_for_counter(contest, care, "")
    participant = people.filter(pk=participant_id).first()
    if participant is None:
        message = _("Không cấp được phiếu vào quầy cho người này.")
        raise ContestError("not_for_counter", message)
    CounterSlip.objects.filter(participant=participant, used_at=None).delete()
    code = new_code(CODE_LENGTH)
    CounterSlip.objects.create(
        participant=participant,
        code_digest=code_digest(_PURPOSE, code),
        issued_by=actor,
        issued_at=at,
        expires_at=at + LASTS,
    )
    record_decision(
        actor=actor,
        at=at,
        action="counter.slip",
        target=f"contest:{contest.slug}",
        after={"participant": participant.pk},
    )
    return participant, code


@transaction.atomic
def use_slip(*, device: CounterDevice, code: str, at: datetime) -> User:
    """Whose code it is; of several tries at once one succeeds. Raises ContestError "bad_code"."""
    slips = CounterSlip.objects.open(at=at).filter(
        code_digest=code_digest(_PURPOSE, code), participant__contest=device.contest_id
    )
    slip = slips.select_related("participant__user").first()
    claimed = slip and CounterSlip.objects.filter(pk=slip.pk, used_at=None).update(
        used_at=at, device=device
    )
    if slip is None or not claimed:
        raise ContestError("bad_code", _("Mã không đúng, đã dùng rồi hoặc đã hết hạn."))
    return slip.participant.user


def _meant(text: str) -> Q:
    if not text:
        return Q()
    told = {PersonField.EMAIL.value: text.lower()} if "@" in text else _numbers(text)
    same = Q(folded_name__contains=f" {fold(text)}") if fold(text) else Q(pk=None)
    for field, value in told.items():
        digest = blind_index(field, value)
        same |= Q(identifiers__field=field, identifiers__digest=digest)
    return Q(pk__in=Participant.objects.filter(same).values("pk"))


def _numbers(text: str) -> dict[str, str]:
    found = {}
    with suppress(CitizenIdError):
        found[PersonField.CCCD.value] = parse_citizen_id(text)
    with suppress(ValueError):
        found[PersonField.PHONE.value] = normalise_phone(text)
    return found
