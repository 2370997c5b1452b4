"""Grading: a pure function of the paper, the answers and the key."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from string import ascii_uppercase


@dataclass(frozen=True)
class GradedItem:
    """What grading needs of one question on a paper: letters are the author's in `key`."""

    choice_order: str
    response: str
    key: frozenset[str]
    points: Decimal

    @property
    def is_correct(self) -> bool:
        """All or nothing: exactly the right options."""
        return bool(self.key) and chosen_letters(self.choice_order, self.response) == self.key


@dataclass(frozen=True)
class Grade:
    score: Decimal
    max_score: Decimal
    correct_count: int


def grade(items: Sequence[GradedItem]) -> Grade:
    """Sum the points of the questions answered correctly; an empty answer earns nothing."""
    right = [item for item in items if item.is_correct]
    return Grade(
        score=sum((item.points for item in right), Decimal(0)),
        max_score=sum((item.points for item in items), Decimal(0)),
        correct_count=len(right),
    )


def chosen_letters(choice_order: str, response: str) -> frozenset[str]:
    """The author's letters of the options a person ticked, who knows only the letters shown."""
    return frozenset(choice_order[ascii_uppercase.index(shown)] for shown in response)


def shown_letters(choice_order: str, letters: frozenset[str]) -> str:
    """The inverse of `chosen_letters`, sorted: what to print for the author's letters."""
    return "".join(
        ascii_uppercase[place] for place, letter in enumerate(choice_order) if letter in letters
    )


def tidy_response(response: str, *, choice_count: int, single: bool) -> str:
    """The letters shown, sorted and without repeats. Raises ValueError on anything else."""
    letters = sorted(set(response))
    if any(letter not in ascii_uppercase[:choice_count] for letter in letters):
        raise ValueError("letter not on the paper")
    if single and len(letters) > 1:
        raise ValueError("one option only")
    return "".join(letters)
