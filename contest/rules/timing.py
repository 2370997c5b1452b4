"""The one place where instants are compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum


class RoundState(Enum):
    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"


class Phase(Enum):
    """Where a person's attempt at a round stands in time."""

    NOT_OPEN = "not_open"
    READY = "ready"  # not started, and may be
    RUNNING = "running"
    GRACE = "grace"  # time is over, but what was sent before is still on its way
    OVER = "over"


class BoardPhase(Enum):
    """What the public sees of a round's board."""

    LIVE = "live"
    FROZEN = "frozen"
    RELEASED = "released"


@dataclass(frozen=True)
class Window:
    """When a round is open: from the first instant on, and before the last."""

    opens_at: datetime
    closes_at: datetime

    def state(self, *, at: datetime) -> RoundState:
        """The opening instant is open; at the closing instant nobody can start any more."""
        if at < self.opens_at:
            return RoundState.UPCOMING
        return RoundState.OPEN if at < self.closes_at else RoundState.CLOSED


@dataclass(frozen=True)
class Outage:
    """A stretch in which nobody could work, through no fault of their own."""

    began_at: datetime
    ended_at: datetime

    @property
    def length(self) -> timedelta:
        return self.ended_at - self.began_at

    def has_begun(self, *, at: datetime) -> bool:
        return self.began_at <= at

    def overlaps(self, since: datetime, until: datetime) -> bool:
        return self.began_at < until and self.ended_at > since


@dataclass(frozen=True)
class Allotment:
    """The time one attempt has: what everybody has, more for a person, more for outages."""

    started_at: datetime
    plain_deadline_at: datetime
    extra_time: timedelta = timedelta(0)
    outage_credit: timedelta = timedelta(0)

    @property
    def deadline_at(self) -> datetime:
        return self.plain_deadline_at + self.extra_time + self.outage_credit


def allot(
    *,
    started_at: datetime,
    plain_deadline_at: datetime,
    extra_percent: int,
    outages: Iterable[Outage],
) -> Allotment:
    """Whole percents of the plain time are added first, then the outages that fall into it."""
    extra = (plain_deadline_at - started_at) * extra_percent / 100
    credit = outage_credit(
        started_at=started_at, deadline_at=plain_deadline_at + extra, outages=outages
    )
    return Allotment(started_at, plain_deadline_at, extra, credit)


def plain_deadline(*, started_at: datetime, duration: timedelta, closes_at: datetime) -> datetime:
    """The whole duration, cut short by the end of the round."""
    return min(started_at + duration, closes_at)


def outage_credit(
    *, started_at: datetime, deadline_at: datetime, outages: Iterable[Outage]
) -> timedelta:
    """How long the attempt's clock stood still: each outage that began before time was up.

    What is given back for one outage may bring the next into the attempt's time. An outage that
    began at the deadline, or ended at the start, took nothing.
    """
    credit = timedelta(0)
    for outage in merged(outages):
        if outage.ended_at > started_at and outage.began_at < deadline_at + credit:
            credit += outage.ended_at - max(outage.began_at, started_at)
    return credit


def merged(outages: Iterable[Outage]) -> list[Outage]:
    """The same stretches in order of time, none touching another: no second counts twice."""
    result: list[Outage] = []
    for outage in sorted(outages, key=lambda it: it.began_at):
        if not result or outage.began_at > result[-1].ended_at:
            result.append(outage)
            continue
        last = result.pop()
        result.append(Outage(last.began_at, max(last.ended_at, outage.ended_at)))
    return result


def attempt_phase(
    *, at: datetime, window: Window, deadline_at: datetime | None, grace: timedelta
) -> Phase:
    """The phase of a person's attempt; `deadline_at` is None before its start.

    A deadline is fixed at the start (see `allot`), so that editing the round cannot move it; from
    then on the round's window has no say.
    """
    if deadline_at is not None:
        return started_phase(at=at, deadline_at=deadline_at, grace=grace)
    return {
        RoundState.UPCOMING: Phase.NOT_OPEN,
        RoundState.OPEN: Phase.READY,
        RoundState.CLOSED: Phase.OVER,
    }[window.state(at=at)]


def started_phase(*, at: datetime, deadline_at: datetime, grace: timedelta) -> Phase:
    """The deadline itself is still running, and the last instant of the grace still in grace."""
    if at <= deadline_at:
        return Phase.RUNNING
    return Phase.GRACE if at <= deadline_at + grace else Phase.OVER


def freeze_instant(
    *, opens_at: datetime, closes_at: datetime, freeze: timedelta
) -> datetime | None:
    """From when on the public board of a round stands still; None for one that never does."""
    return max(opens_at, closes_at - freeze) if freeze else None


def board_phase(
    *, at: datetime, freezes_at: datetime | None, released_at: datetime | None
) -> BoardPhase:
    """Frozen from the instant of the freeze until the release, however long that takes.

    A release of before the freeze, left over from a change of the round's times, is none.
    """
    if freezes_at is None or at < freezes_at:
        return BoardPhase.LIVE
    if released_at is not None and freezes_at <= released_at <= at:
        return BoardPhase.RELEASED
    return BoardPhase.FROZEN


def submission_instant(*, at: datetime, deadline_at: datetime) -> datetime:
    """When an attempt that is closed at `at` counts as handed in: the grace is not working time."""
    return min(at, deadline_at)


def is_before(instant: datetime, until: datetime) -> bool:
    """What happened at `until` itself came too late."""
    return instant < until


def elapsed_ms(
    *, started_at: datetime, submitted_at: datetime, outages: Iterable[Outage] = ()
) -> int:
    """Whole milliseconds of work from start to submission; outages are not work."""
    idle = sum(
        (
            min(outage.ended_at, submitted_at) - max(outage.began_at, started_at)
            for outage in merged(outages)
            if outage.began_at < submitted_at and outage.ended_at > started_at
        ),
        timedelta(0),
    )
    return (submitted_at - started_at - idle) // timedelta(milliseconds=1)
