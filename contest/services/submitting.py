"""Close an attempt for good, by its owner or by the clock, and grade it."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from contest.enums import ClosedBy
from contest.models import Attempt
from contest.queries.keys import graded_items
from contest.rules.grading import grade
from contest.rules.receipts import new_receipt_code
from contest.rules.timing import Outage, Phase, submission_instant
from contest.signals import attempt_graded

BATCH = 200  # attempts closed with one commit
GRADE_FIELDS = [
    "submitted_at",
    "elapsed_ms",
    "closed_by",
    "score",
    "max_score",
    "correct_count",
    "receipt_code",
]


@transaction.atomic
def submit_attempt(*, code: UUID, user_id: int, at: datetime) -> Attempt:
    """Close and grade a person's attempt for them. A second call changes nothing.

    Once the grace is over the clock has closed it: the result is the same paper, marked so.
    Raises Attempt.DoesNotExist, also for another's attempt.
    """
    attempt = Attempt.objects.of_user(user_id).select_for_update(of=("self",)).get(code=code)
    if attempt.submitted_at is not None:
        return attempt
    is_late = attempt.phase(at=at) is Phase.OVER
    _close([attempt], at=at, by=ClosedBy.EXPIRY if is_late else ClosedBy.PARTICIPANT)
    return attempt


def close_expired(*, attempt_id: int, at: datetime) -> Attempt | None:
    """Close an attempt whose time and grace are over; None when there was nothing to do."""
    closed = _close_overdue(at=at, pk=attempt_id)
    return closed[0] if closed else None


def close_all_expired(*, at: datetime) -> int:
    """Close everything that is overdue, the longest overdue first. Returns how many.

    In batches, each whole in a transaction of its own: when a round ends, thousands are overdue in
    the same second. What another process is closing right now is left to it.
    """
    count = 0
    while closed := _close_overdue(at=at):
        count += len(closed)
    return count


@transaction.atomic
def _close_overdue(*, at: datetime, **only: int) -> list[Attempt]:
    overdue = Attempt.objects.overdue(at=at).filter(**only).order_by("deadline_at")
    batch = list(overdue.select_for_update(skip_locked=True)[:BATCH])
    if batch:
        _close(batch, at=at, by=ClosedBy.EXPIRY)
    return batch


def _close(attempts: list[Attempt], *, at: datetime, by: ClosedBy) -> None:
    """Grade and close locked attempts in three queries, and tell of them after the commit."""
    papers = graded_items(attempt_ids=[attempt.pk for attempt in attempts])
    for attempt in attempts:
        result = grade(papers[attempt.pk])
        attempt.submitted_at = submission_instant(at=at, deadline_at=attempt.deadline_at)
        attempt.count_elapsed(_outages(attempt))
        attempt.closed_by = by
        attempt.score = result.score
        attempt.max_score = result.max_score
        attempt.correct_count = result.correct_count
        attempt.receipt_code = new_receipt_code()
        transaction.on_commit(partial(attempt_graded.send_robust, sender=Attempt, attempt=attempt))
    _write(attempts)


def _outages(attempt: Attempt) -> list[Outage]:
    """Whatever fell into the attempt's time gave it credit: mostly there is nothing to read."""
    return attempt.round.stretches() if attempt.outage_credit else []


def _write(attempts: list[Attempt]) -> None:
    if len(attempts) == 1:  # a batch costs ten times as much to put into words
        attempts[0].save(update_fields=GRADE_FIELDS)
    else:
        Attempt.objects.bulk_update(attempts, GRADE_FIELDS)
