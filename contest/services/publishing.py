from datetime import datetime
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from contest.errors import ContestError
from contest.models import Contest


@transaction.atomic
def publish_contest(
    *, contest_id: int, is_published: bool, reason: str, actor: User, at: datetime
) -> Contest:
    """Show a contest to everybody, or hide it again; recorded. A second call changes nothing.

    Raises ContestError "not_allowed"; "no_rounds" when there is nothing to show yet;
    "reason_missing" when hiding without saying why.
    """
    if not has_role(actor, Role.ORGANISER):
        raise ContestError(
            "not_allowed",
            _("Chỉ Ban tổ chức được công khai hoặc ẩn hội thi."),
            HTTPStatus.FORBIDDEN,
        )
    contest = Contest.objects.select_for_update().get(pk=contest_id)
    if contest.is_published == is_published:
        return contest
    if is_published and not contest.rounds.exists():
        raise ContestError("no_rounds", _("Hội thi chưa có kỳ thi nào nên chưa thể công khai."))
    if not is_published and not reason:
        raise ContestError("reason_missing", _("Vui lòng ghi lý do ẩn hội thi."))
    record_decision(
        actor=actor,
        at=at,
        action="contest.publish" if is_published else "contest.unpublish",
        target=f"contest:{contest.slug}",
        reason=reason,
        before={"is_published": contest.is_published},
        after={"is_published": is_published},
    )
    contest.is_published = is_published
    contest.save(update_fields=["is_published"])
    return contest
