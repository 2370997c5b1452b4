"""Close an attempt for good, by its owner or by the clock, and grade it."""

from datetime import datetime
from functools import partial

from django.db import transaction

from contest.enums import ClosedBy
from contest.models import Attempt
from contest.queries import graded_items
from contest.rules.grading import grade
from contest.rules.receipts import new_receipt_code
from contest.rules.timing import Phase, elapsed_ms
from contest.signals import attempt_graded


@transaction.atomic
def submit_attempt(*, attempt_id: int, at: datetime) -> Attempt:
    """Close and grade an attempt for its owner. A second call changes nothing.

    Once the grace is over the clock has closed it: the result is the same paper, marked so.
    """
    attempt = Attempt.objects.select_for_update().get(pk=attempt_id)
    if attempt.submitted_at is not None:
        return attempt
    is_late = attempt.phase(at=at) is Phase.OVER
    return _close(attempt, at=at, by=ClosedBy.EXPIRY if is_late else ClosedBy.PARTICIPANT)


@transaction.atomic
def close_expired(*, attempt_id: int, at: datetime) -> Attempt | None:
    """Close an attempt whose time and grace are over; None when there was nothing to do."""
    attempt = (
        Attempt.objects.overdue(at=at)
        .select_for_update(skip_locked=True)
        .filter(pk=attempt_id)
        .first()
    )
    return attempt and _close(attempt, at=at, by=ClosedBy.EXPIRY)


def close_all_expired(*, at: datetime, limit: int = 500) -> int:
    """Close what is overdue, each attempt in a transaction of its own. Returns how many."""
    overdue = Attempt.objects.overdue(at=at).order_by("deadline_at")
    attempt_ids = list(overdue.values_list("pk", flat=True)[:limit])
    return sum(close_expired(attempt_id=pk, at=at) is not None for pk in attempt_ids)


def _close(attempt: Attempt, *, at: datetime, by: ClosedBy) -> Attempt:
    result = grade(graded_items(attempt_id=attempt.pk))
    attempt.submitted_at = min(at, attempt.deadline_at)  # the grace is not working time
    attempt.elapsed_ms = elapsed_ms(
        started_at=attempt.started_at, submitted_at=attempt.submitted_at
    )
    attempt.closed_by = by
    attempt.score = result.score
    attempt.max_score = result.max_score
    attempt.correct_count = result.correct_count
    attempt.receipt_code = new_receipt_code()
    attempt.save(
        update_fields=[
            "submitted_at",
            "elapsed_ms",
            "closed_by",
            "score",
            "max_score",
            "correct_count",
            "receipt_code",
        ]
    )
    transaction.on_commit(partial(attempt_graded.send_robust, sender=Attempt, attempt=attempt))
    return attempt
