"""How many take part: the figures of the hall's screen."""

from dataclasses import dataclass
from datetime import datetime

from contest.models import Contest
from contest.singleflight import SingleFlightCache
from leaderboard.queries import Participation, participation

FRESH_SECONDS = 1.0

_cache = SingleFlightCache(size=50, seconds=FRESH_SECONDS)


@dataclass(frozen=True)
class ContestCounters:
    """Figures of a contest over all its rounds, as far as everybody may know them.

    While a round is frozen they are those of the freeze, and nobody is told how many are at it.
    """

    participants: int
    submitted_attempts: int
    running_attempts: int | None  # None: not told now
    units: int


def contest_counters(contest: Contest, at: datetime) -> ContestCounters:
    """At most a second old; simultaneous askers of a process wait for one reading. 3 queries."""
    return _cache.get(contest.pk, lambda: _count(participation(contest, at=at)))


def forget_counters() -> None:
    """Start anew, as after a restart of the process."""
    _cache.clear()


def _count(found: Participation) -> ContestCounters:
    return ContestCounters(
        participants=found.participants,
        submitted_attempts=found.submitted,
        running_attempts=None if found.is_frozen else found.running,
        units=found.units,
    )
