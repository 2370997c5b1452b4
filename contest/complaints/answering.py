"""The jury answers a complaint; its participant is told."""

import logging
from datetime import datetime
from functools import partial
from http import HTTPStatus
from uuid import UUID

from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from contest.enums import ComplaintState
from contest.errors import ContestError
from contest.models import Complaint, Decision

logger = logging.getLogger(__name__)


@transaction.atomic
def answer_complaint(
    *,
    code: UUID,
    is_accepted: bool,
    reply: str,
    decision: Decision | None,
    address: str,
    actor: User,
    at: datetime,
) -> Complaint:
    """Answer for good; recorded, and sent to the participant's e-mail where there is one.

    `decision` is the one that the complaint caused; `address` leads to the receipt. Raises
    ContestError "not_allowed", "reply_missing", "answered_already", "other_contest".
    """
    if not has_role(actor, Role.JURY):
        message = _("Chỉ Ban giám khảo được trả lời khiếu nại.")
        raise ContestError("not_allowed", message, HTTPStatus.FORBIDDEN)
    reply = reply.strip()
    if not reply:
        message = _("Xin ghi nội dung trả lời.")
        raise ContestError("reply_missing", message, HTTPStatus.UNPROCESSABLE_ENTITY)
    complaints = Complaint.objects.select_for_update(of=("self",))
    complaint = complaints.select_related("contest", "attempt__participant__user").get(code=code)
    if complaint.state != ComplaintState.OPEN:
        raise ContestError("answered_already", _("Khiếu nại này đã được trả lời."))
    if decision is not None and decision.contest_id != complaint.contest_id:
        raise ContestError("other_contest", _("Quyết định này thuộc hội thi khác."))
    complaint.state = ComplaintState.ACCEPTED if is_accepted else ComplaintState.REJECTED
    complaint.reply = reply
    complaint.decision = decision
    complaint.answered_by = actor
    complaint.answered_at = at
    complaint.save(update_fields=["state", "reply", "decision", "answered_by", "answered_at"])
    record_decision(
        actor=actor,
        at=at,
        action="complaint.answer",
        target=f"complaint:{complaint.code}",
        reason=reply,
        before={"state": ComplaintState.OPEN},
        after={
            "state": complaint.state,
            "decision": decision.number if decision else None,
        },
    )
    transaction.on_commit(partial(_tell, complaint, address), robust=True)
    return complaint


def _tell(complaint: Complaint, address: str) -> None:
    email = complaint.attempt.participant.user.email
    if not email:
        return
    body = _(
        "Ban giám khảo đã trả lời khiếu nại của Anh/Chị trong %(contest)s.\n\n"
        "Kết luận: %(state)s.\n\n%(reply)s\n\nXem trên phiếu xác nhận: %(address)s\n"
    ) % {
        "contest": complaint.contest.name,
        "state": complaint.get_state_display(),
        "reply": complaint.reply,
        "address": address,
    }
    try:
        send_mail(_("Trả lời khiếu nại"), body, None, [email])
    except OSError as fault:  # of the mail server: the reply stands on the receipt all the same
        logger.warning("the answer to a complaint was not mailed: %s", type(fault).__name__)
