from datetime import datetime
from functools import partial
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from contest.errors import ContestError
from contest.models import Round
from contest.rules.timing import BoardPhase
from contest.signals import board_released


@transaction.atomic
def release_board(*, round_id: int, reason: str = "", actor: User, at: datetime) -> Round:
    """Let the public see a frozen board as it is; recorded. A second call changes nothing.

    Raises ContestError "not_allowed"; "not_frozen" while there is nothing to release.
    """
    if not has_role(actor, Role.ORGANISER, Role.JURY):
        raise ContestError(
            "not_allowed",
            _("Chỉ Ban tổ chức hoặc Ban giám khảo được mở băng bảng xếp hạng."),
            HTTPStatus.FORBIDDEN,
        )
    contest_round = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    phase = contest_round.board_phase(at=at)
    if phase is BoardPhase.RELEASED:
        return contest_round
    if phase is BoardPhase.LIVE:
        raise ContestError("not_frozen", _("Bảng xếp hạng của kỳ thi này không bị đóng băng."))
    record_decision(
        actor=actor,
        at=at,
        action="board.release",
        target=f"round:{contest_round.contest.slug}/{contest_round.slug}",
        reason=reason,
        before={"board_released_at": _text(contest_round.board_released_at)},
        after={"board_released_at": _text(at)},
    )
    contest_round.board_released_at = at
    contest_round.save(update_fields=["board_released_at"])
    transaction.on_commit(
        partial(board_released.send_robust, sender=Round, contest_round=contest_round)
    )
    return contest_round


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
