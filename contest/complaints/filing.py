"""A participant objects: to a question on their own paper, or to their result."""

from datetime import datetime
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contest.errors import ContestError
from contest.models import LONGEST_COMPLAINT, Attempt, Complaint
from contest.rules.complaining import complaints_are_taken, complaints_end


def complaints_until(attempt: Attempt) -> datetime:
    """Complaints about an attempt are taken up to this instant."""
    contest_round = attempt.round
    hours = contest_round.contest.complaint_hours
    return complaints_end(over_at=contest_round.over_at, hours=hours)


def may_complain(attempt: Attempt, *, at: datetime) -> bool:
    return complaints_are_taken(at=at, until=complaints_until(attempt))


def file_complaint(*, attempt: Attempt, position: int | None, text: str, at: datetime) -> Complaint:
    """Take up a complaint of the attempt's owner; `position` is a question's, None the result.

    Raises ContestError "not_submitted", "too_late", "text_missing", "text_too_long",
    "no_such_question", "open_already" (an earlier one about the same awaits its answer).
    """
    if attempt.submitted_at is None:
        raise ContestError("not_submitted", _("Bài thi chưa được nộp."))
    if not may_complain(attempt, at=at):
        raise ContestError("too_late", _("Đã hết thời hạn khiếu nại."))
    text = text.strip()
    if not text:
        message = _("Xin ghi nội dung khiếu nại.")
        raise ContestError("text_missing", message, HTTPStatus.UNPROCESSABLE_ENTITY)
    if len(text) > LONGEST_COMPLAINT:
        message = _("Nội dung khiếu nại quá dài.")
        raise ContestError("text_too_long", message, HTTPStatus.UNPROCESSABLE_ENTITY)
    if position is not None and not attempt.answers.filter(position=position).exists():
        raise ContestError("no_such_question", _("Bài thi không có câu này."))
    try:
        with transaction.atomic():
            return Complaint.objects.create(
                contest_id=attempt.round.contest_id,
                attempt=attempt,
                position=position,
                text=text,
                filed_at=at,
            )
    except IntegrityError as error:
        message = _("Anh/Chị đã có khiếu nại về việc này đang chờ trả lời.")
        raise ContestError("open_already", message) from error
