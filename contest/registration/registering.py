"""Register a person for a contest: once, by what its organiser asks for."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.encryption import blind_index
from accounts.enums import PersonKind, Sex
from accounts.models import NationalId, Unit, User
from accounts.rules.citizen_ids import findings
from accounts.rules.names import person_name_key
from accounts.services.identity import set_national_id
from contest.enums import OnRepeat, PersonField, RegisteredBy
from contest.errors import ContestError
from contest.models import (
    AskedField,
    Attempt,
    ConsentText,
    Contest,
    DivisionKind,
    Identifier,
    Participant,
    Registration,
)
from contest.registration.queries import conditions, is_certainly_listed, unit_line
from contest.registration.wording import obstacle_sentence
from contest.rules.eligibility import Applicant, obstacles


@dataclass(frozen=True)
class Entry:
    """What a person says of themselves, checked for its form; empty where nothing was said.

    `cccd` is twelve digits, `phone` E.164, `email` in lower case.
    """

    full_name: str
    kind: PersonKind
    unit: Unit | None = None
    born_on: date | None = None
    sex: Sex | None = None
    cccd: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    position: str = ""
    consent: ConsentText | None = None

    def digests(self, user: User) -> dict[PersonField, str]:
        """Blind indexes of what tells the person apart; a CCCD that was not typed again is the
        one that the account holds."""
        held = None if self.cccd else NationalId.objects.filter(user=user).first()
        return self.digests_beside(held.blind_index if held else "")

    def digests_beside(self, held_index: str) -> dict[PersonField, str]:
        """The same where it is known what the account holds; empty: nothing."""
        told = {
            PersonField.CCCD: self.cccd,
            PersonField.PHONE: self.phone,
            PersonField.EMAIL: self.email,
        }
        found = {field: blind_index(field, value) for field, value in told.items() if value}
        if held_index:
            found.setdefault(PersonField.CCCD, held_index)
        return found


class IdentifierTaken(ContestError):
    """Somebody else of the contest has the same; it is not said who."""

    def __init__(self, field: PersonField) -> None:
        message = _(
            "Thông tin “%(field)s” này đã được dùng để đăng ký hội thi. Nếu Anh/Chị đã có tài "
            "khoản, mời đăng nhập bằng tài khoản đó hoặc lấy lại mật khẩu; nếu có người dùng nhầm "
            "thông tin của Anh/Chị, mời liên hệ Ban tổ chức."
        ) % {"field": field.label}
        super().__init__("identifier_taken", message)
        self.field = field


def register(
    *,
    contest: Contest,
    user: User,
    entry: Entry,
    at: datetime,
    by: RegisteredBy = RegisteredBy.PERSON,
) -> Participant:
    """The person's one entry in the contest; before their first paper it may be corrected.

    Raises ContestError "not_eligible" (saying why), "registration_fixed" once a paper was begun,
    and IdentifierTaken where another participant has a value that the contest admits once.
    """
    _refuse_obstacles(contest, user, entry, at=at)
    for _try in range(2):
        try:
            with transaction.atomic():
                return _store(contest, user, entry, at=at, by=by)
        except IntegrityError as error:
            taken = _taken_field(contest, user, entry)
            if taken is not None:
                raise IdentifierTaken(taken) from error
            # else the same person has just registered from another tab: the entry is corrected
    raise ContestError("busy", _("Hệ thống đang bận, mời Anh/Chị gửi lại."))


def _refuse_obstacles(contest: Contest, user: User, entry: Entry, *, at: datetime) -> None:
    applicant = Applicant(
        kind=entry.kind,
        born_on=entry.born_on,
        unit_line=unit_line(entry.unit),
        is_listed=is_certainly_listed(contest, entry.digests(user)),
    )
    asked = conditions(contest)
    found = obstacles(applicant, asked, today=timezone.localdate(at))
    if found:
        message = " ".join(obstacle_sentence(obstacle, asked) for obstacle in found)
        raise ContestError("not_eligible", message, HTTPStatus.UNPROCESSABLE_ENTITY)


def _store(
    contest: Contest, user: User, entry: Entry, *, at: datetime, by: RegisteredBy
) -> Participant:
    participant = _enter(contest, user, entry, at=at, is_confirmed=by is RegisteredBy.PERSON)
    if entry.cccd:
        set_national_id(user=user, typed=entry.cccd, sex=entry.sex, at=at)
    Registration.objects.update_or_create(
        participant=participant, defaults=said_columns(entry, at=at, by=by)
    )
    _identify(contest, participant, entry)
    return participant


def _enter(
    contest: Contest, user: User, entry: Entry, *, at: datetime, is_confirmed: bool
) -> Participant:
    divisions = DivisionKind.objects.filter(contest=contest, kind=entry.kind)
    told = {
        "full_name": entry.full_name,
        "kind": entry.kind,
        "unit": entry.unit,
        "division_id": divisions.values_list("division_id", flat=True).first(),
        "is_confirmed": is_confirmed,
    }
    known = Participant.objects.select_for_update(of=("self",)).filter(contest=contest, user=user)
    participant = known.first()
    if participant is None:
        return Participant.objects.create(contest=contest, user=user, joined_at=at, **told)
    if Attempt.objects.filter(participant=participant).exists():
        message = _(
            "Anh/Chị đã vào thi nên thông tin đăng ký không sửa được nữa. "
            "Nếu có sai sót, mời liên hệ Ban tổ chức."
        )
        raise ContestError("registration_fixed", message)
    for name, value in told.items():
        setattr(participant, name, value)
    participant.save(update_fields=[*told, "folded_name", "folded_short"])
    return participant


def said_columns(entry: Entry, *, at: datetime, by: RegisteredBy) -> dict[str, Any]:
    """The columns of a Registration that hold what was said."""
    return {
        "born_on": entry.born_on,
        "sex": entry.sex or "",
        "phone": entry.phone,
        "email": entry.email,
        "address": entry.address,
        "position": entry.position,
        "name_key": person_name_key(entry.full_name)[:120],
        "findings": _findings(entry, at=at),
        "consent": entry.consent,
        "consented_at": at if entry.consent else None,
        "registered_by": by,
        "registered_at": at,
    }


def _findings(entry: Entry, *, at: datetime) -> list[str]:
    if not entry.cccd:
        return []
    today = timezone.localdate(at)
    return [
        finding.value
        for finding in findings(entry.cccd, born_on=entry.born_on, sex=entry.sex, today=today)
    ]


def _identify(contest: Contest, participant: Participant, entry: Entry) -> None:
    """Replace the person's identifiers; the database refuses what another has for themselves."""
    participant.identifiers.all().delete()
    Identifier.objects.bulk_create(
        identifiers(
            participant,
            entry.digests(participant.user),
            exclusive=exclusive_fields(refusing_fields(contest), participant.user, entry),
        )
    )


def identifiers(
    participant: Participant, digests: Mapping[PersonField, str], *, exclusive: Set[PersonField]
) -> list[Identifier]:
    """The rows to store."""
    return [
        Identifier(
            contest_id=participant.contest_id,
            participant=participant,
            field=field,
            digest=digest,
            is_exclusive=field in exclusive,
        )
        for field, digest in sorted(digests.items())
    ]


def refusing_fields(contest: Contest) -> frozenset[PersonField]:
    """The fields in which a contest refuses a repeated value."""
    refusing = AskedField.objects.filter(contest=contest, on_repeat=OnRepeat.REFUSE)
    return frozenset(PersonField(field) for field in refusing.values_list("field", flat=True))


def exclusive_fields(refusing: Set[PersonField], user: User, entry: Entry) -> Set[PersonField]:
    """The fields whose value one participant has for themselves.

    A phone number is certain only once it is verified: anybody can type anybody's.
    """
    has_verified = user.phone_verified and user.phone == entry.phone
    return refusing if has_verified else refusing - {PersonField.PHONE}


def _taken_field(contest: Contest, user: User, entry: Entry) -> PersonField | None:
    others = Identifier.objects.filter(is_exclusive=True).exclude(participant__user=user)
    told = entry.digests(user)
    for field, digest in told.items():
        if others.filter(contest=contest, field=field, digest=digest).exists():
            return field
    # a number goes with the person into the other contests that asked for it
    joined = Identifier.objects.filter(participant__user=user, field=PersonField.CCCD)
    elsewhere = others.filter(contest__in=joined.values("contest"), field=PersonField.CCCD)
    if elsewhere.filter(digest=told.get(PersonField.CCCD, "")).exists():
        return PersonField.CCCD
    return None
