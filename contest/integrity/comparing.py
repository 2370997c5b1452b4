"""What members of a cluster answered to the same questions, side by side.

Which answers are the same can be said at any time. What is right is said only where nobody can
work with the question set any more and its key has been revealed (Law 4): see `may_show_key`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase

from accounts.rules.folding import fold
from contest.models import Answer, Attempt, Round
from contest.queries.keys import Keys, keys_in_force
from contest.rules.grading import GradedItem, Key, chosen_letters
from contest.rules.reveal import is_revealed
from questionbank.wordings import Wording, wordings


@dataclass(frozen=True)
class Cell:
    """`is_right` is None where the key is not shown."""

    text: str
    is_same: bool  # as somebody else's answer
    is_right: bool | None

    @property
    def is_same_mistake(self) -> bool:
        return self.is_same and self.is_right is False


@dataclass(frozen=True)
class ComparedQuestion:
    stem: str
    cells: list[Cell | None]  # None: not on that paper


@dataclass(frozen=True)
class Comparison:
    """Of one round: a column for each attempt, a row for each question on two papers or more."""

    round: Round
    attempts: list[Attempt]
    shows_key: bool
    questions: list[ComparedQuestion]

    @property
    def same_count(self) -> int:
        return sum(any(it and it.is_same for it in row.cells) for row in self.questions)

    @property
    def same_mistake_count(self) -> int:
        return sum(any(it and it.is_same_mistake for it in row.cells) for row in self.questions)


def may_show_key(contest_round: Round, *, siblings: Collection[Round], at: datetime) -> bool:
    """Whether a judge may be shown what is right.

    `siblings` are all rounds that draw from the same question set, this one among them. Every one
    must be over, whatever it shows at submission, and must have revealed its key.
    """
    if contest_round not in siblings:
        raise ValueError("the round itself is one of those that draw from its set")
    return all(it.is_over(at=at) for it in siblings) and is_revealed(
        at=at, rounds=[it.key_reveal for it in siblings]
    )


def comparisons(attempts: Collection[Attempt], *, at: datetime, with_key: bool) -> list[Comparison]:
    """For each round in which at least two of these attempts were handed in.

    Without `with_key` nothing is marked as right or wrong. Four queries, and see `wordings`.
    """
    by_round: defaultdict[int, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        if attempt.submitted_at is not None:
            by_round[attempt.round_id].append(attempt)
    groups = [group for group in by_round.values() if len(group) > 1]
    answers: defaultdict[int, dict[int, Answer]] = defaultdict(dict)
    compared = [attempt.pk for group in groups for attempt in group]
    for answer in Answer.objects.filter(attempt__in=compared).order_by("attempt", "position"):
        answers[answer.attempt_id][answer.revision_id] = answer
    siblings: defaultdict[int, list[Round]] = defaultdict(list)
    sets = {group[0].round.question_set_id for group in groups}
    for it in Round.objects.filter(question_set__in=sets):
        siblings[it.question_set_id].append(it)
    keyed = {
        group[0].round_id: with_key
        and may_show_key(group[0].round, siblings=siblings[group[0].round.question_set_id], at=at)
        for group in groups
    }
    revisions = {pk for found in answers.values() for pk in found}
    open_keys = {
        pk
        for group in groups
        if keyed[group[0].round_id]
        for attempt in group
        for pk in answers[attempt.pk]
    }
    words = wordings(revisions)
    keys = keys_in_force(round_ids=list(keyed), revision_ids=open_keys)
    return [
        _comparison(group, answers, words, keys, shows_key=keyed[group[0].round_id])
        for group in groups
    ]


def _comparison(
    attempts: list[Attempt],
    answers: Mapping[int, Mapping[int, Answer]],
    words: Mapping[int, Wording],
    keys: Keys,
    *,
    shows_key: bool,
) -> Comparison:
    papers = [answers[attempt.pk] for attempt in attempts if attempt.pk in answers]
    held = Counter(pk for paper in papers for pk in paper)
    common = sorted(pk for pk, count in held.items() if count > 1)
    return Comparison(
        round=attempts[0].round,
        attempts=attempts,
        shows_key=shows_key,
        questions=[
            ComparedQuestion(
                words[pk].stem,
                _cells(
                    [answers[attempt.pk].get(pk) for attempt in attempts],
                    words[pk],
                    keys.of(attempts[0].round_id, pk) if shows_key else None,
                ),
            )
            for pk in common
        ],
    )


def _cells(row: list[Answer | None], words: Wording, key: Key | None) -> list[Cell | None]:
    said = [_said(answer) if answer else "" for answer in row]
    often = Counter(said)
    return [
        Cell(_text(answer, words), bool(what) and often[what] > 1, _is_right(answer, key))
        if answer
        else None
        for answer, what in zip(row, said, strict=True)
    ]


def _said(answer: Answer) -> str:
    """The same for the same answer, in whatever order the options stood; "" for none."""
    if not answer.choice_order:
        return fold(answer.response)
    return "".join(sorted(chosen_letters(answer.choice_order, answer.response)))


def _text(answer: Answer, words: Wording) -> str:
    if not answer.choice_order:
        return answer.response
    letters = sorted(chosen_letters(answer.choice_order, answer.response))
    return "; ".join(words.choices[ascii_uppercase.index(letter)] for letter in letters)


def _is_right(answer: Answer, key: Key | None) -> bool | None:
    if key is None or key.is_void:
        return None
    return GradedItem(answer.choice_order, answer.response, key).is_correct
