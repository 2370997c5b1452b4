"""Reads of the accounts app."""

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone

from accounts.models import Unit
from accounts.rules.folding import fold

MOST_CANDIDATES = 12


def units_matching(text: str) -> list[Unit]:
    """The units that a person may mean, the likeliest first. One query.

    "so noi vu", "Sở Nội vụ" and "snv" find the same unit; a name that begins with what was typed
    stands before one that only holds it.
    """
    key = fold(text)
    if not key:
        return []
    likeliness = Case(
        When(search_key=key, then=Value(0)),
        When(search_key__startswith=key, then=Value(1)),
        When(Q(search_key__contains=f" {key} ") | Q(search_key__endswith=f" {key}"), then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    units = Unit.objects.valid_on(day=timezone.localdate()).matching(text)
    found = units.annotate(likeliness=likeliness).order_by("likeliness", "name")
    return list(found[:MOST_CANDIDATES])


def unit_named(text: str) -> Unit | None:
    """The one unit that bears this name, however it is accented; None when it is not clear."""
    key = fold(text)
    matches = [unit for unit in units_matching(text) if fold(unit.name) == key]
    if len(matches) == 1:
        return matches[0]
    candidates = units_matching(text)
    return candidates[0] if len(candidates) == 1 else None
