"""Rounds as one person sees them, and what was granted or decided beside them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from contest.models import Attempt, Contest, Decision, Participant, Round, RoundOutage
from contest.rules.timing import Phase, RoundState


@dataclass(frozen=True)
class RoundEntry:
    """A round as one person sees it in a list."""

    round: Round
    attempts: list[Attempt]
    at: datetime

    @property
    def state(self) -> RoundState:
        return self.round.state(at=self.at)

    @property
    def running(self) -> Attempt | None:
        """Also after the round has closed: a person may have been given more time."""
        return next(
            (it for it in self.attempts if it.phase(at=self.at) is not Phase.OVER),
            None,
        )

    @property
    def attempts_left(self) -> int:
        return max(0, self.round.max_attempts - len(self.attempts))

    @property
    def may_start(self) -> bool:
        """Or go on."""
        running = self.running
        phase = self.round.phase(at=self.at, deadline_at=running.deadline_at if running else None)
        return phase in {Phase.RUNNING, Phase.GRACE} or (
            phase is Phase.READY and self.attempts_left > 0
        )


def round_entries(*, contest_id: int, user_id: int | None, at: datetime) -> list[RoundEntry]:
    """The rounds of a contest with the person's own attempts. Two queries."""
    attempts: dict[int, list[Attempt]] = {}
    mine = Attempt.objects.of_user(user_id) if user_id else Attempt.objects.none()
    for attempt in mine.filter(round__contest_id=contest_id).order_by("number"):
        attempts.setdefault(attempt.round_id, []).append(attempt)
    return [
        RoundEntry(contest_round, attempts.get(contest_round.pk, []), at)
        for contest_round in Round.objects.filter(contest_id=contest_id).order_by("opens_at", "id")
    ]


def recorded_outages(contest: Contest) -> list[RoundOutage]:
    """Of all rounds, the latest first. One query."""
    outages = RoundOutage.objects.filter(round__contest=contest).select_related("round")
    return list(outages.order_by("-began_at", "-id"))


def people_with_extra_time(contest: Contest) -> list[Participant]:
    """By name. One query."""
    people = contest.participants.filter(extra_time_percent__gt=0).select_related("unit")
    return list(people.order_by("full_name", "id"))


def ruling_on(attempt: Attempt) -> Decision | None:
    """The decision in force that keeps an attempt from counting; the latest. One query."""
    about = Q(attempt=attempt) | Q(participant=attempt.participant_id)
    return Decision.objects.in_force().filter(about).order_by("-number").first()
