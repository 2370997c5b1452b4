"""The organisers' page for what there is to win."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from contest.errors import ContestError
from contest.models import Contest, PrizeBoard
from contest.prize_forms import PrizeBoardForm
from contest.results.prizes import prize_boards
from contest.services.awarding import delete_prize_board, save_prize_board


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.ORGANISER, Role.OBSERVER)
def prize_board_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """`?sua=<number>` opens a board to change; without it the form adds one."""
    contest = get_object_or_404(Contest, slug=slug)
    boards = prize_boards(contest)
    number = request.POST.get("sua") or request.GET.get("sua", "")
    board = _numbered(boards, number)
    sent = request.POST if request.method == "POST" else None
    form = PrizeBoardForm(sent, contest=contest, board=board)
    status: int = HTTPStatus.OK
    if sent is not None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                save_prize_board(
                    contest_id=contest.pk,
                    board_id=board.pk if board else None,
                    draft=form.draft,
                    actor=request.user,
                    at=request.at,
                )
            except ContestError as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
            else:
                messages.success(request, _("Đã lưu bảng giải."))
                return redirect("contest:prize_board_list", slug)
    context = {
        "contest": contest,
        "boards": list(enumerate(boards, start=1)),
        "form": form,
        "edited": board,
        "edited_number": number if board else "",
        "may_decide": has_role(request.user, Role.ORGANISER),
    }
    return render(request, "contest/desks/prize_board_list.html", context, status=status)


@require_POST
@require_role(Role.ORGANISER)
def prize_board_delete(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    board = _numbered(prize_boards(contest), request.POST.get("sua", ""))
    if board is None:
        messages.error(request, _("Không có bảng giải này."))
        return redirect("contest:prize_board_list", slug)
    try:
        delete_prize_board(
            board_id=board.pk, contest_id=contest.pk, actor=request.user, at=request.at
        )
    except ContestError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Đã bỏ bảng giải."))
    return redirect("contest:prize_board_list", slug)


def _numbered(boards: list[PrizeBoard], text: str) -> PrizeBoard | None:
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    number = int(text) if is_number else 0
    return boards[number - 1] if 1 <= number <= len(boards) else None
