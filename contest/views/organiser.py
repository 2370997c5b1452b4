"""The organisers' desk. Observers read it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from contest.errors import ContestError
from contest.models import Contest
from contest.results.forms import PublishForm
from contest.results.progress import absent_units, contests_progress, rounds_progress
from contest.results.wording import contest_ranking_rule
from contest.services.publishing import publish_contest


@require_safe
@require_role(Role.ORGANISER, Role.OBSERVER)
def organiser_desk(request: SignedInRequest) -> HttpResponse:
    context = {
        "contests": contests_progress(at=request.at),
        "may_decide": has_role(request.user, Role.ORGANISER),
    }
    return render(request, "contest/desks/organiser_desk.html", context)


@require_safe
@require_role(Role.ORGANISER, Role.OBSERVER)
def organiser_contest(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    rounds = rounds_progress(contest=contest, at=request.at)
    context = {
        "contest": contest,
        "rounds": rounds,
        "participant_count": contest.participants.count(),
        "running_count": sum(row.running_count for row in rounds),
        "submitted_count": sum(row.submitted_count for row in rounds),
        "absent_units": list(absent_units(contest=contest, at=request.at)),
        "ranking_rule": contest_ranking_rule(contest),
        "may_decide": has_role(request.user, Role.ORGANISER),
    }
    return render(request, "contest/desks/organiser_contest.html", context)


@require_POST
@require_role(Role.ORGANISER)
def contest_publish(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    form = PublishForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Yêu cầu không hợp lệ."))
        return redirect("contest:organiser_contest", slug)
    try:
        contest = publish_contest(
            contest_id=contest.pk, **form.cleaned_data, actor=request.user, at=request.at
        )
    except ContestError as refusal:
        messages.error(request, refusal.message)
    else:
        done = _("Hội thi đã được công khai.") if contest.is_published else _("Hội thi đã được ẩn.")
        messages.success(request, done)
    return redirect("contest:organiser_contest", slug)
