"""A paper as its person sees it. Nothing here carries a key."""

from dataclasses import dataclass
from functools import cache
from string import ascii_uppercase
from typing import NamedTuple

from contest.models import Answer
from questionbank.enums import QuestionKind
from questionbank.wordings import ShownPicture, Wording, wordings


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
    kind: QuestionKind
    choices: list[PaperChoice]  # none where the answer is typed
    response: str
    client_number: int
    picture: ShownPicture | None = None
    refused: str = ""  # what was typed instead and could not be taken
    refusal: str = ""  # why

    @property
    def input_name(self) -> str:
        return f"q{self.position}"

    @property
    def input_type(self) -> str:
        """Of its options."""
        return "checkbox" if self.kind is QuestionKind.MULTIPLE_CHOICE else "radio"


def shows_picture(*, attempt_id: int, digest: str) -> bool:
    """Whether a question of the paper has this picture. One query."""
    answers = Answer.objects.filter(attempt_id=attempt_id)
    return answers.filter(revision__picture__image__digest=digest).exists()


class QuestionShape(NamedTuple):
    """What an answer must fit: the kind of question, and how many options there are."""

    kind: QuestionKind
    choice_count: int


def paper_shape(*, attempt_id: int) -> dict[int, QuestionShape]:
    """What each answer of a paper must fit, by position. One query."""
    rows = Answer.objects.filter(attempt_id=attempt_id).values_list(
        "position", "revision__kind", "choice_order"
    )
    return {position: _shape(kind, len(order)) for position, kind, order in rows}


@cache  # every open paper holds one for each of its questions
def _shape(kind: str, choice_count: int) -> QuestionShape:
    return QuestionShape(QuestionKind(kind), choice_count)


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
    return [paper_question(row, words[row.revision_id]) for row in shown]


def paper_question(row: _Shown | Answer, wording: Wording) -> PaperQuestion:
    return PaperQuestion(
        position=row.position,
        stem=wording.stem,
        kind=wording.kind,
        choices=[
            PaperChoice(
                shown, wording.choices[ascii_uppercase.index(letter)], shown in row.response
            )
            for shown, letter in zip(ascii_uppercase, row.choice_order, strict=False)
        ],
        response=row.response,
        client_number=row.client_number,
        picture=wording.picture,
    )
