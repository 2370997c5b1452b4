"""Prizes: which there are, what the jury decides against the proposal, and taking it over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role, UnitKind
from accounts.models import Unit, User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from contest.enums import BoardKind, RoundsPolicy, UnitCriterion
from contest.errors import ContestError
from contest.models import (
    Attempt,
    Award,
    AwardOverride,
    Contest,
    Division,
    Participant,
    Prize,
    PrizeBoard,
    Round,
    rules_of,
)
from contest.results.prizes import board_proposal
from contest.rules.awarding import Flag
from contest.rules.ranking_rules import PREDICTIONS
from contest.services.predicting import uncounted


@dataclass(frozen=True)
class PrizeDraft:
    name: str
    count: int
    amount: int  # đồng


@dataclass(frozen=True)
class BoardDraft:
    """What the organisers want of a prize board."""

    name: str
    kind: BoardKind
    round: Round | None
    division: Division | None
    prizes: Sequence[PrizeDraft]
    unit_kind: UnitKind | None = None
    criteria: Sequence[UnitCriterion] = ()
    min_people: int = 0
    min_percent: int = 0


@transaction.atomic
def save_prize_board(
    *, contest_id: int, board_id: int | None, draft: BoardDraft, actor: User, at: datetime
) -> PrizeBoard:
    """Add a prize board, or put another in place of one; recorded.

    Raises ContestError "not_allowed", "no_prizes", "criteria_missing" or "criterion_twice" (of
    units), "round_needed" where rounds are ranked apart, "awards_given".
    """
    contest = _contest_of_organiser(contest_id, actor)
    _refuse_unclear(contest, draft)
    before: dict[str, Any] = {}
    if board_id is None:
        board = PrizeBoard(contest=contest)
        board.position = PrizeBoard.objects.filter(contest=contest).count() + 1
    else:
        board = PrizeBoard.objects.get(pk=board_id, contest=contest)
        _refuse_decided(board)
        before = _content(board)
        board.prizes.all().delete()
    board.name, board.kind = draft.name, draft.kind
    board.round, board.division = draft.round, draft.division
    is_collective = draft.kind is BoardKind.COLLECTIVE
    board.unit_kind = draft.unit_kind or "" if is_collective else ""
    board.criteria = [it.value for it in draft.criteria] if is_collective else []
    board.min_people = draft.min_people if is_collective else 0
    board.min_percent = draft.min_percent if is_collective else 0
    board.save()
    Prize.objects.bulk_create(
        Prize(board=board, position=position, name=it.name, count=it.count, amount=it.amount)
        for position, it in enumerate(draft.prizes, start=1)
    )
    _record(actor, at, "prizes.set", contest, before=before, after=_content(board))
    return board


@transaction.atomic
def delete_prize_board(*, board_id: int, contest_id: int, actor: User, at: datetime) -> None:
    """Take a prize board away; recorded. Raises ContestError "not_allowed", "awards_given"."""
    contest = _contest_of_organiser(contest_id, actor)
    board = PrizeBoard.objects.get(pk=board_id, contest=contest)
    _refuse_decided(board)
    _record(actor, at, "prizes.delete", contest, before=_content(board), after={})
    board.delete()


@transaction.atomic
def override_award(
    *,
    board_id: int,
    winner: Participant | Unit,
    prize: Prize | None,
    reason: str,
    actor: User,
    at: datetime,
) -> AwardOverride:
    """Decide against the proposal: this prize for that one, or none. It replaces an earlier such
    decision about the same one; recorded.

    Raises ContestError "not_allowed", "reason_missing", "wrong_board" where the prize or the
    winner is not of this board.
    """
    board = _board_of_jury(board_id, actor)
    if not reason.strip():
        message = _("Xin ghi lý do của quyết định.")
        raise ContestError("reason_missing", message, HTTPStatus.UNPROCESSABLE_ENTITY)
    is_person = isinstance(winner, Participant)
    fits = (
        winner.contest_id == board.contest_id and not board.is_collective
        if isinstance(winner, Participant)
        else board.is_collective
    )
    if not fits or (prize is not None and prize.board_id != board.pk):
        message = _("Người nhận hoặc giải không thuộc bảng giải này.")
        raise ContestError("wrong_board", message, HTTPStatus.UNPROCESSABLE_ENTITY)
    about = {"participant" if is_person else "unit": winner}
    earlier = board.overrides.in_force().filter(**about)
    before = {"prize": [it.prize_id for it in earlier]}
    earlier.update(lifted_by=actor, lifted_at=at)
    override = AwardOverride.objects.create(
        board=board, prize=prize, reason=reason.strip(), actor=actor, at=at, **about
    )
    after = {"board": board.pk, "winner": winner.pk, "prize": prize.pk if prize else None}
    _record(actor, at, "award.override", board.contest, before, after, reason=override.reason)
    return override


@transaction.atomic
def lift_override(*, override_id: int, contest_id: int, actor: User, at: datetime) -> None:
    """Go back to the proposal; recorded. A second call changes nothing.

    Raises ContestError "not_allowed".
    """
    override = AwardOverride.objects.select_related("board__contest").get(
        pk=override_id, board__contest=contest_id
    )
    board = _board_of_jury(override.board_id, actor)
    lifted = AwardOverride.objects.filter(pk=override_id, lifted_at=None)
    if lifted.update(lifted_by=actor, lifted_at=at):
        before = {"board": board.pk, "winner": override.participant_id or override.unit_id}
        before["prize"] = override.prize_id
        _record(actor, at, "award.override_lifted", board.contest, before, {})


@transaction.atomic
def take_over(*, board_id: int, actor: User, at: datetime) -> list[Award]:
    """Write the proposal down as the awards of its board, in place of what stood there; recorded.

    Raises ContestError "not_allowed"; "not_over" and "attempts_running" while results may change;
    "prediction_open" until the right number is counted; "ties_open" and "too_many" until the jury
    has decided.
    """
    board = _board_of_jury(board_id, actor)
    _refuse_unsettled(board, at=at)
    proposed = board_proposal(board)
    if Flag.TIE in proposed.proposal.flags:
        message = _("Còn người đồng hạng ở ranh giới của giải; Ban giám khảo cần quyết định trước.")
        raise ContestError("ties_open", message)
    if Flag.TOO_MANY_RULED in proposed.proposal.flags:
        raise ContestError("too_many", _("Số người được trao nhiều hơn số giải."))
    before = [_award_content(it) for it in proposed.awards]
    Award.objects.filter(prize__board=board).delete()
    overrides = {it.participant_id or it.unit_id: it for it in proposed.overrides}
    awards = [
        Award(
            prize_id=it.prize,
            participant_id=None if board.is_collective else it.winner,
            unit_id=it.winner if board.is_collective else None,
            place=it.place,
            override=overrides.get(it.winner) if it.is_ruled else None,
            given_by=actor,
            given_at=at,
        )
        for it in proposed.proposal.given
    ]
    Award.objects.bulk_create(awards)
    after = {"board": board.pk, "awards": [_award_content(it) for it in awards]}
    _record(actor, at, "award.take_over", board.contest, {"awards": before}, after)
    return awards


def _refuse_unclear(contest: Contest, draft: BoardDraft) -> None:
    code = message = ""
    is_collective = draft.kind is BoardKind.COLLECTIVE
    if not draft.prizes:
        code, message = "no_prizes", _("Xin ghi ít nhất một giải.")
    elif is_collective and not draft.criteria:
        code, message = "criteria_missing", _("Xin chọn tiêu chí xét giải tập thể.")
    elif len(set(draft.criteria)) != len(draft.criteria):
        code, message = "criterion_twice", _("Mỗi tiêu chí chỉ được chọn một lần.")
    elif (
        not is_collective
        and draft.round is None
        and rules_of(contest).rounds is RoundsPolicy.SEPARATE
    ):
        code, message = "round_needed", _("Hội thi xét giải từng kỳ: xin chọn kỳ thi.")
    if code:
        raise ContestError(code, message, HTTPStatus.UNPROCESSABLE_ENTITY)


def _refuse_decided(board: PrizeBoard) -> None:
    has_awards = Award.objects.filter(prize__board=board).exists()
    if has_awards or board.overrides.exists():
        message = _("Bảng giải đã có quyết định của Ban giám khảo nên không thể thay đổi.")
        raise ContestError("awards_given", message)


def _refuse_unsettled(board: PrizeBoard, *, at: datetime) -> None:
    contest = board.contest
    of_board = (
        [board.round] if board.round else list(Round.objects.official().filter(contest=contest))
    )
    if not all(it.is_over(at=at) for it in of_board):
        raise ContestError("not_over", _("Kỳ thi chưa kết thúc nên chưa thể trao giải."))
    if Attempt.objects.running().filter(round__in=of_board).exists():
        raise ContestError("attempts_running", _("Còn lượt thi chưa kết thúc."))
    if PREDICTIONS & set(rules_of(contest).chain) and uncounted(of_board):
        message = _("Số đúng của câu dự đoán chưa được đếm hoặc cần đếm lại.")
        raise ContestError("prediction_open", message)


def _contest_of_organiser(contest_id: int, actor: User) -> Contest:
    if not has_role(actor, Role.ORGANISER):
        message = _("Chỉ Ban tổ chức được đặt cơ cấu giải thưởng.")
        raise ContestError("not_allowed", message, HTTPStatus.FORBIDDEN)
    return Contest.objects.select_for_update().get(pk=contest_id)


def _board_of_jury(board_id: int, actor: User) -> PrizeBoard:
    """The board, with its contest locked: decisions come one after the other."""
    if not has_role(actor, Role.JURY):
        message = _("Chỉ Ban giám khảo được quyết định giải thưởng.")
        raise ContestError("not_allowed", message, HTTPStatus.FORBIDDEN)
    boards = PrizeBoard.objects.select_related("round", "contest")
    board = boards.get(pk=board_id)
    Contest.objects.select_for_update().get(pk=board.contest_id)
    return board


def _content(board: PrizeBoard) -> dict[str, Any]:
    return {
        "board": board.pk,
        "name": board.name,
        "kind": str(board.kind),
        "round": board.round_id,
        "division": board.division_id,
        "unit_kind": str(board.unit_kind),
        "criteria": list(board.criteria),
        "min_people": board.min_people,
        "min_percent": board.min_percent,
        "prizes": [[it.name, it.count, it.amount] for it in Prize.objects.filter(board=board)],
    }


def _award_content(award: Award) -> dict[str, Any]:
    return {
        "prize": award.prize_id,
        "winner": award.participant_id or award.unit_id,
        "place": award.place,
    }


def _record(
    actor: User,
    at: datetime,
    action: str,
    contest: Contest,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    reason: str = "",
) -> None:
    record_decision(
        actor=actor,
        at=at,
        action=action,
        target=f"contest:{contest.slug}",
        reason=reason,
        before=before,
        after=after,
    )
