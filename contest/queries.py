"""Reads: one function gives the data of one page or one decision."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from string import ascii_uppercase
from typing import NamedTuple

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from contest.models import Answer, Attempt, Contest, Participant, Round, RoundOutage
from contest.rules.grading import GradedItem, shown_letters
from contest.rules.ranking import Result, total
from contest.rules.reveal import is_revealed
from contest.rules.timing import Phase, RoundState
from questionbank.enums import QuestionKind
from questionbank.models import Choice
from questionbank.wordings import Wording, wordings


def counted_attempts(*, round_id: int, before: datetime | None = None) -> QuerySet[Attempt]:
    """The attempt that counts of every participant of a round: the best of those submitted.

    With `before`, of those submitted before that instant. What the jury struck is left out.
    """
    attempts = Attempt.objects.counting().filter(round_id=round_id)
    if before is not None:
        attempts = attempts.filter(submitted_at__lt=before)
    return attempts.annotate(
        preference=Window(
            RowNumber(),
            partition_by=F("participant_id"),
            order_by=[F("score").desc(), F("elapsed_ms").asc(), F("submitted_at").asc()],
        )
    ).filter(preference=1)


def round_results(*, round_id: int, before: datetime | None = None) -> list[Result]:
    """Every participant's counted result in a round, in no particular order."""
    rows = counted_attempts(round_id=round_id, before=before).values_list(
        "participant_id", "score", "elapsed_ms", "submitted_at"
    )
    return [Result(*row) for row in rows.iterator(chunk_size=5000)]  # type: ignore[arg-type]  # submitted: none is null


def contest_results(*, contest_id: int) -> list[Result]:
    """Every participant's total over the official rounds of a contest."""
    parts: dict[int, list[Result]] = {}
    rounds = Round.objects.official().filter(contest_id=contest_id)
    for round_id in rounds.values_list("pk", flat=True):
        for result in round_results(round_id=round_id):
            parts.setdefault(result.participant_id, []).append(result)
    return [total(results) for results in parts.values()]


def graded_items(*, attempt_ids: Collection[int]) -> dict[int, list[GradedItem]]:
    """By attempt: its paper with the answers and the key, ready for grading. Two queries."""
    rows = (
        Answer.objects.filter(attempt_id__in=attempt_ids)
        .order_by("attempt_id", "position")
        .values_list("attempt_id", "revision_id", "choice_order", "response", "revision__points")
    )
    keys = _keys({revision_id for _attempt, revision_id, *_rest in rows})
    items: dict[int, list[GradedItem]] = {attempt_id: [] for attempt_id in attempt_ids}
    for attempt_id, revision_id, choice_order, response, points in rows:
        key = frozenset(keys.get(revision_id, ()))
        items[attempt_id].append(GradedItem(choice_order, response, key, points))
    return items


def _keys(revision_ids: Collection[int]) -> dict[int, set[str]]:
    keys: dict[int, set[str]] = {}
    right = Choice.objects.filter(revision__in=revision_ids, is_correct=True)
    for revision_id, position in right.values_list("revision_id", "position"):
        keys.setdefault(revision_id, set()).add(ascii_uppercase[position])
    return keys


@dataclass(frozen=True)
class PaperChoice:
    letter: str  # as shown
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class PaperQuestion:
    """A question as its person sees it. It never carries the key."""

    position: int
    stem: str
    takes_several: bool
    choices: list[PaperChoice]
    response: str
    client_number: int

    @property
    def input_name(self) -> str:
        return f"q{self.position}"

    @property
    def input_type(self) -> str:
        return "checkbox" if self.takes_several else "radio"


class QuestionShape(NamedTuple):
    """What an answer must fit: how many options there are, and whether several may be chosen."""

    choice_count: int
    takes_several: bool


def paper_shape(*, attempt_id: int) -> dict[int, QuestionShape]:
    """What each answer of a paper must fit, by position. One query."""
    rows = Answer.objects.filter(attempt_id=attempt_id).values_list(
        "position", "choice_order", "revision__kind"
    )
    return {
        position: _shape(len(order), kind == QuestionKind.MULTIPLE_CHOICE)
        for position, order, kind in rows
    }


_shape = cache(QuestionShape)  # every open paper holds one for each of its questions


class _Shown(NamedTuple):
    """A row of a paper."""

    position: int
    revision_id: int
    choice_order: str
    response: str
    client_number: int


def paper_questions(*, attempt_id: int) -> list[PaperQuestion]:
    """The paper in order, with the answers saved so far. One query, and see `wordings`."""
    rows = Answer.objects.filter(attempt_id=attempt_id).order_by("position")
    shown = [_Shown(*row) for row in rows.values_list(*_Shown._fields)]
    words = wordings([row.revision_id for row in shown])
    return [_paper_question(row, words[row.revision_id]) for row in shown]


def _paper_question(row: _Shown | Answer, wording: Wording) -> PaperQuestion:
    return PaperQuestion(
        position=row.position,
        stem=wording.stem,
        takes_several=wording.takes_several,
        choices=[
            PaperChoice(
                shown, wording.choices[ascii_uppercase.index(letter)], shown in row.response
            )
            for shown, letter in zip(ascii_uppercase, row.choice_order, strict=False)
        ],
        response=row.response,
        client_number=row.client_number,
    )


@dataclass(frozen=True)
class ReviewedChoice:
    letter: str
    text: str
    is_chosen: bool
    mark: str  # "correct", "wrong", "missed" (right but not chosen) or ""


@dataclass(frozen=True)
class ReviewedQuestion:
    """A question after the reveal: with the key, the explanation and what it rests on."""

    question: PaperQuestion
    choices: list[ReviewedChoice]
    explanation: str
    sources: list[str]


def reviewed_questions(*, attempt_id: int) -> list[ReviewedQuestion]:
    """The graded paper with key and explanations, for whoever may see the key. Four queries."""
    answers = (
        Answer.objects.filter(attempt_id=attempt_id)
        .select_related("revision")
        .prefetch_related("revision__choices", "revision__sources__document")
        .order_by("position")
    )
    words = wordings([answer.revision_id for answer in answers])
    return [_reviewed_question(answer, words[answer.revision_id]) for answer in answers]


def _reviewed_question(answer: Answer, wording: Wording) -> ReviewedQuestion:
    revision = answer.revision
    right = frozenset(
        ascii_uppercase[choice.position] for choice in revision.choices.all() if choice.is_correct
    )
    key = shown_letters(answer.choice_order, right)
    question = _paper_question(answer, wording)
    return ReviewedQuestion(
        question=question,
        choices=[
            ReviewedChoice(
                letter=choice.letter,
                text=choice.text,
                is_chosen=choice.is_chosen,
                mark=_mark(is_chosen=choice.is_chosen, is_right=choice.letter in key),
            )
            for choice in question.choices
        ],
        explanation=revision.explanation,
        sources=[str(source) for source in revision.sources.all()],
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


def recorded_outages(contest: Contest) -> list[RoundOutage]:
    """Of all rounds, the latest first. One query."""
    outages = RoundOutage.objects.filter(round__contest=contest).select_related("round")
    return list(outages.order_by("-began_at", "-id"))


def people_with_extra_time(contest: Contest) -> list[Participant]:
    """By name. One query."""
    people = contest.participants.filter(extra_time_percent__gt=0).select_related("unit")
    return list(people.order_by("full_name", "id"))


def round_key_is_revealed(contest_round: Round, *, at: datetime) -> bool:
    """Whether those who handed in at the round may have seen its key. One query."""
    rounds = Round.objects.filter(question_set_id=contest_round.question_set_id)
    return is_revealed(at=at, rounds=[it.key_reveal for it in rounds])


@dataclass(frozen=True)
class RoundEntry:
    """A round as one person sees it in a list."""

    round: Round
    attempts: list[Attempt]
    at: datetime

    @property
    def state(self) -> RoundState:
        return self.round.state(at=self.at)

    @property
    def running(self) -> Attempt | None:
        """Also after the round has closed: a person may have been given more time."""
        return next(
            (it for it in self.attempts if it.phase(at=self.at) is not Phase.OVER),
            None,
        )

    @property
    def attempts_left(self) -> int:
        return max(0, self.round.max_attempts - len(self.attempts))

    @property
    def may_start(self) -> bool:
        """Or go on."""
        running = self.running
        phase = self.round.phase(at=self.at, deadline_at=running.deadline_at if running else None)
        return phase in {Phase.RUNNING, Phase.GRACE} or (
            phase is Phase.READY and self.attempts_left > 0
        )


def round_entries(*, contest_id: int, user_id: int | None, at: datetime) -> list[RoundEntry]:
    """The rounds of a contest with the person's own attempts. Two queries."""
    attempts: dict[int, list[Attempt]] = {}
    mine = Attempt.objects.of_user(user_id) if user_id else Attempt.objects.none()
    for attempt in mine.filter(round__contest_id=contest_id).order_by("number"):
        attempts.setdefault(attempt.round_id, []).append(attempt)
    return [
        RoundEntry(contest_round, attempts.get(contest_round.pk, []), at)
        for contest_round in Round.objects.filter(contest_id=contest_id).order_by("opens_at", "id")
    ]
