"""A person's request to have their data deleted: asked, thought over, answered, carried out."""

from datetime import datetime, timedelta
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from accounts.services.forgetting import accounts_to_keep, end_sessions, forget_accounts
from contest.enums import DeletionStatus
from contest.errors import ContestError
from contest.models import Attempt, Contest, Decision, DeletionRequest, Participant
from contest.privacy.anonymising import Anonymised, anonymise_participants
from contest.privacy.retention import results_final_at
from contest.rules.timing import is_before

COOLING = timedelta(days=3)


def ask_deletion(*, user: User, contest: Contest | None, at: datetime) -> DeletionRequest:
    """Ask for the account's data, or one contest's, to be deleted. Twice is once.

    Raises ContestError "holds_duty" of an account that the records need.
    """
    if contest is None:
        _refuse_holder(user.pk)
    try:
        with transaction.atomic():
            request = DeletionRequest.objects.create(
                user=user, contest=contest, asked_at=at, due_at=at + COOLING
            )
            _record(request, "ask", actor=user, at=at)
            return request
    except IntegrityError:
        return DeletionRequest.objects.unfinished().get(user=user, contest=contest)


@transaction.atomic
def withdraw_consent(*, user: User, contest: Contest, at: datetime) -> DeletionRequest | None:
    """Leave a contest at once if no paper was begun (None), else ask for one's data to go."""
    entry = Participant.objects.select_for_update(of=("self",)).get(user=user, contest=contest)
    if _has_history(entry):
        return ask_deletion(user=user, contest=contest, at=at)
    entry.delete()
    record_decision(
        actor=user,
        at=at,
        action="consent.withdraw",
        target=f"user:{user.pk}",
        before={"contest": contest.slug},
    )
    return None


@transaction.atomic
def withdraw_deletion(*, request_id: int, user: User, at: datetime) -> None:
    """Think better of it. Raises ContestError "settled_already"."""
    request = _unsettled(request_id)
    request.status, request.settled_at = DeletionStatus.WITHDRAWN, at
    request.save(update_fields=["status", "settled_at"])
    _record(request, "withdraw", actor=user, at=at)


@transaction.atomic
def refuse_deletion(*, request_id: int, answer: str, actor: User, at: datetime) -> None:
    """Raises ContestError "not_allowed", "reason_missing" or "settled_already"."""
    _refuse_others(actor)
    if not answer.strip():
        message = _("Xin ghi lý do để người gửi yêu cầu được biết.")
        raise ContestError("reason_missing", message, HTTPStatus.UNPROCESSABLE_ENTITY)
    request = _unsettled(request_id)
    request.status, request.answer = DeletionStatus.REFUSED, answer.strip()
    request.settled_by, request.settled_at = actor, at
    request.save(update_fields=["status", "answer", "settled_by", "settled_at"])
    _record(request, "refuse", actor=actor, at=at, reason=request.answer)


@transaction.atomic
def accept_deletion(*, request_id: int, actor: User, at: datetime) -> DeletionRequest:
    """Close what is to be deleted, and delete what no running contest still needs.

    The rest goes with `finish_deletion` once results are final. Raises ContestError "not_allowed",
    "settled_already", "still_cooling" or "holds_duty".
    """
    _refuse_others(actor)
    request = _unsettled(request_id)
    if is_before(at, request.due_at):
        raise ContestError(
            "still_cooling", _("Người gửi còn thời gian cân nhắc; chưa thực hiện được yêu cầu.")
        )
    if request.contest is None:
        _refuse_holder(request.user_id)
    request.status, request.settled_by, request.settled_at = DeletionStatus.ACCEPTED, actor, at
    request.save(update_fields=["status", "settled_by", "settled_at"])
    _record(request, "accept", actor=actor, at=at)
    if request.contest is None:
        User.objects.filter(pk=request.user_id).update(is_active=False)
        end_sessions([request.user_id])
    else:  # no further paper
        _entries(request).update(is_confirmed=False)
    return finish_deletion(request_id=request.pk, at=at)


@transaction.atomic
def finish_deletion(*, request_id: int, at: datetime) -> DeletionRequest:
    """Take out of an accepted request's entries those whose results are final; done when all are.

    May be called again and again; of a request that is not accepted nothing is done.
    """
    request = DeletionRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if request.status != DeletionStatus.ACCEPTED:
        return request
    entries = list(_entries(request).select_related("contest"))
    final = [it.pk for it in entries if _is_final(it, at=at)]
    anonymise_participants(final, at=at, into=Anonymised(), may_forget_accounts=False)
    if len(final) < len(entries):
        return request
    if request.contest is None:
        forget_accounts([request.user_id], at=at)
    request.status, request.done_at = DeletionStatus.DONE, at
    request.save(update_fields=["status", "done_at"])
    return request


def _is_final(entry: Participant, *, at: datetime) -> bool:
    """An entry without any paper or decision is in nobody's results."""
    final_at = results_final_at(entry.contest)
    return not _has_history(entry) or (final_at is not None and not is_before(at, final_at))


def _has_history(entry: Participant) -> bool:
    return (
        Attempt.objects.filter(participant=entry).exists()
        or Decision.objects.filter(participant=entry).exists()
    )


def _entries(request: DeletionRequest) -> QuerySet[Participant]:
    own = Participant.objects.filter(user=request.user_id, anonymised_at=None)
    return own.filter(contest=request.contest_id) if request.contest_id else own


def _unsettled(request_id: int) -> DeletionRequest:
    request = DeletionRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if request.status != DeletionStatus.ASKED:
        raise ContestError("settled_already", _("Yêu cầu này đã được rút hoặc đã được trả lời."))
    return request


def _refuse_others(actor: User) -> None:
    if not has_role(actor, Role.ORGANISER):
        message = _("Chỉ Ban tổ chức được trả lời yêu cầu xóa dữ liệu.")
        raise ContestError("not_allowed", message, HTTPStatus.FORBIDDEN)


def _refuse_holder(user_id: int) -> None:
    if accounts_to_keep([user_id], beside=[Participant, DeletionRequest]):
        raise ContestError(
            "holds_duty",
            _(
                "Tài khoản này đang giữ hoặc đã giữ nhiệm vụ của hội thi nên phải lưu để đối chiếu "
                "nhật ký. Vẫn có thể rút sự đồng ý ở từng hội thi đã dự."
            ),
        )


def _record(
    request: DeletionRequest, deed: str, *, actor: User, at: datetime, reason: str = ""
) -> None:
    record_decision(
        actor=actor,
        at=at,
        action=f"deletion.{deed}",
        target=f"user:{request.user_id}",
        reason=reason,
        after={"request": str(request.code), "contest": request.contest and request.contest.slug},
    )
