"""What the jury decides about people and attempts: recorded, chained, reversible.

Every decision strikes attempts from the standings or lifts what an earlier one struck; boards and
lists follow at once.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from contest.enums import DecisionKind
from contest.errors import ContestError
from contest.models import Attempt, Contest, Decision, Participant
from contest.rules.chaining import FIRST, digest_of
from contest.rules.counting import Ruling, struck
from contest.signals import counting_changed


@transaction.atomic
def disqualify(
    *,
    participant: Participant,
    reason: str,
    actor: User,
    at: datetime,
    details: Mapping[str, Any] | None = None,
) -> Decision:
    """Strike all attempts of a participant, those to come included.

    Raises ContestError "not_allowed", "reason_missing" or "decided_already".
    """
    return _decide_about_person(DecisionKind.DISQUALIFY, participant, reason, actor, at, details)


@transaction.atomic
def set_aside(
    *,
    participant: Participant,
    reason: str,
    actor: User,
    at: datetime,
    details: Mapping[str, Any] | None = None,
) -> Decision:
    """Let a participant stand outside the ranking, such as a member of the committee.

    Raises ContestError "not_allowed", "reason_missing" or "decided_already".
    """
    return _decide_about_person(DecisionKind.SET_ASIDE, participant, reason, actor, at, details)


@transaction.atomic
def exclude_attempt(
    *,
    attempt: Attempt,
    reason: str,
    actor: User,
    at: datetime,
    details: Mapping[str, Any] | None = None,
) -> Decision:
    """Strike one attempt: the person's next best counts.

    Raises ContestError "not_allowed", "reason_missing" or "decided_already".
    """
    contest = contest_of_jury(attempt.participant.contest_id, reason, actor)
    _refuse_twice(Decision.objects.in_force().filter(attempt=attempt).exists())
    decision = append_decision(
        contest,
        Decision(
            kind=DecisionKind.EXCLUDE_ATTEMPT,
            attempt=attempt,
            reason=reason,
            actor=actor,
            at=at,
            details=dict(details or {}),
        ),
    )
    recount(contest, participant_ids=[attempt.participant_id])
    return decision


@transaction.atomic
def undo(*, decision: Decision, reason: str, actor: User, at: datetime) -> Decision:
    """Lift what a decision struck. Of one that is undone already, the undoing comes back.

    Raises ContestError "not_allowed", "reason_missing" or "not_undoable".
    """
    contest = contest_of_jury(decision.contest_id, reason, actor)
    done = Decision.objects.filter(undoes=decision).first()
    if done is not None:
        return done
    if decision.kind == DecisionKind.UNDO:
        raise ContestError("not_undoable", _("Xin ra quyết định mới thay vì khôi phục."))
    if decision.kind == DecisionKind.REGRADE:  # by `undo_regrade`, which takes its time
        raise ContestError("not_undoable", _("Xin hủy lần chấm lại này ở trang “Chấm lại”."))
    undoing = append_decision(
        contest,
        Decision(kind=DecisionKind.UNDO, undoes=decision, reason=reason, actor=actor, at=at),
    )
    owner_id = decision.attempt.participant_id if decision.attempt else decision.participant_id
    recount(contest, participant_ids=[owner_id] if owner_id else [])
    return undoing


def recount(contest: Contest, *, participant_ids: Collection[int]) -> None:
    """Make the attempts of these people count or not as the decisions in force say; tell boards.

    Call it in the transaction of the decision. Four queries.
    """
    about = Decision.objects.filter(contest=contest).values_list(
        "pk", "participant_id", "attempt_id", "undoes_id"
    )
    ruled = struck(Ruling(*row) for row in about)
    attempts = Attempt.objects.filter(participant__in=participant_ids)
    owners = attempts.values_list("pk", "participant_id", "is_counted")
    moved = [
        (pk, is_counted)
        for pk, owner_id, is_counted in owners
        if is_counted is not ruled.counts(participant_id=owner_id, attempt_id=pk)
    ]
    for was_counted in (True, False):
        changing = [pk for pk, is_counted in moved if is_counted is was_counted]
        Attempt.objects.filter(pk__in=changing).update(is_counted=not was_counted)
    if moved:
        tell = partial(
            counting_changed.send_robust,
            sender=Contest,
            contest=contest,
            participant_ids=list(participant_ids),
        )
        transaction.on_commit(tell)


def contest_of_jury(contest_id: int, reason: str, actor: User) -> Contest:
    """The contest, locked: decisions are made and numbered one after the other.

    People may join it meanwhile. Raises ContestError "not_allowed" or "reason_missing".
    """
    if not has_role(actor, Role.JURY):
        message = _("Chỉ Ban giám khảo được ra quyết định này.")
        raise ContestError("not_allowed", message, HTTPStatus.FORBIDDEN)
    if not reason.strip():
        message = _("Xin ghi lý do của quyết định.")
        raise ContestError("reason_missing", message, HTTPStatus.UNPROCESSABLE_ENTITY)
    return Contest.objects.select_for_update(no_key=True).get(pk=contest_id)


def _decide_about_person(
    kind: DecisionKind,
    participant: Participant,
    reason: str,
    actor: User,
    at: datetime,
    details: Mapping[str, Any] | None,
) -> Decision:
    contest = contest_of_jury(participant.contest_id, reason, actor)
    _refuse_twice(Decision.objects.in_force().filter(participant=participant).exists())
    decision = append_decision(
        contest,
        Decision(
            kind=kind,
            participant=participant,
            reason=reason,
            actor=actor,
            at=at,
            details=dict(details or {}),
        ),
    )
    recount(contest, participant_ids=[participant.pk])
    return decision


def _refuse_twice(is_decided: bool) -> None:
    if is_decided:
        raise ContestError("decided_already", _("Đã có quyết định như vậy đang có hiệu lực."))


def append_decision(contest: Contest, decision: Decision) -> Decision:
    """Put a decision at the end of the contest's log, which is locked."""
    last = contest.decisions.order_by("number").last()
    decision.contest = contest
    decision.number = last.number + 1 if last else 1
    decision.previous_digest = last.digest if last else FIRST
    decision.digest = digest_of(decision.content(), previous=decision.previous_digest)
    decision.save(force_insert=True)
    record_decision(
        actor=decision.actor,
        at=decision.at,
        action=f"decision.{decision.kind}",
        target=f"contest:{contest.slug}",
        reason=decision.reason,
        after=decision.content() | {"digest": decision.digest},
    )
    return decision
