"""A paper after the reveal, and whether it is revealed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from contest.enums import KeyChangeKind
from contest.models import Answer, Attempt, KeyChange, Round
from contest.queries.keys import answer_keys
from contest.queries.papers import PaperQuestion, paper_question
from contest.rules.grading import GradedItem, Key, shown_letters
from contest.rules.regrading import Change, regraded
from contest.rules.reveal import is_revealed
from questionbank.enums import Scoring
from questionbank.wordings import Wording, wordings


@dataclass(frozen=True)
class ReviewedChoice:
    letter: str
    text: str
    is_chosen: bool
    mark: str  # "correct", "wrong", "missed" (right but not chosen) or ""


@dataclass(frozen=True)
class ReviewedQuestion:
    """A question after the reveal: graded, with the key, the explanation and what it rests on."""

    question: PaperQuestion
    key: Key
    is_correct: bool
    earned: Decimal
    choices: list[ReviewedChoice]
    explanation: str
    sources: list[str]
    change: KeyChangeKind | None = None  # the latest in force, by the jury

    @property
    def points(self) -> Decimal:
        return self.key.worth

    @property
    def gives_parts(self) -> bool:
        return self.key.scoring is Scoring.PARTIAL


def reviewed_questions(*, attempt_id: int) -> list[ReviewedQuestion]:
    """The graded paper with key and explanations, for whoever may see the key.

    Five queries, and see `wordings`.
    """
    answers = (
        Answer.objects.filter(attempt_id=attempt_id)
        .select_related("revision")
        .prefetch_related("revision__sources__document")
        .order_by("position")
    )
    revision_ids = [answer.revision_id for answer in answers]
    words, keys = wordings(revision_ids), answer_keys(revision_ids)
    own_round = Round.objects.filter(attempts=attempt_id).values("pk")
    by_place = KeyChange.objects.by_place(round_ids=own_round)
    changes = {revision_id: own for (_round_id, revision_id), own in by_place.items()}
    return [
        _reviewed_question(
            answer,
            words[answer.revision_id],
            keys[answer.revision_id],
            changes.get(answer.revision_id, []),
        )
        for answer in answers
    ]


def _reviewed_question(
    answer: Answer, wording: Wording, bank_key: Key, changes: list[Change]
) -> ReviewedQuestion:
    key = regraded(bank_key, changes)
    right = shown_letters(answer.choice_order, key.letters | key.also)
    question = paper_question(answer, wording)
    graded = GradedItem(answer.choice_order, answer.response, key)
    return ReviewedQuestion(
        question=question,
        key=key,
        is_correct=graded.is_correct,
        earned=graded.earned,
        choices=[
            ReviewedChoice(
                letter=choice.letter,
                text=choice.text,
                is_chosen=choice.is_chosen,
                mark=_mark(is_chosen=choice.is_chosen, is_right=choice.letter in right),
            )
            for choice in question.choices
        ],
        explanation=answer.revision.explanation,
        sources=[str(source) for source in answer.revision.sources.all()],
        change=max(changes, key=lambda it: it.number).kind if changes else None,
    )


def _mark(*, is_chosen: bool, is_right: bool) -> str:
    if is_right:
        return "correct" if is_chosen else "missed"
    return "wrong" if is_chosen else ""


def score_is_revealed(attempt: Attempt, *, at: datetime) -> bool:
    """Whether the owner of a submitted attempt may see its score."""
    return is_revealed(at=at, rounds=[attempt.round.score_reveal])


def key_is_revealed(attempt: Attempt, *, at: datetime) -> bool:
    """Whether the owner of a submitted attempt may see its key.

    Only when every round that draws from the same question set allows it. One query, or none
    where its own round does not.
    """
    own = attempt.round
    return is_revealed(at=at, rounds=[own.key_reveal]) and round_key_is_revealed(own, at=at)


def round_key_is_revealed(contest_round: Round, *, at: datetime) -> bool:
    """Whether those who handed in at the round may have seen its key. One query."""
    rounds = Round.objects.filter(question_set_id=contest_round.question_set_id)
    return is_revealed(at=at, rounds=[it.key_reveal for it in rounds])
