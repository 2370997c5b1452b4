"""The same deed for many questions at once, in a few statements; each is recorded for itself.

A question that the deed does not fit stays as it is; what comes back is how many were changed.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import AuditEntry, User
from questionbank.enums import QuestionStatus
from questionbank.models import Question, Topic
from questionbank.services.reviewing import may_be_sent, required_reason
from questionbank.services.revising import BATCH


def send_all_to_review(*, question_ids: Collection[int], actor: User, at: datetime) -> int:
    """Drafts wait for a second reader."""
    return _change(
        question_ids,
        may_be_sent,
        {"status": QuestionStatus.IN_REVIEW},
        action="question.send",
        actor=actor,
        at=at,
    )


def retire_all(*, question_ids: Collection[int], reason: str, actor: User, at: datetime) -> int:
    """Take questions out of use; papers already drawn keep them.

    Raises BankError "note_missing".
    """
    return _change(
        question_ids,
        lambda question: question.status != QuestionStatus.RETIRED,
        {"status": QuestionStatus.RETIRED, "approved_revision": None},
        action="question.retire",
        reason=required_reason(reason),
        actor=actor,
        at=at,
    )


def move_all(*, question_ids: Collection[int], topic: Topic, actor: User, at: datetime) -> int:
    """Put questions into a topic; those that are drawn are drawn for it from now on."""
    return _change(
        question_ids,
        lambda question: question.topic_id != topic.pk,
        {"topic": topic},
        action="question.move",
        actor=actor,
        at=at,
    )


@transaction.atomic
def _change(
    question_ids: Collection[int],
    fits: Callable[[Question], bool],
    values: dict[str, Any],
    *,
    action: str,
    actor: User,
    at: datetime,
    reason: str = "",
) -> int:
    wanted, changed = sorted(question_ids), 0
    for start in range(0, len(wanted), BATCH):
        questions = Question.objects.filter(pk__in=wanted[start : start + BATCH]).order_by("pk")
        locked = questions.select_related("topic").select_for_update(of=("self",))
        fitting = [question for question in locked if fits(question)]
        AuditEntry.objects.bulk_create(
            AuditEntry(
                actor=actor,
                at=at,
                action=action,
                target=f"question:{question.code}",
                reason=reason,
                before=_told({name: getattr(question, name) for name in values}),
                after=_told(values),
            )
            for question in fitting
        )
        changed += questions.filter(pk__in=[it.pk for it in fitting]).update(**values)
    return changed


def _told(values: dict[str, Any]) -> dict[str, str]:
    """What the log says of them: a status or a topic."""
    return {
        name: value.code if isinstance(value, Topic) else value
        for name, value in values.items()
        if name in ("status", "topic")
    }
