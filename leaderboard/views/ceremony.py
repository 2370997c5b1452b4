"""The ceremony's screen. Every step is a form of its own, so that it also works without a script.

No answer of the server ever holds a row that was not asked for.
"""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import require_role
from contest.errors import ContestError
from contest.models import Round
from leaderboard.forms import parse_row
from leaderboard.services.ceremony import USUAL, rows_to_tell, tell_row


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.JURY, Role.ORGANISER)
@never_cache
def ceremony(request: SignedInRequest, slug: str, round_slug: str) -> HttpResponse:
    """A GET shows the opening; a POST with `hang` tells that row. `tu`: how many there are."""
    rounds = Round.objects.select_related("contest")
    contest_round = get_object_or_404(rounds, contest__slug=slug, slug=round_slug)
    try:
        shown = _shown(request, contest_round)
    except ContestError as refusal:
        return _page(request, contest_round, {"problem": refusal.message}, refusal.status)
    return _page(request, contest_round, shown, HTTPStatus.OK)


def _shown(request: SignedInRequest, contest_round: Round) -> dict[str, Any]:
    sent = request.POST if request.method == "POST" else request.GET
    wanted = parse_row(sent, "tu", otherwise=USUAL)
    count = rows_to_tell(contest_round, wanted=wanted, at=request.at)
    if request.method != "POST":
        return {"count": count, "next_number": count}
    number = parse_row(sent, "hang", otherwise=0)
    row = tell_row(contest_round, number=number, actor=request.user, at=request.at)
    return {
        "row": row,
        "count": count,
        "next_number": number - 1,
        "back_number": number + 1 if number < count else 0,
    }


def _page(
    request: SignedInRequest, contest_round: Round, shown: dict[str, Any], status: HTTPStatus
) -> HttpResponse:
    context = {
        "contest": contest_round.contest,
        "contest_round": contest_round,
        "problem": "",
        "row": None,
        "count": 0,
        "next_number": 0,
        "back_number": 0,
        **shown,
    }
    return render(request, "leaderboard/ceremony.html", context, status=status)
