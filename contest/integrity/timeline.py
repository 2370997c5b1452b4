"""When the members of a cluster were at work: every attempt of a round on one axis of time."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from contest.models import AnswerEvent, Attempt, Round

WIDTH = 1000  # units of the drawing; the page stretches it


@dataclass(frozen=True)
class Strip:
    """One attempt; places from 0 to WIDTH. `end` is None while it is under way."""

    attempt: Attempt
    start: int
    end: int | None
    saves: list[int]
    saved_at: list[datetime]

    @property
    def reaches(self) -> int:
        """How far the bar goes."""
        return max([self.start, *self.saves, self.end or 0])

    @property
    def length(self) -> int:
        return max(1, self.reaches - self.start)


@dataclass(frozen=True)
class Timeline:
    """Of one round, from the first start to the last deed."""

    round: Round
    begins_at: datetime
    ends_at: datetime
    strips: list[Strip]


def timelines(attempts: Collection[Attempt]) -> list[Timeline]:
    """By round, each with its attempts in the order of their start. One query."""
    saves: defaultdict[int, list[datetime]] = defaultdict(list)
    events = AnswerEvent.objects.filter(attempt__in=attempts).order_by("saved_at", "pk")
    for attempt_id, saved_at in events.values_list("attempt_id", "saved_at"):
        saves[attempt_id].append(saved_at)
    by_round: defaultdict[int, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        by_round[attempt.round_id].append(attempt)
    return [
        _timeline(sorted(group, key=lambda it: (it.started_at, it.pk)), saves)
        for group in by_round.values()
    ]


def _timeline(attempts: list[Attempt], saves: dict[int, list[datetime]]) -> Timeline:
    deeds = [at for it in attempts for at in (it.started_at, *saves[it.pk], it.submitted_at) if at]
    begins_at, ends_at = min(deeds), max(deeds)
    span = (ends_at - begins_at).total_seconds() or 1

    def place(at: datetime) -> int:
        return round((at - begins_at).total_seconds() / span * WIDTH)

    return Timeline(
        round=attempts[0].round,
        begins_at=begins_at,
        ends_at=ends_at,
        strips=[
            Strip(
                attempt=it,
                start=place(it.started_at),
                end=place(it.submitted_at) if it.submitted_at else None,
                saves=[place(at) for at in saves[it.pk]],
                saved_at=saves[it.pk],
            )
            for it in attempts
        ],
    )
