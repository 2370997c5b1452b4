"""What rows of a list are looked up in: read for all rows at once."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import TypeVar

from accounts.encryption import blind_index
from accounts.models import NationalId, Unit, User
from accounts.models.identity import MOST_PARAMETERS
from accounts.queries import unit_meant
from accounts.rules.folding import fold
from accounts.rules.names import person_name_key
from contest.enums import IDENTIFYING, PersonField
from contest.models import Contest, Identifier, ListedPerson, Participant, Registration
from contest.registration.people_table import ListRow
from contest.registration.queries import unit_line

_Value = TypeVar("_Value")


PersonKey = tuple[str, date | None, int | None]  # folded name, date of birth, unit


def person_key(said: ListRow, unit: Unit | None) -> PersonKey:
    """What tells people of a list apart where it gives nothing else of them."""
    return person_name_key(said.full_name)[:120], said.born_on, unit.pk if unit else None


class Accounts:
    """The accounts that rows may mean: by phone, by address, by number; else, among those who are
    in the contest, by name, date of birth and unit."""

    def __init__(self, contest: Contest, entries: Sequence[ListRow]) -> None:
        self._by_contact: dict[str, User] = {}
        for some in _portions([it.phone for it in entries if it.phone]):
            self._by_contact |= {str(it.phone): it for it in User.objects.filter(phone__in=some)}
        for some in _portions([it.email for it in entries if it.email]):
            self._by_contact |= {str(it.email): it for it in User.objects.filter(email__in=some)}
        self._by_number: dict[str, list[User]] = {}
        for some in _portions([_number_index(it) for it in entries if it.cccd]):
            for held in NationalId.objects.filter(blind_index__in=some).select_related("user"):
                self._by_number.setdefault(held.blind_index, []).append(held.user)
        self._by_person: dict[PersonKey, list[User]] = {}
        names = {person_key(it, None)[0] for it in entries}
        for some in _portions(names):
            for key, user in _people_named(contest, some):
                self._by_person.setdefault(key, []).append(user)
        self._held = {
            held.pk: held.blind_index for held in NationalId.objects.of_people(self.user_ids())
        }

    def user_ids(self) -> set[int]:
        numbered = [user for users in self._by_number.values() for user in users]
        named = [user for users in self._by_person.values() for user in users]
        return {user.pk for user in [*self._by_contact.values(), *numbered, *named]}

    def of(self, said: ListRow, unit: Unit | None) -> list[User]:
        """All that the row may mean, once each."""
        return self._told_apart(said) or self._named(said, unit)

    def _told_apart(self, said: ListRow) -> list[User]:
        contacts = [self._by_contact.get(it) for it in (said.phone, said.email) if it]
        numbered = self._by_number.get(_number_index(said), []) if said.cccd else []
        found = [*contacts, *numbered]
        return list({user.pk: user for user in found if user is not None}.values())

    def _named(self, said: ListRow, unit: Unit | None) -> list[User]:
        """A row that tells a phone, an address or a number anew means a namesake only when the
        earlier list told none of them, and both tell the same date of birth."""
        found = self._by_person.get(person_key(said, unit), [])
        if said.tells_apart:
            return [it for it in found if it.awaits_contact and said.born_on]
        return found

    def held_index(self, user_id: int) -> str:
        """The blind index of the number that an account holds, or an empty text."""
        return self._held.get(user_id, "")


def _people_named(contest: Contest, names: Collection[str]) -> Iterator[tuple[PersonKey, User]]:
    """One query."""
    people = Registration.objects.filter(participant__contest=contest, name_key__in=names)
    for it in people.select_related("participant__user"):
        yield (it.name_key, it.born_on, it.participant.unit_id), it.participant.user


class Units:
    """The units that rows name, by code or as people write them; one query for each new name."""

    def __init__(self, entries: Sequence[ListRow]) -> None:
        codes = {it.unit for it in entries if it.unit}
        self._by_text: dict[str, Unit | None] = {}
        for some in _portions(codes):
            self._by_text |= {unit.code: unit for unit in Unit.objects.filter(code__in=some)}
        self._lines: dict[int, frozenset[int]] = {}

    def meant(self, text: str) -> Unit | None:
        if text in self._by_text:
            return self._by_text[text]
        key = fold(text)
        if key not in self._by_text:
            self._by_text[key] = unit_meant(text)[0]
        return self._by_text[key]

    def line(self, unit: Unit | None) -> frozenset[int]:
        """The unit and all above it."""
        if unit is None:
            return frozenset()
        if unit.pk not in self._lines:
            self._lines[unit.pk] = unit_line(unit)
        return self._lines[unit.pk]


def entries_of(contest: Contest, user_ids: Collection[int]) -> dict[int, Participant]:
    """The participants of a contest among these people, by user, with what they registered."""
    found: dict[int, Participant] = {}
    for some in _portions(user_ids):
        people = Participant.objects.filter(contest=contest, user__in=some)
        found |= {it.user_id: it for it in people.select_related("registration")}
    return found


def exclusive_holders(
    contest: Contest, entries: Sequence[ListRow]
) -> dict[tuple[PersonField, str], set[int | None]]:
    """Which user has a value of the rows for themselves in the contest."""
    held: dict[tuple[PersonField, str], set[int | None]] = {}
    for field in IDENTIFYING:
        digests = {blind_index(field, value) for it in entries if (value := getattr(it, field))}
        for some in _portions(digests):
            taken = Identifier.objects.filter(
                contest=contest, field=field, digest__in=some, is_exclusive=True
            )
            for digest, user_id in taken.values_list("digest", "participant__user"):
                held.setdefault((field, digest), set()).add(user_id)
    return held


def listed_digests(contest: Contest) -> set[tuple[PersonField, str]]:
    """What the exclusion list knows its people by. One query."""
    rows = ListedPerson.objects.filter(contest=contest).values_list("cccd_digest", "phone_digest")
    return {
        (field, digest)
        for row in rows
        for field, digest in zip((PersonField.CCCD, PersonField.PHONE), row, strict=True)
        if digest
    }


def _number_index(said: ListRow) -> str:
    return blind_index(PersonField.CCCD, said.cccd)


def _portions(values: Collection[_Value]) -> Iterator[list[_Value]]:
    """As many as one query takes at a time."""
    ordered = list(values)
    for start in range(0, len(ordered), MOST_PARAMETERS):
        yield ordered[start : start + MOST_PARAMETERS]
