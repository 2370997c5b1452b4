"""What the site holds of one person: a page to read, and everything as plain values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Count, Prefetch, QuerySet
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, NationalId, User
from accounts.services.auditing import record_decision
from accounts.services.identity import reveal_national_ids
from contest.models import (
    Attempt,
    AttemptOrigin,
    Decision,
    DeletionRequest,
    Participant,
    Registration,
)
from contest.queries.reviews import score_is_revealed

DIGEST = "kept as a keyed digest, cannot be read back"


@dataclass(frozen=True)
class Holdings:
    masked_cccd: str
    entries: list[Participant]  # with `attempt_count`, `registration` and its consent
    origin_count: int
    requests: list[DeletionRequest]


def holdings(user: User) -> Holdings:
    """Four queries."""
    held = NationalId.objects.filter(user=user).first()
    return Holdings(
        masked_cccd=held.masked() if held else "",
        entries=list(_entries(user).annotate(attempt_count=Count("attempts"))),
        origin_count=AttemptOrigin.objects.filter(attempt__participant__user=user).count(),
        requests=list(user.deletion_requests.select_related("contest")),
    )


def own_entry(user: User, slug: str) -> QuerySet[Participant]:
    return Participant.objects.filter(user=user, contest__slug=slug).select_related("contest")


@transaction.atomic
def own_data(user: User, *, at: datetime) -> dict[str, Any]:
    """All that is held of the person, the identity number whole; that it was taken is recorded.

    Scores only where the round shows them by now. Others are never named.
    """
    numbers = reveal_national_ids(
        user_ids=[user.pk], actor=user, reason=_("Tải dữ liệu của chính mình"), at=at
    )
    record_decision(actor=user, at=at, action="own_data.export", target=f"user:{user.pk}")
    return {
        "exported_at": at,
        "account": _account(user) | {"national_id": numbers.get(user.pk)},
        "contests": [_contest(it, at=at) for it in _with_papers(_entries(user))],
        "deletion_requests": list(
            user.deletion_requests.values(
                "contest__slug", "asked_at", "status", "settled_at", "answer", "done_at"
            )
        ),
        "recorded_deeds": list(
            AuditEntry.objects.filter(actor=user).values("at", "action", "target", "reason")
        ),
    }


def _account(user: User) -> dict[str, Any]:
    addresses = EmailAddress.objects.filter(user=user).values("email", "verified", "primary")
    return {
        "full_name": user.full_name,
        "email": user.email,
        "phone": user.phone,
        "phone_verified": user.phone_verified,
        "born_on": user.born_on,
        "kind": user.kind,
        "unit": user.unit and user.unit.name,
        "joined_at": user.joined_at,
        "last_login": user.last_login,
        "password": "kept as a one-way hash",
        "email_addresses": list(addresses),
        "duties": list(user.role_grants.values("role", "unit__name")),
    }


def _entries(user: User) -> QuerySet[Participant]:
    own = Participant.objects.filter(user=user).order_by("-joined_at", "-pk")
    return own.select_related("contest", "unit", "division", "registration__consent")


def _with_papers(entries: QuerySet[Participant]) -> QuerySet[Participant]:
    attempts = Attempt.objects.select_related("round", "origin").order_by("started_at", "pk")
    return entries.prefetch_related(
        Prefetch("attempts", attempts.prefetch_related("answers", "events")),
        "identifiers",
        Prefetch("decisions", Decision.objects.in_force()),
    )


def _contest(entry: Participant, *, at: datetime) -> dict[str, Any]:
    registration: Registration | None = getattr(entry, "registration", None)
    return {
        "contest": entry.contest.slug,
        "name": entry.contest.name,
        "full_name": entry.full_name,
        "kind": entry.kind,
        "unit": entry.unit and entry.unit.name,
        "division": entry.division and entry.division.name,
        "joined_at": entry.joined_at,
        "is_confirmed": entry.is_confirmed,
        "extra_time_percent": entry.extra_time_percent,
        "registration": registration and _registration(registration),
        "identifiers": {it.field: DIGEST for it in entry.identifiers.all()},
        "decisions": [{"kind": it.kind, "at": it.at} for it in entry.decisions.all()],
        "attempts": [_attempt(it, at=at) for it in entry.attempts.all()],
    }


def _registration(registration: Registration) -> dict[str, Any]:
    consent = registration.consent
    told = ("born_on", "sex", "phone", "email", "address", "position", "findings")
    return {name: getattr(registration, name) for name in told} | {
        "registered_at": registration.registered_at,
        "registered_by": registration.registered_by,
        "consent_version": consent and consent.version,
        "consent_text": consent and consent.body,
        "consented_at": registration.consented_at,
    }


def _attempt(attempt: Attempt, *, at: datetime) -> dict[str, Any]:
    shown = attempt.submitted_at is not None and score_is_revealed(attempt, at=at)
    origin: AttemptOrigin | None = getattr(attempt, "origin", None)
    return {
        "round": attempt.round.slug,
        "number": attempt.number,
        "started_at": attempt.started_at,
        "deadline_at": attempt.deadline_at,
        "submitted_at": attempt.submitted_at,
        "closed_by": attempt.closed_by,
        "receipt_code": attempt.receipt_code,
        "elapsed_ms": attempt.elapsed_ms,
        "is_counted": attempt.is_counted,
        "score": attempt.score if shown else None,
        "max_score": attempt.max_score if shown else None,
        "correct_count": attempt.correct_count if shown else None,
        "device": DIGEST if origin and origin.device_digest else None,
        "address": DIGEST if origin and origin.address_digest else None,
        "answers": [
            {"position": it.position, "response": it.response, "saved_at": it.saved_at}
            for it in attempt.answers.all()
        ],
        "saves": [
            {"position": it.position, "response": it.response, "saved_at": it.saved_at}
            for it in attempt.events.all()
        ],
    }
