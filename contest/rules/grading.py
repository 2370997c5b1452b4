"""Grading: a pure function of the paper, the answers and the key."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from string import ascii_uppercase

from questionbank.enums import QuestionKind, Scoring
from questionbank.rules.answering import letters_are_right, number_is_right, text_is_accepted

CENT = Decimal("0.01")  # the smallest part of a point
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Key:
    """What is right of one wording, and what it is worth; letters are the author's."""

    kind: QuestionKind
    points: Decimal
    scoring: Scoring = Scoring.ALL_OR_NOTHING
    letters: frozenset[str] = frozenset()
    accepted: tuple[str, ...] = ()
    number: Decimal | None = None
    tolerance: Decimal = NOTHING
    # what the jury made of it afterwards, see rules/regrading.py
    also: frozenset[str] = frozenset()  # letters that nobody loses anything by
    is_void: bool = False
    is_given: bool = False  # to everybody

    @property
    def worth(self) -> Decimal:
        """What it adds to the maximum of a paper."""
        return NOTHING if self.is_void else self.points


@dataclass(frozen=True)
class GradedItem:
    """A question on a paper: the author's letters as they were shown, the answer, the key."""

    choice_order: str
    response: str
    key: Key

    @cached_property
    def is_correct(self) -> bool:
        """Fully right: exactly the right options, an accepted text, a number near enough."""
        key = self.key
        if key.is_void or key.is_given:
            return key.is_given
        if not self.response:
            return False
        if key.kind is QuestionKind.SHORT_TEXT:
            return text_is_accepted(self.response, key.accepted)
        if key.kind is QuestionKind.NUMBER:
            return key.number is not None and number_is_right(
                self.response, key.number, tolerance=key.tolerance
            )
        if key.also and key.kind is not QuestionKind.MULTIPLE_CHOICE:
            return self._chosen <= key.letters | key.also
        return letters_are_right(self._chosen - key.also, key.letters)

    @property
    def earned(self) -> Decimal:
        """Points for the answer: all of them, a part where the question gives parts, or none."""
        if self.is_correct:
            return self.key.points
        if self.key.scoring is Scoring.PARTIAL and self.response and not self.key.is_void:
            return self._part
        return NOTHING

    @property
    def _part(self) -> Decimal:
        """points * (right ticked / right options - wrong ticked / wrong options), at least 0.

        So a Moodle question whose right options share 100 % and whose wrong ones share -100 % is
        graded, and a QTI mapping with the lower bound 0: the bank's files say the same. Whoever
        ticks everything earns nothing, and ticking at random nothing on the average. Rounded half
        up to a hundredth, so that sums are exact. An option accepted afterwards is no miss, and
        the others weigh what they did: accepting it lowers nobody.
        """
        key = self.key
        right, wrong = len(key.letters), len(self.choice_order) - len(key.letters)
        if not right or not wrong:
            return NOTHING
        hits = len(self._chosen & key.letters)
        misses = len(self._chosen - key.also) - hits
        shares = max(0, hits * wrong - misses * right)
        return (key.points * shares / (right * wrong)).quantize(CENT, ROUND_HALF_UP)

    @property
    def _chosen(self) -> frozenset[str]:
        return chosen_letters(self.choice_order, self.response)


@dataclass(frozen=True)
class Grade:
    score: Decimal
    max_score: Decimal
    correct_count: int  # fully right


def grade(items: Sequence[GradedItem]) -> Grade:
    """Sum what the answers earn; an empty answer earns nothing."""
    return Grade(
        score=sum((item.earned for item in items), NOTHING),
        max_score=sum((item.key.worth for item in items), NOTHING),
        correct_count=sum(item.is_correct for item in items),
    )


def chosen_letters(choice_order: str, response: str) -> frozenset[str]:
    """The author's letters of the options a person ticked, who knows only the letters shown."""
    return frozenset(choice_order[ascii_uppercase.index(shown)] for shown in response)


def shown_letters(choice_order: str, letters: frozenset[str]) -> str:
    """The inverse of `chosen_letters`, sorted: what to print for the author's letters."""
    return "".join(
        ascii_uppercase[place] for place, letter in enumerate(choice_order) if letter in letters
    )
