"""How long a contest takes complaints, and whether its result waits for the answers."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from contest.errors import ContestError
from contest.models import Contest
from contest.rules.complaining import LONGEST_HOURS
from contest.services.ruling import rules_are_frozen


@transaction.atomic
def set_complaint_rules(
    *, contest_id: int, hours: int, seal_waits: bool, actor: User, at: datetime
) -> Contest:
    """Promise people a period, in hours after the end of a round; recorded. The same once more
    changes nothing.

    Raises ContestError "not_allowed", "hours_out_of_range", "rules_frozen" once an official round
    has opened.
    """
    if not has_role(actor, Role.ORGANISER):
        message = _("Chỉ Ban tổ chức được đặt quy định về khiếu nại.")
        raise ContestError("not_allowed", message, HTTPStatus.FORBIDDEN)
    if not 0 <= hours <= LONGEST_HOURS:
        message = _("Thời hạn khiếu nại từ 0 đến %(most)d giờ.") % {"most": LONGEST_HOURS}
        raise ContestError("hours_out_of_range", message, HTTPStatus.UNPROCESSABLE_ENTITY)
    contest = Contest.objects.select_for_update().get(pk=contest_id)
    if rules_are_frozen(contest, at=at):
        message = _("Kỳ thi chính thức đã mở nên không thể thay đổi quy định về khiếu nại.")
        raise ContestError("rules_frozen", message)
    before = _rules(contest)
    contest.complaint_hours, contest.seal_waits_for_complaints = hours, seal_waits
    if before == _rules(contest):
        return contest
    contest.save(update_fields=["complaint_hours", "seal_waits_for_complaints"])
    record_decision(
        actor=actor,
        at=at,
        action="contest.complaints",
        target=f"contest:{contest.slug}",
        before=before,
        after=_rules(contest),
    )
    return contest


def _rules(contest: Contest) -> dict[str, Any]:
    return {
        "complaint_hours": contest.complaint_hours,
        "seal_waits_for_complaints": contest.seal_waits_for_complaints,
    }
