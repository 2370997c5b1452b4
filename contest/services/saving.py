"""Save an answer: repeatable, never older over newer, acknowledged only after the commit."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext as _

from contest.errors import ContestError
from contest.models import Answer, AnswerEvent, Attempt
from contest.rules.grading import tidy_response
from contest.rules.timing import Phase
from questionbank.enums import QuestionKind

MAX_CLIENT_NUMBER = 2**53 - 1  # what a browser can count exactly


@dataclass(frozen=True)
class SavedAnswer:
    """What is stored now: `is_current` is False when a newer save was already there."""

    position: int
    response: str
    client_number: int
    is_current: bool


@transaction.atomic
def save_answer(
    *, attempt_id: int, position: int, response: str, client_number: int, at: datetime
) -> SavedAnswer:
    """Store the letters shown ("B", "AC", or "" to clear) as the answer to question `position`.

    `client_number` grows with every change a person makes (browsers send the server's time in
    milliseconds), so a repeat changes nothing and an older save never overwrites a newer one.

    Raises ContestError "too_late", "not_on_paper", "bad_response" or "bad_number".
    """
    attempt = Attempt.objects.select_for_update().get(pk=attempt_id)
    refuse_unless_running(attempt, at=at)
    if not 0 < client_number <= MAX_CLIENT_NUMBER:
        raise ContestError(
            "bad_number", _("Số thứ tự lượt lưu không hợp lệ."), HTTPStatus.UNPROCESSABLE_ENTITY
        )
    answer = _answer_on_paper(attempt, position)
    letters = _letters(answer, response)
    if client_number <= answer.client_number:
        is_repeat = client_number == answer.client_number and letters == answer.response
        return SavedAnswer(position, answer.response, answer.client_number, is_repeat)
    answer.response = letters
    answer.client_number = client_number
    answer.saved_at = at
    answer.save(update_fields=["response", "client_number", "saved_at"])
    AnswerEvent.objects.create(
        attempt=attempt,
        position=position,
        response=letters,
        client_number=client_number,
        saved_at=at,
    )
    return SavedAnswer(position, letters, client_number, is_current=True)


def refuse_unless_running(attempt: Attempt, *, at: datetime) -> None:
    """Raise ContestError "already_submitted" or "too_late" unless answers are still taken."""
    if attempt.submitted_at is not None:
        raise ContestError(
            "already_submitted", _("Bài thi đã nộp, không thể thay đổi câu trả lời.")
        )
    if attempt.phase(at=at) is Phase.OVER:
        raise ContestError(
            "too_late", _("Đã hết giờ làm bài, câu trả lời này không được ghi nhận.")
        )


def _answer_on_paper(attempt: Attempt, position: int) -> Answer:
    answer = (
        Answer.objects.select_related("revision").filter(attempt=attempt, position=position).first()
    )
    if answer is None:
        raise ContestError(
            "not_on_paper", _("Câu hỏi này không có trong đề."), HTTPStatus.UNPROCESSABLE_ENTITY
        )
    return answer


def _letters(answer: Answer, response: str) -> str:
    try:
        return tidy_response(
            response,
            choice_count=len(answer.choice_order),
            single=answer.revision.kind != QuestionKind.MULTIPLE_CHOICE,
        )
    except ValueError as error:
        raise ContestError(
            "bad_response",
            _("Phương án trả lời không có trong câu hỏi này."),
            HTTPStatus.UNPROCESSABLE_ENTITY,
        ) from error
