"""What the jury makes of a cluster: a verdict with its decisions, in one transaction, reversible.

Every decision made for a cluster names it, so that opening the cluster again undoes exactly these.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.auditing import record_decision
from contest.enums import ClusterStatus, ClusterVerdict
from contest.errors import ContestError
from contest.integrity.listing import certainly_listed
from contest.integrity.plans import counted_results, duplicate_plan, settlement_decisions
from contest.models import Contest, Decision, IntegrityCluster, Participant
from contest.services.deciding import (
    contest_of_jury,
    disqualify,
    exclude_attempt,
    set_aside,
    undo,
)


@transaction.atomic
def settle_as_one_person(
    *,
    cluster: IntegrityCluster,
    planned: Collection[int],
    reason: str,
    actor: User,
    at: datetime,
) -> IntegrityCluster:
    """Strike all attempts at a round but the one that the contest's rule keeps.

    `planned` are the attempts that the person was shown as to be struck. Called again for a cluster
    settled so, it strikes what was handed in since. Raises ContestError "not_allowed",
    "reason_missing", "settled_already" or "plan_changed" (something was handed in meanwhile).
    """
    locked = _locked(cluster, reason, actor)
    is_again = locked.verdict == ClusterVerdict.SAME_PERSON
    if not is_again:
        _refuse_settled(locked)
    people = _people(locked)
    plan = duplicate_plan(locked.contest, [person.pk for person in people])
    if plan.numbers != sorted(planned) or (is_again and not plan.numbers):
        message = _("Các lượt thi của nhóm vừa thay đổi. Xin xem lại danh sách và xác nhận lại.")
        raise ContestError("plan_changed", message)

    def strike() -> None:
        for it in plan.rounds:
            for attempt in it.struck:
                details = {
                    "cluster": locked.key,
                    "rule": plan.rule.value,
                    "kept_attempt": it.kept.pk,
                }
                exclude_attempt(attempt=attempt, reason=reason, actor=actor, at=at, details=details)

    return _settle(locked, ClusterVerdict.SAME_PERSON, strike, reason, actor, at)


@transaction.atomic
def settle_without_consequence(
    *, cluster: IntegrityCluster, reason: str, actor: User, at: datetime
) -> IntegrityCluster:
    """They are different people; or, of one person alone, there is nothing to hold against them.

    Raises ContestError "not_allowed", "reason_missing" or "settled_already".
    """
    locked = _locked(cluster, reason, actor)
    _refuse_settled(locked)
    is_alone = len(_people(locked)) == 1
    verdict = ClusterVerdict.DISMISSED if is_alone else ClusterVerdict.DIFFERENT_PEOPLE
    return _settle(locked, verdict, lambda: None, reason, actor, at)


@transaction.atomic
def settle_against(
    *,
    cluster: IntegrityCluster,
    verdict: ClusterVerdict,
    participant_ids: Collection[int],
    reason: str,
    actor: User,
    at: datetime,
) -> IntegrityCluster:
    """Disqualify these members (verdict DISQUALIFIED) or set them aside (SET_ASIDE).

    Whoever is out by an earlier decision stays out by that one. Raises ContestError "not_allowed",
    "reason_missing", "settled_already" or "not_members" (also when nobody is named).
    """
    locked = _locked(cluster, reason, actor)
    _refuse_settled(locked)
    members = {person.pk: person for person in _people(locked)}
    if not participant_ids or not set(participant_ids) <= members.keys():
        message = _("Xin chọn người trong nhóm.")
        raise ContestError("not_members", message, HTTPStatus.UNPROCESSABLE_ENTITY)
    decided = Decision.objects.in_force().filter(participant__in=participant_ids)
    out = set(decided.values_list("participant_id", flat=True))
    deed = {ClusterVerdict.DISQUALIFIED: disqualify, ClusterVerdict.SET_ASIDE: set_aside}[verdict]

    def decide() -> None:
        for pk in sorted(set(participant_ids) - out):
            details = {"cluster": locked.key}
            deed(participant=members[pk], reason=reason, actor=actor, at=at, details=details)

    return _settle(locked, verdict, decide, reason, actor, at)


@transaction.atomic
def settle_listed(
    *, contest: Contest, keys: Collection[str], reason: str, actor: User, at: datetime
) -> int:
    """Set aside, at once, the people of those of these clusters that are listed for certain.

    What was settled meanwhile is left as it is. Returns how many were settled. Raises ContestError
    "not_allowed" or "reason_missing".
    """
    contest_of_jury(contest.pk, reason, actor)
    found = [cluster for cluster in certainly_listed(contest) if cluster.key in set(keys)]
    for cluster in found:
        settle_against(
            cluster=cluster,
            verdict=ClusterVerdict.SET_ASIDE,
            participant_ids=[person.pk for person in _people(cluster)],
            reason=reason,
            actor=actor,
            at=at,
        )
    return len(found)


@transaction.atomic
def ask_unit(
    *, cluster: IntegrityCluster, note: str, actor: User, at: datetime
) -> IntegrityCluster:
    """Note what the unit is asked; asking again replaces the question.

    Raises ContestError "not_allowed", "reason_missing" or "settled_already".
    """
    locked = _locked(cluster, note, actor)
    _refuse_settled(locked)
    before = {"status": locked.status, "note": locked.note}
    locked.status, locked.note = ClusterStatus.ASKED, note
    locked.save(update_fields=["status", "note"])
    record_decision(
        actor=actor,
        at=at,
        action="cluster.ask",
        target=audit_target(locked),
        reason=note,
        before=before,
        after={"status": locked.status, "note": note},
    )
    return locked


@transaction.atomic
def reopen(
    *, cluster: IntegrityCluster, reason: str, actor: User, at: datetime
) -> IntegrityCluster:
    """Undo the decisions that were made for the cluster, and nothing else; it is open again.

    One that is not settled stays as it is. Raises ContestError "not_allowed" or "reason_missing".
    """
    locked = _locked(cluster, reason, actor)
    if locked.status != ClusterStatus.SETTLED:
        return locked
    people = _people(locked)
    before = {
        "status": locked.status,
        "verdict": locked.verdict,
        "results": counted_results(locked.contest, people),
    }
    undone = [
        undo(decision=decision, reason=reason, actor=actor, at=at)
        for decision in settlement_decisions(locked)
    ]
    locked.status, locked.verdict, locked.note = ClusterStatus.OPEN, "", ""
    locked.settled_by = locked.settled_at = None
    locked.save(update_fields=["status", "verdict", "note", "settled_by", "settled_at"])
    record_decision(
        actor=actor,
        at=at,
        action="cluster.reopen",
        target=audit_target(locked),
        reason=reason,
        before=before,
        after={
            "status": locked.status,
            "results": counted_results(locked.contest, people),
            "decisions": [it.number for it in undone],
        },
    )
    return locked


def audit_target(cluster: IntegrityCluster) -> str:
    """How the decision log names a cluster."""
    return f"cluster:{cluster.contest.slug}/{cluster.key}"


def _locked(cluster: IntegrityCluster, reason: str, actor: User) -> IntegrityCluster:
    """The cluster as it is now, held until the end of the transaction; the contest first."""
    contest = contest_of_jury(cluster.contest_id, reason, actor)
    locked = IntegrityCluster.objects.select_for_update().get(pk=cluster.pk)
    locked.contest = contest
    return locked


def _refuse_settled(cluster: IntegrityCluster) -> None:
    if cluster.status == ClusterStatus.SETTLED:
        message = _("Nhóm này đã được kết luận. Xin xem kết luận trước khi quyết định tiếp.")
        raise ContestError("settled_already", message)


def _people(cluster: IntegrityCluster) -> list[Participant]:
    people = Participant.objects.filter(cluster_memberships__cluster=cluster)
    return list(people.order_by("pk"))


def _settle(
    cluster: IntegrityCluster,
    verdict: ClusterVerdict,
    deed: Callable[[], None],
    reason: str,
    actor: User,
    at: datetime,
) -> IntegrityCluster:
    people = _people(cluster)
    before = {"status": cluster.status, "results": counted_results(cluster.contest, people)}
    deed()
    cluster.status, cluster.verdict, cluster.note = ClusterStatus.SETTLED, verdict, reason
    cluster.settled_by, cluster.settled_at = actor, at
    cluster.save(update_fields=["status", "verdict", "note", "settled_by", "settled_at"])
    record_decision(
        actor=actor,
        at=at,
        action="cluster.settle",
        target=audit_target(cluster),
        reason=reason,
        before=before,
        after={
            "status": cluster.status,
            "verdict": verdict.value,
            "results": counted_results(cluster.contest, people),
            "decisions": sorted(it.number for it in settlement_decisions(cluster)),
        },
    )
    return cluster
