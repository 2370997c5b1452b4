"""From draft to approved: a second reader answers blind, then decides; all of it is recorded."""

from datetime import datetime
from string import ascii_uppercase

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.auditing import record_decision
from questionbank.enums import QuestionKind, QuestionStatus, Verdict
from questionbank.errors import BankError
from questionbank.models import Comment, Question, Review, Revision
from questionbank.rules.answering import letters_are_right, number_is_right, text_is_accepted
from questionbank.rules.responding import LONGEST_RESPONSE


@transaction.atomic
def send_to_review(*, question_id: int, actor: User, at: datetime) -> None:
    """Ask for a second reader. A second call changes nothing. Raises BankError "not_a_draft"."""
    question = _locked(question_id)
    if question.status == QuestionStatus.IN_REVIEW:
        return
    if not may_be_sent(question):
        raise BankError("not_a_draft", _("Chỉ câu hỏi đang soạn mới gửi thẩm định được."))
    _move(question, QuestionStatus.IN_REVIEW, actor=actor, at=at, action="question.send")


@transaction.atomic
def answer_blind(
    *, question_id: int, revision_number: int, reviewer: User, response: str, at: datetime
) -> Review:
    """Keep the reader's answer, given without seeing the key; the first one stands.

    `revision_number` is that of the wording that the reader saw. Raises BankError
    "not_in_review", "own_question" or "changed_meanwhile".
    """
    question = _locked(question_id)
    revision = _revision_in_review(question)
    if revision.number != revision_number:
        raise BankError(
            "changed_meanwhile",
            _("Câu hỏi vừa được sửa. Xin đọc lại và trả lời theo bản mới."),
        )
    if reviewer.pk in (question.author_id, revision.author_id):
        raise BankError("own_question", _("Người soạn không thẩm định câu hỏi của chính mình."))
    review, _created = Review.objects.get_or_create(
        revision=revision,
        reviewer=reviewer,
        defaults={
            "author_id": revision.author_id or question.author_id,
            "response": response[:LONGEST_RESPONSE],
            "matches_key": _matches(revision, response),
            "answered_at": at,
        },
    )
    return review


@transaction.atomic
def decide(
    *, question_id: int, reviewer: User, verdict: Verdict, note: str, at: datetime
) -> Review:
    """Approve or return the revision that the reader has answered.

    Raises BankError "not_in_review", "not_answered" (the key would have been seen first), or
    "note_missing" (when it is returned, or approved although the answer differs from the key).
    """
    question = _locked(question_id)
    revision = _revision_in_review(question)
    review = Review.objects.filter(revision=revision, reviewer=reviewer).first()
    if review is None:
        raise BankError("not_answered", _("Xin trả lời câu hỏi trước khi kết luận."))
    if not note.strip() and (verdict is Verdict.RETURNED or not review.matches_key):
        raise BankError(
            "note_missing",
            _("Xin ghi nhận xét: lý do trả lại, hoặc vì sao vẫn duyệt khi trả lời khác đáp án."),
        )
    review.verdict, review.note, review.decided_at = verdict, note.strip(), at
    review.save(update_fields=["verdict", "note", "decided_at"])
    if verdict is Verdict.APPROVED:
        question.approved_revision = revision
    status = QuestionStatus.APPROVED if verdict is Verdict.APPROVED else QuestionStatus.DRAFT
    _move(
        question,
        status,
        actor=reviewer,
        at=at,
        action=f"question.{'approve' if verdict is Verdict.APPROVED else 'return'}",
        reason=note.strip(),
    )
    return review


@transaction.atomic
def retire(*, question_id: int, actor: User, reason: str, at: datetime) -> None:
    """Take a question out of use; papers already drawn keep it. Raises BankError "note_missing"."""
    question = _locked(question_id)
    if question.status == QuestionStatus.RETIRED:
        return
    reason = required_reason(reason)
    question.approved_revision = None
    _move(
        question,
        QuestionStatus.RETIRED,
        actor=actor,
        at=at,
        action="question.retire",
        reason=reason,
    )


@transaction.atomic
def take_up_again(*, question_id: int, actor: User, at: datetime) -> None:
    """A retired question becomes a draft; a draft or one in review becomes a draft too."""
    question = _locked(question_id)
    if question.status in (QuestionStatus.RETIRED, QuestionStatus.IN_REVIEW):
        _move(question, QuestionStatus.DRAFT, actor=actor, at=at, action="question.reopen")


def comment(*, question_id: int, author: User, text: str, at: datetime) -> Comment:
    return Comment.objects.create(question_id=question_id, author=author, text=text, at=at)


def may_be_sent(question: Question) -> bool:
    return question.status == QuestionStatus.DRAFT and question.current_revision_id is not None


def required_reason(reason: str) -> str:
    """Without the space around it. Raises BankError "note_missing"."""
    if not reason.strip():
        raise BankError("note_missing", _("Xin ghi lý do ngừng dùng câu hỏi."))
    return reason.strip()


def _locked(question_id: int) -> Question:
    return Question.objects.select_for_update(of=("self",)).get(pk=question_id)


def _revision_in_review(question: Question) -> Revision:
    if question.status != QuestionStatus.IN_REVIEW or question.current_revision is None:
        raise BankError("not_in_review", _("Câu hỏi này hiện không chờ thẩm định."))
    return question.current_revision


def _matches(revision: Revision, response: str) -> bool:
    if revision.kind == QuestionKind.NUMBER and revision.number_key is not None:
        return number_is_right(response, revision.number_key, tolerance=revision.tolerance)
    if revision.kind == QuestionKind.SHORT_TEXT:
        accepted = revision.accepted_answers.values_list("text", flat=True)
        return text_is_accepted(response, list(accepted))
    right = revision.choices.filter(is_correct=True).values_list("position", flat=True)
    return letters_are_right(response, {ascii_uppercase[place] for place in right})


def _move(
    question: Question,
    status: QuestionStatus,
    *,
    actor: User,
    at: datetime,
    action: str,
    reason: str = "",
) -> None:
    before = {"status": question.status}
    question.status = status
    question.save(update_fields=["status", "approved_revision"])
    number = question.current_revision.number if question.current_revision else None
    record_decision(
        actor=actor,
        at=at,
        action=action,
        target=f"question:{question.code}",
        reason=reason,
        before=before,
        after={"status": status.value, "revision": number},
    )
