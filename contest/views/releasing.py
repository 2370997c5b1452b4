"""The end of a freeze: decided by an organiser or the jury, on a page that says what follows."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from contest.errors import ContestError
from contest.models import Round
from contest.results.forms import ReleaseForm
from contest.rules.timing import RoundState
from contest.services.releasing import release_board


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.ORGANISER, Role.JURY)
def board_release(request: SignedInRequest, slug: str, round_slug: str) -> HttpResponse:
    contest_round = get_object_or_404(
        Round.objects.select_related("contest"), contest__slug=slug, slug=round_slug
    )
    is_organiser = has_role(request.user, Role.ORGANISER)
    desk = "contest:organiser_contest" if is_organiser else "contest:jury_contest"
    desk_url = reverse(desk, args=[slug])
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            release_board(
                round_id=contest_round.pk, **form.cleaned_data, actor=request.user, at=request.at
            )
        except ContestError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Bảng xếp hạng đã được mở băng."))
        return redirect(desk_url)
    context = {
        "contest": contest_round.contest,
        "contest_round": contest_round,
        "form": form,
        "frozen_since": contest_round.frozen_since(at=request.at),
        "is_running": contest_round.state(at=request.at) is not RoundState.CLOSED,
        "desk_url": desk_url,
    }
    return render(request, "contest/desks/board_release.html", context)
