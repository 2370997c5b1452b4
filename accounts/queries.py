"""Reads of the accounts app."""

from collections.abc import Collection

from django.contrib.sessions.models import Session
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from accounts.models import NationalId, Unit, User
from accounts.rules.citizen_ids import CitizenIdError, parse_citizen_id
from accounts.rules.folding import fold
from accounts.rules.phones import normalise_phone

MOST_CANDIDATES = 12


def sessions_going_on(keys: Collection[str]) -> set[str]:
    """Those of these sessions that nobody has ended and that are not over. One query."""
    sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(sessions.values_list("session_key", flat=True))


def units_matching(text: str) -> list[Unit]:
    """The units that a person may mean, the likeliest first. One query.

    "so noi vu", "Sở Nội vụ" and "snv" find the same unit. First the names that begin with what
    was typed, then those that hold it as whole words or are abbreviated so, then the rest.
    """
    key = fold(text)
    if not key:
        return []
    likeliness = Case(
        When(search_key__startswith=f"{key} ", then=Value(0)),
        When(search_key__startswith=key, then=Value(1)),
        When(Q(search_key__contains=f" {key} ") | Q(search_key__endswith=f" {key}"), then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    units = Unit.objects.valid_on(day=timezone.localdate()).matching(text)
    found = units.annotate(likeliness=likeliness).order_by("likeliness", "name")
    return list(found[:MOST_CANDIDATES])


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
