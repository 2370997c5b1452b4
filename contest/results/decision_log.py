"""The log of the jury's decisions as a page shows it, and whom a new one may be about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.rules.folding import fold
from accounts.rules.phones import normalise_phone
from contest.models import Attempt, Contest, Decision, Participant
from contest.rules.chaining import first_broken
from contest.rules.receipts import LENGTH, tidy_receipt_code

IN_FORCE, UNDONE = "in_force", "undone"
MOST_FOUND = 20
PERSON = ("unit", "user", "registration")  # what tells namesakes apart


@dataclass(frozen=True)
class ChainCheck:
    """`broken_at` is the place of the first line that does not follow from those before it."""

    count: int
    last_digest: str
    broken_at: int | None


def check_chain(contest: Contest) -> ChainCheck:
    """Over the whole log. One query."""
    links = [decision.link() for decision in contest.decisions.order_by("number")]
    return ChainCheck(len(links), links[-1].digest if links else "", first_broken(links))


def logged_decisions(contest: Contest, wanted: Mapping[str, Any]) -> QuerySet[Decision]:
    """The latest first; `wanted` is what LogFilterForm gives: kind, state."""
    decisions = contest.decisions.all()
    if wanted.get("kind"):
        decisions = decisions.filter(kind=wanted["kind"])
    if wanted.get("state") == IN_FORCE:
        decisions = decisions.in_force()
    elif wanted.get("state") == UNDONE:
        decisions = decisions.filter(Exists(Decision.objects.filter(undoes=OuterRef("pk"))))
    about = ("participant__unit", "attempt__participant__unit", "attempt__round")
    return decisions.select_related("actor", "undoes", "undone_by", *about).order_by("-number")


def people_found(contest: Contest, typed: str) -> list[Participant]:
    """Whoever a member of the jury means by a receipt code, a phone number or a part of a name.

    By name, at most MOST_FOUND; with their attempts handed in. Two queries.
    """
    handed_in = Attempt.objects.submitted().select_related("round").order_by("submitted_at", "pk")
    people = contest.participants.filter(_meant(typed)).select_related(*PERSON).distinct()
    attempts = Prefetch("attempts", handed_in, to_attr="handed_in")
    return list(people.prefetch_related(attempts).order_by("full_name", "pk")[:MOST_FOUND])


def _meant(typed: str) -> Q:
    named = Q(folded_name__contains=f" {fold(typed)}") if fold(typed) else Q(pk=None)
    code = tidy_receipt_code(typed)
    if len(code) == LENGTH:
        named |= Q(attempts__receipt_code=code)
    try:
        phone = normalise_phone(typed)
    except ValueError:
        return named
    return named | Q(registration__phone=phone) | Q(user__phone=phone)
