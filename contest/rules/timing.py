"""The one place where instants are compared."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum


class RoundState(Enum):
    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"


class Phase(Enum):
    """Where an attempt stands in time."""

    RUNNING = "running"
    GRACE = "grace"  # time is over, but what was sent before is still on its way
    OVER = "over"


@dataclass(frozen=True)
class TimeAllowed:
    """How long an attempt may take, and until when the round lets it run."""

    duration: timedelta
    closes_at: datetime

    def deadline(self, *, started_at: datetime) -> datetime:
        """The whole duration, cut short by the end of the round."""
        return min(started_at + self.duration, self.closes_at)


def round_state(*, at: datetime, opens_at: datetime, closes_at: datetime) -> RoundState:
    """The opening instant is open; at the closing instant nobody can start any more."""
    if at < opens_at:
        return RoundState.UPCOMING
    return RoundState.OPEN if at < closes_at else RoundState.CLOSED


def attempt_phase(*, at: datetime, deadline_at: datetime, grace: timedelta) -> Phase:
    """The deadline itself is still running, and the last instant of the grace still in grace."""
    if at <= deadline_at:
        return Phase.RUNNING
    return Phase.GRACE if at <= deadline_at + grace else Phase.OVER


def elapsed_ms(*, started_at: datetime, submitted_at: datetime) -> int:
    """Whole milliseconds from start to submission."""
    return (submitted_at - started_at) // timedelta(milliseconds=1)
