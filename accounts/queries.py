"""Reads of the accounts app."""

from collections.abc import Collection

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import NationalId, Unit, User
from accounts.rules.citizen_ids import CitizenIdError, parse_citizen_id
from accounts.rules.phones import normalise_phone
from accounts.units.index import unit_keys

MOST_CANDIDATES = 12


def sessions_going_on(keys: Collection[str]) -> set[str]:
    """Those of these sessions that nobody has ended and that are not over. One query."""
    sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(sessions.values_list("session_key", flat=True))


def units_matching(text: str) -> list[Unit]:
    """The units that a person may mean, the likeliest first, with their parents. Two queries.

    "so noi vu", "Sở Nội vụ", "snv", "sonoivu" and "so noj vu" find the same unit.
    """
    keys = unit_keys(text, day=timezone.localdate(), limit=MOST_CANDIDATES)
    units = Unit.objects.select_related("parent").in_bulk(keys)
    return [units[key] for key in keys if key in units]


def unit_meant(text: str) -> tuple[Unit | None, list[Unit]]:
    """The unit that a person who typed `text` means, if that is clear; and all it may be."""
    candidates = units_matching(text)
    named_so = [unit for unit in candidates if unit.bears_name(text)]
    if len(named_so) == 1:
        return named_so[0], candidates
    is_clear = len(candidates) == 1 and candidates[0].has_words_beginning(text)
    return candidates[0] if is_clear else None, candidates


def person_with_contact(text: str) -> User | None:
    """Whoever signs in with this phone number or e-mail address. At most one query."""
    if "@" in text:
        return User.objects.filter(email=text.lower()).first()
    try:
        return User.objects.filter(phone=normalise_phone(text)).first()
    except ValueError:
        return None


def find_by_cccd(typed: str) -> QuerySet[User]:
    """Whoever gave this number, as people type it: several where a contest lets them share one."""
    try:
        owners = NationalId.objects.of_number(parse_citizen_id(typed))
    except CitizenIdError:
        return User.objects.none()
    return User.objects.filter(pk__in=owners.values("pk"))


def masked_national_ids(user_ids: Collection[int]) -> dict[int, str]:
    """For lists: "********0999" of each person who gave a number. One query."""
    return {one.pk: one.masked() for one in NationalId.objects.of_people(user_ids)}
