"""Which attempts count: what the jury's decisions in force leave standing."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision, as far as counting is concerned: exactly one of the three is named.

    A participant's ruling strikes all their attempts; `undoes` lifts an earlier ruling.
    """

    number: int
    participant_id: int | None = None
    attempt_id: int | None = None
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Struck:
    """Whom and what the decisions in force take out of the standings."""

    participants: frozenset[int]
    attempts: frozenset[int]

    def counts(self, *, participant_id: int, attempt_id: int) -> bool:
        return participant_id not in self.participants and attempt_id not in self.attempts


def struck(rulings: Iterable[Ruling]) -> Struck:
    """In any order: a ruling is in force unless another one undoes it."""
    rulings = list(rulings)
    undone = {ruling.undoes for ruling in rulings}
    in_force = [ruling for ruling in rulings if ruling.number not in undone]
    return Struck(
        participants=frozenset(it.participant_id for it in in_force if it.participant_id),
        attempts=frozenset(it.attempt_id for it in in_force if it.attempt_id),
    )
