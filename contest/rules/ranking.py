"""Ranking: standings are a pure function of the results."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class Result:
    """What one participant brings to a board: the best attempt, or a total over rounds."""

    participant_id: int
    score: Decimal
    elapsed_ms: int
    submitted_at: datetime

    @property
    def sort_key(self) -> tuple[Decimal, int, datetime]:
        """Higher score first, then less time used, then the earlier submission."""
        return (-self.score, self.elapsed_ms, self.submitted_at)


@dataclass(frozen=True)
class Standing:
    place: int
    result: Result


def best(results: Iterable[Result]) -> Result:
    """The result that counts of one person's several."""
    return min(results, key=lambda result: result.sort_key)


def total(results: Iterable[Result]) -> Result:
    """One person's results over several rounds: scores and times add up, the last hour counts."""
    parts = list(results)
    return Result(
        participant_id=parts[0].participant_id,
        score=sum((part.score for part in parts), Decimal(0)),
        elapsed_ms=sum(part.elapsed_ms for part in parts),
        submitted_at=max(part.submitted_at for part in parts),
    )


def rank(results: Iterable[Result]) -> list[Standing]:
    """Standings in order; equal results share a place, and the next place counts them all."""
    ordered = sorted(results, key=lambda result: (result.sort_key, result.participant_id))
    standings: list[Standing] = []
    for index, result in enumerate(ordered):
        tied = bool(standings) and standings[-1].result.sort_key == result.sort_key
        standings.append(Standing(standings[-1].place if tied else index + 1, result))
    return standings
