"""The list of those who may not win: kept by the organisers, every change recorded."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.encryption import blind_index
from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from accounts.rules.names import person_name_key
from accounts.services.auditing import record_decision
from contest.enums import PersonField
from contest.errors import ContestError
from contest.models import Contest, ListedPerson
from contest.registration.sealing import SEALED, seal


@dataclass(frozen=True)
class Listed:
    """Somebody for the list. `cccd` is twelve digits, `phone` E.164; empty where not known."""

    full_name: str
    born_on: date | None = None
    cccd: str = ""
    phone: str = ""
    duty: str = ""

    @property
    def name_key(self) -> str:
        return person_name_key(self.full_name)[:120]

    def digests(self) -> dict[PersonField, str]:
        told = {PersonField.CCCD: self.cccd, PersonField.PHONE: self.phone}
        return {field: blind_index(field, value) for field, value in told.items() if value}


class KnownPeople:
    """Who is on a contest's list. One query."""

    def __init__(self, contest: Contest) -> None:
        self._digests: set[tuple[str, str]] = set()
        self._names: set[tuple[str, date | None]] = set()
        rows = ListedPerson.objects.filter(contest=contest).values_list(
            "cccd_digest", "phone_digest", "name_key", "born_on"
        )
        for cccd, phone, name_key, born_on in rows:
            self._digests |= {(PersonField.CCCD, cccd), (PersonField.PHONE, phone)}
            self._names.add((name_key, born_on))

    def holds(self, entry: Listed) -> bool:
        """By number; by name and birth date where the entry has no number."""
        digests = entry.digests()
        if digests:
            return not self._digests.isdisjoint(digests.items())
        return (entry.name_key, entry.born_on) in self._names

    def add(self, entry: Listed) -> None:
        self._digests |= set(entry.digests().items())
        self._names.add((entry.name_key, entry.born_on))


def list_person(*, contest: Contest, entry: Listed, actor: User, at: datetime) -> ListedPerson:
    """Add one person. Raises ContestError "not_allowed" or "listed_already"."""
    listed = list_people(contest=contest, entries=[entry], actor=actor, at=at)
    if not listed:
        raise ContestError("listed_already", _("Người này đã có trong danh sách."))
    return listed[0]


@transaction.atomic
def list_people(
    *, contest: Contest, entries: Iterable[Listed], actor: User, at: datetime, source: str = ""
) -> list[ListedPerson]:
    """Add those who are not there yet; one line of the decision log. Raises "not_allowed"."""
    _refuse_unless_organiser(actor)
    Contest.objects.select_for_update().get(pk=contest.pk)
    known = KnownPeople(contest)
    new = []
    for entry in entries:
        if not known.holds(entry):
            known.add(entry)
            new.append(entry)
    people = [_store(contest, entry, actor=actor, at=at) for entry in new]
    if people:
        record_decision(
            actor=actor,
            at=at,
            action="listed_people.add",
            target=f"contest:{contest.slug}",
            reason=source,
            after={"people": [_told(person) for person in people]},
        )
    return people


@transaction.atomic
def unlist_person(
    *, contest: Contest, person_id: int, reason: str, actor: User, at: datetime
) -> None:
    """Take somebody off the list; a second call changes nothing.

    Raises ContestError "not_allowed" or "reason_missing".
    """
    _refuse_unless_organiser(actor)
    if not reason:
        message = _("Xin ghi lý do đưa người này ra khỏi danh sách.")
        raise ContestError("reason_missing", message, HTTPStatus.UNPROCESSABLE_ENTITY)
    person = ListedPerson.objects.filter(contest=contest, pk=person_id).first()
    if person is None:
        return
    record_decision(
        actor=actor,
        at=at,
        action="listed_people.remove",
        target=f"contest:{contest.slug}",
        reason=reason,
        before={"people": [_told(person)]},
    )
    person.delete()


def _store(contest: Contest, entry: Listed, *, actor: User, at: datetime) -> ListedPerson:
    person = ListedPerson.objects.create(
        contest=contest,
        full_name=entry.full_name,
        name_key=entry.name_key,
        born_on=entry.born_on,
        duty=entry.duty,
        added_by=actor,
        added_at=at,
    )
    for field in SEALED:  # bound to the row, which has its key by now
        seal(person, field, getattr(entry, field))
    person.save(update_fields=_columns(SEALED))
    return person


def _columns(fields: Collection[PersonField]) -> list[str]:
    return [f"{field}_{part}" for field in fields for part in ("sealed", "digest")]


def _told(person: ListedPerson) -> dict[str, object]:
    """What the log says of somebody: which numbers are known, not what they are."""
    return {
        "listed_person": person.pk,
        "full_name": person.full_name,
        "duty": person.duty,
        "known_by": [field.value for field in SEALED if getattr(person, f"{field}_digest")],
    }


def _refuse_unless_organiser(actor: User) -> None:
    if not has_role(actor, Role.ORGANISER):
        message = _("Chỉ Ban tổ chức được sửa danh sách này.")
        raise ContestError("not_allowed", message, HTTPStatus.FORBIDDEN)
