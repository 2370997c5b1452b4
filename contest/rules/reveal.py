"""When scores and keys may leave the server."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from contest.enums import RevealTime


@dataclass(frozen=True)
class Reveal:
    """A round's setting and the instant from which nobody can answer in it any more."""

    time: RevealTime
    over_at: datetime


def is_revealed(*, at: datetime, rounds: Iterable[Reveal]) -> bool:
    """Whether a submitted attempt may show something that all these rounds must agree to.

    For a score that is the attempt's own round; for a key it is every round that draws from the
    same question set, so that reviewing one week's paper gives nothing away for the next week.
    """
    return all(
        reveal.time is RevealTime.AT_SUBMIT
        or (reveal.time is RevealTime.AFTER_CLOSE and at > reveal.over_at)
        for reveal in rounds
    )
