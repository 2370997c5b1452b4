"""Regrade a question: decided, done to every attempt in one transaction, and undone again."""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Round as Rounded
from django.utils.translation import gettext as _

from accounts.models import User
from contest.enums import DecisionKind
from contest.errors import ContestError
from contest.models import Answer, Attempt, Contest, Decision, KeyChange, RegradeRow
from contest.regrading.proposing import (
    Proposal,
    Shifts,
    proposed_shifts,
    refuse_bad,
    undone_shifts,
)
from contest.rules.regrading import Shift
from contest.services.deciding import append_decision, contest_of_jury
from contest.signals import results_regraded

BATCH = 5000  # attempts locked, read and written at a time, all in one transaction
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
    is graded by the new key, and what was handed in before is moved.
    """
    answers = _answers(shifts).filter(attempt__round__in=round_ids)
    attempt_ids = sorted(set(answers.values_list("attempt_id", flat=True)))
    done = 0
    for part in _parts(attempt_ids):
        _move_part(decision, part, shifts)
        done += len(part)
        progress(done, len(attempt_ids))
    tell = partial(
        results_regraded.send_robust, sender=Contest, contest=contest, round_ids=round_ids
    )
    transaction.on_commit(tell)


def _parts(attempt_ids: list[int]) -> Iterator[list[int]]:
    waiting = iter(attempt_ids)
    while part := list(islice(waiting, BATCH)):
        yield part


def _answers(shifts: Shifts) -> QuerySet[Answer]:
    return Answer.objects.filter(revision__in=shifts.revision_ids).order_by()


class _Result(NamedTuple):
    """Of an attempt that was handed in."""

    pk: int
    round_id: int
    score: Decimal
    max_score: Decimal
    correct_count: int


def _move_part(decision: Decision, attempt_ids: list[int], shifts: Shifts) -> None:
    """A lock, a read, a write for each distinct shift and one for the rows of before and after."""
    results = _locked_results(attempt_ids)
    moved: dict[int, Shift] = {}
    answers = _answers(shifts).filter(attempt__in=results)
    for attempt_id, revision_id, choice_order, response in answers.values_list(
        "attempt_id", "revision_id", "choice_order", "response"
    ):
        one = shifts.of(results[attempt_id].round_id, revision_id, choice_order, response)
        moved[attempt_id] = moved.get(attempt_id, Shift()) + one
    alike: dict[Shift, list[int]] = {}
    for attempt_id, shift in moved.items():
        if shift:
            alike.setdefault(shift, []).append(attempt_id)
    for shift, own in alike.items():
        Attempt.objects.filter(pk__in=own).update(**_moved_fields(shift))
    RegradeRow.objects.bulk_create(
        _row(decision, results[attempt_id], shift)
        for shift, own in alike.items()
        for attempt_id in own
    )


def _locked_results(attempt_ids: list[int]) -> dict[int, _Result]:
    """Of those handed in; the others are locked, too."""
    attempts = Attempt.objects.filter(pk__in=attempt_ids).order_by("pk")
    locked: QuerySet[Any, Any] = attempts.select_for_update(no_key=True)
    rows = locked.values_list(*_Result._fields, "submitted_at")
    return {row[0]: _Result(*row[:-1]) for row in rows if row[-1] is not None}


def _moved_fields(shift: Shift) -> dict[str, Any]:
    """Rounded, because SQLite reckons decimals as floating-point numbers."""
    return {
        "score": Rounded(F("score") + shift.score, precision=2),
        "max_score": Rounded(F("max_score") + shift.max_score, precision=2),
        "correct_count": F("correct_count") + shift.correct_count,
    }


def _row(decision: Decision, result: _Result, shift: Shift) -> RegradeRow:
    return RegradeRow(
        decision=decision,
        attempt_id=result.pk,
        score_before=result.score,
        score_after=result.score + shift.score,
        max_score_before=result.max_score,
        max_score_after=result.max_score + shift.max_score,
        correct_count_before=result.correct_count,
        correct_count_after=result.correct_count + shift.correct_count,
    )
