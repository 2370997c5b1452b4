"""Regrade a question: decided, done to every attempt in one transaction, and undone again."""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Round as Rounded
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
from contest.rules.regrading import NO_SHIFT, Shift
from contest.services.deciding import append_decision, contest_of_jury
from contest.services.predicting import settle_regraded
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
    is graded by the new key, and what was handed in before is moved. What was to be predicted of
    full papers is counted anew.
    """
    answers = _answers(shifts).filter(attempt__round__in=round_ids)
    attempt_ids = sorted(set(answers.values_list("attempt_id", flat=True)))
    for done in range(0, len(attempt_ids), BATCH):
        part = attempt_ids[done : done + BATCH]
        _move_part(decision, part, shifts)
        progress(done + len(part), len(attempt_ids))
    settle_regraded(round_ids=round_ids, at=decision.at)
    tell = partial(
        results_regraded.send_robust, sender=Contest, contest=contest, round_ids=round_ids
    )
    transaction.on_commit(tell)


def _answers(shifts: Shifts) -> QuerySet[Answer]:
    return Answer.objects.filter(revision__in=shifts.revision_ids).order_by()


def _move_part(decision: Decision, attempt_ids: Collection[int], shifts: Shifts) -> None:
    """A lock and a read; then, for each distinct shift, what was before and after, and the write.

    The rows of before and after are made where they are stored: a hundred thousand of them are
    not worth the way to here and back.
    """
    moved: dict[int, Shift] = {}
    answers = _answers(shifts).filter(attempt__in=_locked(attempt_ids))
    fields = ("attempt_id", "attempt__round_id", "revision_id", "choice_order", "response")
    for attempt_id, *answer in answers.values_list(*fields):
        moved[attempt_id] = moved.get(attempt_id, NO_SHIFT) + shifts.of(*answer)
    alike: dict[Shift, list[int]] = {}
    for attempt_id, shift in moved.items():
        if shift:
            alike.setdefault(shift, []).append(attempt_id)
    for shift, own in alike.items():
        attempts = Attempt.objects.filter(pk__in=own).order_by()
        _keep_rows(decision, attempts, shift)
        attempts.update(**_moved_fields(shift))


def _locked(attempt_ids: Collection[int]) -> list[int]:
    """Those handed in; the others are locked, too."""
    attempts = Attempt.objects.filter(pk__in=attempt_ids).order_by("pk")
    locked: QuerySet[Any, Any] = attempts.select_for_update(no_key=True)
    return [pk for pk, submitted_at in locked.values_list("pk", "submitted_at") if submitted_at]


def _moved_fields(shift: Shift) -> dict[str, Any]:
    """Rounded, because SQLite reckons decimals as floating-point numbers."""
    return {
        "score": Rounded(F("score") + shift.score, precision=2),
        "max_score": Rounded(F("max_score") + shift.max_score, precision=2),
        "correct_count": F("correct_count") + shift.correct_count,
    }


def _keep_rows(decision: Decision, attempts: QuerySet[Attempt], shift: Shift) -> None:
    """Add the attempts' RegradeRows, before they are moved."""
    values: dict[str, Any] = {"decision_id": Value(decision.pk), "attempt_id": F("pk")}
    for name, moved in _moved_fields(shift).items():
        values |= {f"{name}_before": F(name), f"{name}_after": moved}
    selected = attempts.annotate(**{f"row_{name}": it for name, it in values.items()})
    select, params = selected.values_list(*(f"row_{it}" for it in values)).query.sql_with_params()
    columns = ", ".join(values)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO contest_regraderow ({columns}) {select}", params)
