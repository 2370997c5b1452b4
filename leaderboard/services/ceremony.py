"""The ceremony: who stands where, told one place at a time, from the last of them to the first."""

from datetime import datetime
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from contest.errors import ContestError
from contest.models import Round
from contest.results.queries import StandingRow, leading_rows

FEWEST, USUAL, MOST = 3, 10, 20  # rows that a ceremony tells


def rows_to_tell(contest_round: Round, *, wanted: int, at: datetime) -> int:
    """How many rows there are to tell, at most `wanted`.

    Raises ContestError "not_over" while somebody may still be at work.
    """
    _refuse_before_the_end(contest_round, at=at)
    return len(leading_rows(contest_round, count=min(max(wanted, FEWEST), MOST)))


@transaction.atomic
def tell_row(contest_round: Round, *, number: int, actor: User, at: datetime) -> StandingRow:
    """Row `number` of the standings, from 1, with its place as the exported list has it; recorded.

    Raises ContestError "not_allowed", "not_over", and "no_such_row" (404).
    """
    if not has_role(actor, Role.JURY, Role.ORGANISER):
        message = _("Chỉ Ban tổ chức hoặc Ban giám khảo được công bố kết quả.")
        raise ContestError("not_allowed", message, HTTPStatus.FORBIDDEN)
    _refuse_before_the_end(contest_round, at=at)
    rows = leading_rows(contest_round, count=min(number, MOST)) if number >= 1 else ()
    if number > len(rows) or not rows:
        raise ContestError("no_such_row", _("Không có thứ hạng này."), HTTPStatus.NOT_FOUND)
    record_decision(
        actor=actor,
        at=at,
        action="ceremony.tell",
        target=f"round:{contest_round.contest.slug}/{contest_round.slug}",
        after={"row": number, "place": rows[-1].place},
    )
    return rows[-1]


def _refuse_before_the_end(contest_round: Round, *, at: datetime) -> None:
    if not contest_round.is_over(at=at):
        raise ContestError(
            "not_over", _("Kỳ thi chưa kết thúc nên chưa thể công bố kết quả tại buổi lễ.")
        )
