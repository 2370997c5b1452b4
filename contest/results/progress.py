"""How the rounds of a contest are going, for those who run and judge it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Unit
from contest.models import Contest, Participant, Round
from contest.rules.timing import RoundState


@dataclass(frozen=True)
class RoundProgress:
    """A round with its counters. `mean_score` is over all submitted attempts."""

    round: Round
    state: RoundState
    person_count: int
    running_count: int
    submitted_count: int
    mean_score: Decimal | None
    frozen_since: datetime | None  # what the public sees of its board is of then

    @property
    def is_unsettled(self) -> bool:
        """Closed, yet attempts are still running: its standings may move."""
        return self.state is RoundState.CLOSED and self.running_count > 0


def rounds_progress(*, contest: Contest, at: datetime) -> list[RoundProgress]:
    """The rounds of a contest in order of opening. One query."""
    rounds: QuerySet[Any] = Round.objects.filter(contest_id=contest.pk).annotate(
        person_count=Count("attempts__participant", distinct=True),
        running_count=Count("attempts", filter=Q(attempts__submitted_at=None)),
        submitted_count=Count("attempts", filter=Q(attempts__submitted_at__isnull=False)),
        mean_score=Avg("attempts__score"),
    )
    return [
        RoundProgress(
            round=contest_round,
            state=contest_round.state(at=at),
            person_count=contest_round.person_count,
            running_count=contest_round.running_count,
            submitted_count=contest_round.submitted_count,
            mean_score=contest_round.mean_score,
            frozen_since=contest_round.frozen_since(at=at),
        )
        for contest_round in rounds.order_by("opens_at", "id")
    ]


@dataclass(frozen=True)
class ContestProgress:
    """A contest in a desk's list."""

    contest: Contest
    participant_count: int
    open_round_count: int
    round_count: int


def contests_progress(*, at: datetime) -> list[ContestProgress]:
    """All contests, newest first. One query."""
    contests: QuerySet[Any] = Contest.objects.annotate(
        participant_count=Count("participants", distinct=True),
        round_count=Count("rounds", distinct=True),
        open_round_count=Count(
            "rounds", distinct=True, filter=Q(rounds__opens_at__lte=at, rounds__closes_at__gt=at)
        ),
    )
    return [
        ContestProgress(it, it.participant_count, it.open_round_count, it.round_count)
        for it in contests
    ]


def absent_units(*, contest: Contest, at: datetime) -> QuerySet[Unit]:
    """The units of the day that nobody takes part for, by kind and name."""
    taking_part = Participant.objects.filter(contest_id=contest.pk, unit=OuterRef("pk"))
    units = Unit.objects.valid_on(day=timezone.localdate(at))
    return units.exclude(Exists(taking_part)).order_by("kind", "name")
