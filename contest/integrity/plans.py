"""What settling a cluster as one person strikes: exactly that, before anybody confirms it."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Exists, OuterRef

from contest.enums import DuplicateAttempts, RoundKind
from contest.models import (
    Attempt,
    Contest,
    Decision,
    IntegrityCluster,
    Participant,
    Round,
    rules_of,
)
from contest.queries.results import counted_attempts
from contest.rules.duplicates import Candidate, kept


@dataclass(frozen=True)
class RoundPlan:
    """Of one official round: the attempt that stays, and those that go."""

    round: Round
    kept: Attempt
    struck: list[Attempt]


@dataclass(frozen=True)
class DuplicatePlan:
    """Over all rounds, with the rule that was asked."""

    rule: DuplicateAttempts
    rounds: list[RoundPlan]

    @property
    def struck(self) -> list[Attempt]:
        return [attempt for it in self.rounds for attempt in it.struck]

    @property
    def numbers(self) -> list[int]:
        """Of the attempts to be struck, to compare two plans by."""
        return sorted(attempt.pk for attempt in self.struck)

    @property
    def is_spread(self) -> bool:
        """Whether what stays belongs to several registrations, whose totals remain apart."""
        return len({it.kept.participant_id for it in self.rounds}) > 1


def duplicate_plan(contest: Contest, participant_ids: Collection[int]) -> DuplicatePlan:
    """What the contest's rule says of these people's counting attempts. One query.

    Attempts under way are not in it: once handed in they show as attempts since the settlement.
    """
    attempts = (
        Attempt.objects.counting()
        .filter(participant__in=participant_ids, round__in=contest.rounds.official())
        .select_related("round", "participant")
        .order_by("round__opens_at", "round_id", "started_at", "pk")
    )
    rule = DuplicateAttempts(contest.duplicate_attempts)
    by_round = groupby(attempts, key=lambda attempt: attempt.round_id)
    return DuplicatePlan(rule, [_round_plan(list(group), rule) for _round, group in by_round])


def _round_plan(attempts: list[Attempt], rule: DuplicateAttempts) -> RoundPlan:
    stays = kept([_candidate(attempt) for attempt in attempts], rule=rule).pk
    return RoundPlan(
        round=attempts[0].round,
        kept=next(it for it in attempts if it.pk == stays),
        struck=[it for it in attempts if it.pk != stays],
    )


def _candidate(attempt: Attempt) -> Candidate:
    return Candidate(
        attempt.pk,
        attempt.score,  # type: ignore[arg-type]  # submitted: none of these is null
        attempt.elapsed_ms,  # type: ignore[arg-type]
        attempt.started_at,
        attempt.submitted_at,  # type: ignore[arg-type]
    )


def has_further_attempts() -> Exists:
    """Of a cluster: whether its people have more than one counting attempt at an official round."""
    several = (
        Attempt.objects.counting()
        .filter(
            participant__cluster_memberships__cluster=OuterRef("pk"),
            round__kind=RoundKind.OFFICIAL,
        )
        .order_by()
        .values("round")
        .annotate(count=Count("pk"))
        .filter(count__gt=1)
    )
    return Exists(several)


def counted_results(contest: Contest, people: Collection[Participant]) -> dict[str, dict[str, str]]:
    """What counts now, by the participant's number and the round, as JSON can hold it.

    One query for each official round, and one for the rules.
    """
    found: dict[str, dict[str, str]] = {str(person.pk): {} for person in people}
    ids = [person.pk for person in people]
    rules = rules_of(contest)
    for contest_round in contest.rounds.official():
        counted = counted_attempts(round_id=contest_round.pk, rules=rules, participant_ids=ids)
        for attempt in counted.order_by("number"):
            own = found[str(attempt.participant_id)]
            told = f"{attempt.receipt_code} {attempt.score} {attempt.elapsed_ms}"
            own[contest_round.slug] = "; ".join(filter(None, [own.get(contest_round.slug), told]))
    return found


def settlement_decisions(cluster: IntegrityCluster) -> list[Decision]:
    """Those in force that were made for the cluster, the latest first. One query."""
    made = Decision.objects.in_force().filter(
        contest_id=cluster.contest_id, details__cluster=cluster.key
    )
    return list(made.select_related("participant", "attempt__participant").order_by("-number"))
