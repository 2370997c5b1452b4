"""Save answers: repeatable, never older over newer, acknowledged only after the commit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from contest.errors import ContestError
from contest.models import Answer
from contest.queries.papers import QuestionShape
from contest.rules.timing import Phase, started_phase
from contest.services.storing import Save, store
from questionbank.errors import bad_response_message
from questionbank.rules.responding import BadResponse, tidy_response

MAX_CLIENT_NUMBER = 2**53 - 1  # what a browser can count exactly


PaperShape = Mapping[int, QuestionShape]  # by position


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """What is stored now: `is_current` is False when a newer save was already there."""

    position: int
    response: str
    client_number: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class RefusedAnswer:
    position: int
    refusal: ContestError


Outcome = SavedAnswer | RefusedAnswer


class SentAnswer(Protocol):
    """An answer as a client sends it; "" takes an answer back."""

    @property
    def position(self) -> int: ...
    @property
    def response(self) -> str: ...
    @property
    def client_number(self) -> int: ...


def check_answers(
    sent: Iterable[SentAnswer], *, attempt_id: int, shape: PaperShape, at: datetime
) -> list[Save | RefusedAnswer]:
    """What can be stored of the answers to one paper, and what does not fit it.

    Refusals are "not_on_paper", "bad_number" (of the save), "bad_response", "not_a_number" and
    "too_long".
    """
    return [_checked(answer, attempt_id, shape.get(answer.position), at) for answer in sent]


def with_outcomes(
    checked: Iterable[Save | RefusedAnswer], stored: Iterable[Outcome]
) -> list[Outcome]:
    """The outcome of each checked answer, in order; `stored` is what became of the saves."""
    rest = iter(stored)
    return [next(rest) if isinstance(each, Save) else each for each in checked]


def _checked(
    answer: SentAnswer, attempt_id: int, question: QuestionShape | None, at: datetime
) -> Save | RefusedAnswer:
    if question is None:
        return _refused(answer, "not_on_paper", _("Câu hỏi này không có trong đề."))
    if not 0 < answer.client_number <= MAX_CLIENT_NUMBER:
        return _refused(answer, "bad_number", _("Số thứ tự lượt lưu không hợp lệ."))
    kind, choice_count = question
    try:
        response = tidy_response(answer.response, kind=kind, choice_count=choice_count)
    except BadResponse as bad:
        return _refused(answer, bad.code, bad_response_message(bad.code))
    return Save(attempt_id, answer.position, response, answer.client_number, at)


def _refused(answer: SentAnswer, code: str, message: str) -> RefusedAnswer:
    refusal = ContestError(code, message, HTTPStatus.UNPROCESSABLE_ENTITY)
    return RefusedAnswer(answer.position, refusal)


def save_answers(saves: Sequence[Save]) -> list[Outcome]:
    """Store checked answers, of one attempt or of many; return what became of each, in order.

    Everything that the result calls saved is committed. `client_number` grows with every change
    a person makes (browsers send the server's time in milliseconds), so a repeat changes nothing
    and an older save never overwrites a newer one. Refusals are "already_submitted" and
    "too_late". Raises django.db.Error when the database cannot store; then nothing was saved.
    """
    grace = timedelta(seconds=settings.SUBMIT_GRACE_SECONDS)
    kept: set[int] = set()
    for wave in _waves(saves):
        stored = store([saves[index] for index in wave], grace=grace)
        kept.update(wave[number] for number in stored)
    left = [saves[index] for index in range(len(saves)) if index not in kept]
    reasons = iter(_reasons(left, grace=grace)) if left else iter(())
    return [
        SavedAnswer(save.position, save.response, save.client_number, is_current=True)
        if index in kept
        else next(reasons)
        for index, save in enumerate(saves)
    ]


def _waves(saves: Sequence[Save]) -> Iterator[list[int]]:
    """Indexes in statements that each name a question once; nearly always there is one."""
    waiting = list(range(len(saves)))
    while waiting:
        seen: set[tuple[int, int]] = set()
        wave: list[int] = []
        later: list[int] = []
        for index in waiting:
            (later if saves[index].place in seen else wave).append(index)
            seen.add(saves[index].place)
        yield wave
        waiting = later


def _reasons(saves: Sequence[Save], *, grace: timedelta) -> list[Outcome]:
    """Why these were not kept, by what the database holds now."""
    rows = Answer.objects.filter(attempt__in={save.attempt_id for save in saves}).values_list(
        "attempt_id",
        "position",
        "response",
        "client_number",
        "attempt__submitted_at",
        "attempt__deadline_at",
    )
    held = {(row[0], row[1]): row[2:] for row in rows}
    return [_reason(save, *held[save.place], grace=grace) for save in saves]


def _reason(
    save: Save,
    response: str,
    client_number: int,
    submitted_at: datetime | None,
    deadline_at: datetime,
    *,
    grace: timedelta,
) -> Outcome:
    is_same = (response, client_number) == (save.response, save.client_number)
    if is_same:  # a repeat of what is stored, even after the submission
        return SavedAnswer(save.position, response, client_number, is_current=True)
    if submitted_at is not None:
        message = _("Bài thi đã nộp, không thể thay đổi câu trả lời.")
        return RefusedAnswer(save.position, ContestError("already_submitted", message))
    if started_phase(at=save.at, deadline_at=deadline_at, grace=grace) is Phase.OVER:
        message = _("Đã hết giờ làm bài, câu trả lời này không được ghi nhận.")
        return RefusedAnswer(save.position, ContestError("too_late", message))
    return SavedAnswer(save.position, response, client_number, is_current=False)
