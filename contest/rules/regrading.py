"""What a question's key becomes by what the jury changed of it after a round."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from contest.enums import KeyChangeKind
from contest.rules.grading import NOTHING, GradedItem, Key


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a key; `number` is that of its decision, and so its place in the order."""

    number: int
    kind: KeyChangeKind
    letters: frozenset[str] = frozenset()
    accepted: tuple[str, ...] = ()
    number_key: Decimal | None = None
    tolerance: Decimal = NOTHING


def regraded(key: Key, changes: Iterable[Change]) -> Key:
    """The key by the changes in force, in whatever order they are given.

    They are made one after the other by their numbers, and the latest wins: a key that is
    corrected counts again after it was void. One that accepts more adds to the key as it was
    before it, so that accepting C and later D accepts both.
    """
    for change in sorted(changes, key=lambda it: it.number):
        key = _changed(replace(key, is_void=False, is_given=False), change)
    return key


def _changed(key: Key, change: Change) -> Key:
    if change.kind is KeyChangeKind.VOID:
        return replace(key, is_void=True)
    if change.kind is KeyChangeKind.FULL_POINTS:
        return replace(key, is_given=True)
    if change.kind is KeyChangeKind.ACCEPT_MORE:
        return replace(
            key,
            also=(key.also | change.letters) - key.letters,
            accepted=(*key.accepted, *(it for it in change.accepted if it not in key.accepted)),
        )
    return replace(
        key,
        letters=change.letters,
        also=frozenset(),
        accepted=change.accepted,
        number=change.number_key,
        tolerance=change.tolerance,
    )


@dataclass(frozen=True, slots=True)
class Shift:
    """What a change adds to the result of one attempt."""

    score: Decimal = NOTHING
    max_score: Decimal = NOTHING
    correct_count: int = 0

    def __add__(self, other: "Shift") -> "Shift":
        return Shift(
            self.score + other.score,
            self.max_score + other.max_score,
            self.correct_count + other.correct_count,
        )

    def __bool__(self) -> bool:
        return bool(self.score or self.max_score or self.correct_count)


NO_SHIFT = Shift()


def shift(before: GradedItem, after: GradedItem) -> Shift:
    """What the same answer adds when it is graded by another key."""
    return Shift(
        score=after.earned - before.earned,
        max_score=after.key.worth - before.key.worth,
        correct_count=after.is_correct - before.is_correct,
    )
