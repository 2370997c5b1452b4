"""Which of one person's attempts at a round stays, where they took part more often than they may.

The contest's rule decides; equal attempts are told apart by their number, so that the choice is
the same whoever looks and whenever.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from contest.enums import DuplicateAttempts


@dataclass(frozen=True, slots=True)
class Candidate:
    """A submitted attempt that counts."""

    pk: int
    score: Decimal
    elapsed_ms: int
    started_at: datetime
    submitted_at: datetime


def kept(candidates: Collection[Candidate], *, rule: DuplicateAttempts) -> Candidate:
    """The one that stays. Raises ValueError where there is none."""
    return min(candidates, key=_ORDERS[rule])


_ORDERS: dict[DuplicateAttempts, Callable[[Candidate], Any]] = {
    DuplicateAttempts.BEST: lambda it: (-it.score, it.elapsed_ms, it.submitted_at, it.pk),
    DuplicateAttempts.FIRST: lambda it: (it.started_at, it.pk),
    DuplicateAttempts.LAST: lambda it: (-it.started_at.timestamp(), -it.pk),
}
