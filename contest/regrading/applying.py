"""Regrade a question: decided, done to every attempt in one transaction, and undone again."""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from contest.enums import DecisionKind
from contest.errors import ContestError
from contest.models import Answer, Attempt, Contest, Decision, KeyChange
from contest.regrading.proposing import (
    Proposal,
    Shifts,
    proposed_shifts,
    refuse_bad,
    undone_shifts,
)
from contest.rules.regrading import Shift
from contest.services.deciding import append_decision, contest_of_jury
from contest.services.predicting import settle_regraded
from contest.signals import results_regraded

BATCH = 5000  # attempts written at a time, all in one transaction
Progress = Callable[[int, int], None]


def silent(_done: int, _total: int) -> None:
    return


@transaction.atomic
def apply_regrade(
    *,
    contest_id: int,
    proposal: Proposal,
    seen: int,
    reason: str,
    actor: User,
    at: datetime,
    progress: Progress = silent,
) -> Decision:
    """Change the key and every result that it moves; boards follow after the commit, once.

    `seen` is the number of the last decision when the proposal was looked at. Raises ContestError
    "not_allowed", "reason_missing", "changed_meanwhile", and as `refuse_bad` does.
    """
    contest = contest_of_jury(contest_id, reason, actor)
    refuse_bad(contest, proposal, at=at)
    if last_number(contest) != seen:
        raise ContestError(
            "changed_meanwhile",
            _("Đã có quyết định khác từ khi Anh/Chị xem trước. Xin xem lại trước khi chấm lại."),
        )
    shifts = proposed_shifts(proposal, number=seen + 1)
    decision = append_decision(
        contest,
        Decision(
            kind=DecisionKind.REGRADE,
            reason=reason,
            actor=actor,
            at=at,
            details=proposal.details(),
        ),
    )
    change = KeyChange.objects.create(
        decision=decision,
        question=proposal.question,
        revision=proposal.revision,
        kind=proposal.kind,
        letters=proposal.letters,
        accepted=list(proposal.accepted),
        number_key=proposal.number_key,
        tolerance=proposal.tolerance,
    )
    change.rounds.set(proposal.rounds)
    _move(contest, decision, proposal.round_ids, shifts, progress)
    return decision


@transaction.atomic
def undo_regrade(
    *, decision: Decision, reason: str, actor: User, at: datetime, progress: Progress = silent
) -> Decision:
    """Take a change of a key back, whatever else was changed since: every result becomes what it
    would be without it.

    Of one that is undone already, the undoing comes back. Raises ContestError "not_allowed",
    "reason_missing" or "not_undoable".
    """
    contest = contest_of_jury(decision.contest_id, reason, actor)
    done = Decision.objects.filter(undoes=decision).first()
    if done is not None:
        return done
    change = KeyChange.objects.select_related("question", "decision").filter(decision=decision)
    undone = change.first()
    if undone is None:
        raise ContestError("not_undoable", _("Quyết định này không phải là một lần chấm lại."))
    shifts = undone_shifts(undone)
    undoing = append_decision(
        contest,
        Decision(kind=DecisionKind.UNDO, undoes=decision, reason=reason, actor=actor, at=at),
    )
    round_ids = list(undone.rounds.values_list("pk", flat=True))
    _move(contest, undoing, round_ids, shifts, progress)
    return undoing


def last_number(contest: Contest) -> int:
    """Of its decisions; 0 before the first. One query."""
    last = contest.decisions.order_by("number").values_list("number", flat=True).last()
    return last or 0


def _move(
    contest: Contest, decision: Decision, round_ids: list[int], shifts: Shifts, progress: Progress
) -> None:
    """Move the results of all attempts whose paper has the question.

    Running ones are locked with the others: what is handed in meanwhile waits for the commit and
    is graded by the new key, and what was handed in before is moved. What was to be predicted of
    full papers is counted anew.
    """
    _lock_attempts(round_ids, shifts)
    moved = sorted(_moved(round_ids, shifts).items())
    for done in range(0, len(moved), BATCH):
        part = moved[done : done + BATCH]
        _write(decision, part)
        progress(done + len(part), len(moved))
    settle_regraded(round_ids=round_ids, at=decision.at)
    tell = partial(
        results_regraded.send_robust, sender=Contest, contest=contest, round_ids=round_ids
    )
    transaction.on_commit(tell)


def _answers(round_ids: Collection[int], shifts: Shifts) -> QuerySet[Answer]:
    return Answer.objects.filter(
        revision__in=shifts.revision_ids, attempt__round__in=round_ids
    ).order_by()


def _lock_attempts(round_ids: Collection[int], shifts: Shifts) -> None:
    papers = _answers(round_ids, shifts).values("attempt")
    attempts = Attempt.objects.filter(pk__in=papers).order_by("pk")
    locked: QuerySet[Any, Any] = attempts.select_for_update(no_key=True)
    for _pk in locked.values_list("pk").iterator(chunk_size=BATCH):
        pass


def _moved(round_ids: Collection[int], shifts: Shifts) -> dict[int, Shift]:
    """By attempt, of those handed in whose result moves. One query."""
    moved: dict[int, Shift] = {}
    answers = _answers(round_ids, shifts).filter(attempt__submitted_at__isnull=False)
    rows = answers.values_list(
        *("attempt_id", "attempt__round_id", "revision_id", "choice_order", "response")
    )
    for attempt_id, *answer in rows.iterator(chunk_size=BATCH):
        if shift := shifts.of(*answer):
            moved[attempt_id] = moved[attempt_id] + shift if attempt_id in moved else shift
    return moved


# rounded, because SQLite reckons decimals as floating-point numbers
KEEP_ROWS = """
INSERT INTO contest_regraderow (decision_id, attempt_id, score_before, score_after,
    max_score_before, max_score_after, correct_count_before, correct_count_after)
SELECT %s, attempt.id, attempt.score, round(attempt.score + moved.score, 2),
    attempt.max_score, round(attempt.max_score + moved.max_score, 2),
    attempt.correct_count, attempt.correct_count + moved.correct_count
FROM {moved} JOIN contest_attempt AS attempt ON attempt.id = moved.id
"""
MOVED = {
    "postgresql": """jsonb_to_recordset(%s::jsonb) AS moved
        (id bigint, score numeric, max_score numeric, correct_count integer)""",
    "sqlite": """(SELECT value ->> 'id' AS id, value ->> 'score' AS score,
        value ->> 'max_score' AS max_score, value ->> 'correct_count' AS correct_count
        FROM json_each(%s)) AS moved""",
}
MOVE_ATTEMPTS = """
UPDATE contest_attempt
SET score = after.score_after, max_score = after.max_score_after,
    correct_count = after.correct_count_after
FROM contest_regraderow AS after
WHERE after.attempt_id = contest_attempt.id AND after.decision_id = %s
    AND after.attempt_id BETWEEN %s AND %s
"""


def _write(decision: Decision, moved: Sequence[tuple[int, Shift]]) -> None:
    """Two statements: the rows of before and after, then what they say."""
    incoming = [
        {
            "id": pk,
            "score": str(it.score),
            "max_score": str(it.max_score),
            "correct_count": it.correct_count,
        }
        for pk, it in moved
    ]
    keep_rows = KEEP_ROWS.format(moved=MOVED[connection.vendor])
    with connection.cursor() as cursor:
        cursor.execute(keep_rows, [decision.pk, json.dumps(incoming)])
        cursor.execute(MOVE_ATTEMPTS, [decision.pk, moved[0][0], moved[-1][0]])
