"""The jury's page of prizes: what is proposed, what was decided otherwise, and taking it over."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.models import Unit
from accounts.policies import require_role
from contest.enums import Criterion
from contest.errors import ContestError
from contest.models import Contest, LotDraw, Participant, PredictionTruth, PrizeBoard, rules_of
from contest.prize_forms import LotForm, OverrideForm
from contest.results.prizes import BoardProposal, board_proposal, prize_boards
from contest.results.wording import ranking_rule, unit_rule
from contest.rules.ranking_rules import PREDICTIONS
from contest.services.awarding import lift_override, override_award, take_over
from contest.services.predicting import settle_predictions, uncounted
from contest.services.ruling import draw_lot


@require_safe
@require_role(Role.JURY)
def jury_prizes(request: SignedInRequest, slug: str) -> HttpResponse:
    """`?bang=<number>` shows another board than the first."""
    contest = get_object_or_404(Contest.objects.select_related("ranking_rules"), slug=slug)
    return _page(request, contest, _asked_number(request.GET.get("bang", "1")))


@require_POST
@require_role(Role.JURY)
def award_override(request: SignedInRequest, slug: str) -> HttpResponse:
    contest, board, number = _sent_board(request, slug)
    form = OverrideForm(request.POST, board=board)
    if not form.is_valid():
        return _page(request, contest, number, override_form=form)
    winner = _winner(board, form.cleaned_data["winner"])
    if winner is None:
        form.add_error("winner", _("Không có người hoặc đơn vị này."))
        return _page(request, contest, number, override_form=form)
    return _done(
        request,
        contest,
        number,
        lambda: override_award(
            board_id=board.pk,
            winner=winner,
            prize=form.cleaned_data["prize"],
            reason=form.cleaned_data["reason"],
            actor=request.user,
            at=request.at,
        ),
        _("Đã ghi quyết định."),
    )


@require_POST
@require_role(Role.JURY)
def override_lift(request: SignedInRequest, slug: str) -> HttpResponse:
    contest, board, number = _sent_board(request, slug)
    override = board.overrides.filter(pk=_whole(request.POST.get("override")) or 0).first()
    if override is None:
        raise Http404
    return _done(
        request,
        contest,
        number,
        lambda: lift_override(
            override_id=override.pk, contest_id=contest.pk, actor=request.user, at=request.at
        ),
        _("Đã bỏ quyết định, trở lại theo xếp hạng."),
    )


@require_POST
@require_role(Role.JURY)
def awards_take_over(request: SignedInRequest, slug: str) -> HttpResponse:
    contest, board, number = _sent_board(request, slug)
    return _done(
        request,
        contest,
        number,
        lambda: take_over(board_id=board.pk, actor=request.user, at=request.at),
        _("Đã ghi nhận danh sách giải."),
    )


@require_POST
@require_role(Role.JURY)
def lot_draw(request: SignedInRequest, slug: str) -> HttpResponse:
    contest, board, number = _sent_board(request, slug)
    form = LotForm(request.POST)
    if not form.is_valid():
        return _page(request, contest, number, lot_form=form)
    return _done(
        request,
        contest,
        number,
        lambda: draw_lot(
            contest_id=contest.pk,
            round_id=board.round_id,
            number=form.cleaned_data["number"],
            source=form.cleaned_data["source"],
            actor=request.user,
            at=request.at,
        ),
        _("Đã ghi nhận con số bốc thăm."),
    )


@require_POST
@require_role(Role.JURY)
def prediction_count(request: SignedInRequest, slug: str) -> HttpResponse:
    """Count what was to be predicted again: attempts may have been opened once more since."""
    contest, board, number = _sent_board(request, slug)
    of_board = contest.rounds.filter(pk=board.round_id) if board.round_id else contest.rounds.all()

    def deed() -> None:
        for question in uncounted(of_board):
            settle_predictions(round_id=question.round_id, at=request.at)

    return _done(request, contest, number, deed, _("Đã đếm số đúng của câu dự đoán."))


def _done(
    request: SignedInRequest,
    contest: Contest,
    number: int,
    deed: Callable[[], object],
    done: str,
) -> HttpResponse:
    try:
        deed()
    except ContestError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect(f"{reverse('contest:jury_prizes', args=[contest.slug])}?bang={number}")


def _sent_board(request: SignedInRequest, slug: str) -> tuple[Contest, PrizeBoard, int]:
    """The board that a form is about, which names it by its number on the page."""
    contest = get_object_or_404(Contest.objects.select_related("ranking_rules"), slug=slug)
    boards = prize_boards(contest)
    number = _asked_number(request.POST.get("bang", ""))
    if not 1 <= number <= len(boards):
        raise Http404
    return contest, boards[number - 1], number


def _asked_number(text: str) -> int:
    return _whole(text) or 0


def _whole(text: str | None) -> int | None:
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) < 18
    return int(text or "") if is_number else None


def _winner(board: PrizeBoard, pk: int) -> Participant | Unit | None:
    if board.is_collective:
        return Unit.objects.filter(pk=pk).first()
    return Participant.objects.filter(pk=pk, contest=board.contest_id).first()


def _page(
    request: SignedInRequest,
    contest: Contest,
    number: int,
    *,
    override_form: OverrideForm | None = None,
    lot_form: LotForm | None = None,
) -> HttpResponse:
    boards = prize_boards(contest)
    if boards and not 1 <= number <= len(boards):
        raise Http404
    context: dict[str, Any] = {
        "contest": contest,
        "tabs": list(enumerate(boards, start=1)),
        "number": number,
    }
    if boards:
        proposed = board_proposal(boards[number - 1])
        context |= _board_context(contest, proposed, override_form, lot_form)
    is_refused = override_form is not None or lot_form is not None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return render(request, "contest/desks/jury_prizes.html", context, status=status)


def _board_context(
    contest: Contest,
    proposed: BoardProposal,
    override_form: OverrideForm | None,
    lot_form: LotForm | None,
) -> dict[str, Any]:
    board = proposed.board
    rules = rules_of(contest)
    form = override_form or OverrideForm(board=board)
    form.offer([(it.pk, f"{it.place or '–'}. {it.name} ({it.beside})") for it in proposed.choices])
    draw = LotDraw.objects.filter(contest=contest, round=board.round_id).first()
    asks_lot = Criterion.LOT in rules.chain and not board.is_collective
    truths = PredictionTruth.objects.select_related("round", "division")
    of_board = {"round": board.round} if board.round else {"round__contest": contest}
    newest = {(it.round_id, it.division_id): it for it in truths.filter(**of_board).order_by("pk")}
    return {
        "proposed": proposed,
        "board": board,
        "rule": (
            unit_rule(board)
            if board.is_collective
            else ranking_rule(rules, over_rounds=board.round is None)
        ),
        "override_form": form,
        "is_override_open": override_form is not None,
        "draw": draw,
        "lot_form": (lot_form or LotForm()) if asks_lot and draw is None else None,
        "truths": [] if board.is_collective else list(newest.values()),
        "asks_prediction": not board.is_collective and bool(PREDICTIONS & set(rules.chain)),
    }
