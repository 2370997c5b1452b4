"""The jury's desk: where the rounds stand, who leads, and the lists as files."""

from http import HTTPStatus

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from contest.enums import ScanState
from contest.integrity.queue import queue_counts
from contest.models import Contest
from contest.results.downloads import download
from contest.results.exporting import export_standings
from contest.results.forms import ExportForm
from contest.results.progress import contests_progress, rounds_progress
from contest.results.queries import contest_standings, round_standings
from contest.results.wording import ranking_rule

TOP_COUNT = 20


@require_safe
@require_role(Role.JURY, Role.OBSERVER)
def jury_desk(request: SignedInRequest) -> HttpResponse:
    context = {"contests": contests_progress(at=request.at)}
    return render(request, "contest/desks/jury_desk.html", context)


@require_safe
@require_role(Role.JURY, Role.OBSERVER)
def jury_contest(request: SignedInRequest, slug: str) -> HttpResponse:
    """`?ky=<round>` shows the top of that round instead of the whole contest."""
    contest = get_object_or_404(Contest, slug=slug)
    rounds = rounds_progress(contest=contest, at=request.at)
    wanted = request.GET.get("ky", "")
    chosen = get_object_or_404(contest.rounds, slug=wanted) if wanted else None
    standings = round_standings(chosen) if chosen else contest_standings(contest)
    context = {
        "contest": contest,
        "rounds": rounds,
        "unsettled": [row for row in rounds if row.is_unsettled],
        "chosen": chosen,
        "top": standings.rows[:TOP_COUNT],
        "ranked_count": len(standings.rows),
        "queue_counts": queue_counts(contest),
        "was_scanned": contest.integrity_scans.filter(state=ScanState.DONE).exists(),
        "decision_count": contest.decisions.count(),
        "may_decide": has_role(request.user, Role.JURY),
        "ranking_rule": ranking_rule(standings.rules, over_rounds=chosen is None),
    }
    return render(request, "contest/desks/jury_contest.html", context)


@require_POST
@require_role(Role.JURY, Role.ORGANISER)
def standings_export(request: SignedInRequest, slug: str) -> HttpResponseBase:
    contest = get_object_or_404(Contest, slug=slug)
    form = ExportForm(contest, request.POST)
    if not form.is_valid():
        message = _("Không có kỳ thi hoặc định dạng tệp này.")
        return HttpResponse(
            message, status=HTTPStatus.BAD_REQUEST, content_type="text/plain; charset=utf-8"
        )
    export = export_standings(
        contest=contest,
        contest_round=form.cleaned_data["round"],
        file_format=form.cleaned_data["format"],
        actor=request.user,
        at=request.at,
    )
    return download(request, export)
