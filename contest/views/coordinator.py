"""The coordinator's desk: the own unit and those below it, nobody else."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import require_role
from contest.enums import Turnout
from contest.models import Contest
from contest.results.downloads import download
from contest.results.forms import TurnoutExportForm, TurnoutForm
from contest.results.participation import (
    branch_participation,
    total_participation,
    unit_people,
    units_in_care,
    units_participation,
)
from contest.results.turnout import (
    opened_rounds,
    people_named,
    people_turnout,
    rounds_turnout,
    to_remind,
    turnout_counts,
)
from contest.results.turnout_export import export_turnout

PEOPLE_ON_A_PAGE = 50
MOST_FOUND = 200


@require_safe
@require_role(Role.COORDINATOR)
def coordinator_desk(request: SignedInRequest) -> HttpResponse:
    """`?hoi-thi=<slug>` chooses the contest, else the newest.

    People stand with the unit they joined for; `?cay=nay` counts them for what it has become.
    """
    contests = Contest.objects.published()
    wanted = request.GET.get("hoi-thi", "")
    contest = get_object_or_404(contests, slug=wanted) if wanted else contests.first()
    units = units_in_care(request.user)
    context: dict[str, Any] = {"contests": contests, "contest": contest, "units": units}
    if contest and units:
        today = timezone.localdate(request.at)
        is_now = request.GET.get("cay") == "nay"
        rows = units_participation(units=units, contest=contest, on=today if is_now else None)
        shown = [row for row in rows if row.person_count or row.unit.is_valid(day=today)]
        branches = branch_participation(rows, parents={unit.pk: unit.parent_id for unit in units})
        people = Paginator(unit_people(units=units, contest=contest), PEOPLE_ON_A_PAGE)
        context |= {
            "rows": [(row, branches.get(row.unit.pk)) for row in shown],
            "is_now": is_now,
            "has_gone": any(not unit.is_valid(day=today) for unit in units),
            "today": today,
            "total": total_participation(rows),
            "page": people.get_page(request.GET.get("page")),
            "query": urlencode({"hoi-thi": contest.slug} | ({"cay": "nay"} if is_now else {}))
            + "&",
        }
    return render(request, "contest/desks/coordinator_desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.COORDINATOR)
@never_cache
def unit_people_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """`?ky=<round>` and `?xem=<state>` filter; a name is searched by POST, to stay out of URLs."""
    contest, form = _asked(request, slug)
    chosen, state = form.cleaned_data["ky"], form.cleaned_data["xem"]
    units = units_in_care(request.user)
    opened = opened_rounds(contest, at=request.at)
    people = people_turnout(units=units, contest=contest, rounds=[chosen] if chosen else opened)
    counts = turnout_counts(people)
    shown = people.filter(turnout=state.value) if state else people
    sought = request.POST.get("q", "").strip()[:120]
    if sought:
        shown = people_named(shown, sought)
    pages = Paginator(shown, MOST_FOUND if sought else PEOPLE_ON_A_PAGE)
    page = pages.get_page(None if sought else request.GET.get("page"))
    for person in page:
        person.turnout_label = Turnout(person.turnout).label
    asked = {"ky": chosen.slug if chosen else "", "xem": state.value if state else ""}
    context = {
        "contest": contest,
        "chosen": chosen,
        "state": state,
        "rounds": rounds_turnout(units=units, rounds=opened),
        "counts": [(it.value, it.label, counts[it]) for it in Turnout],
        "total": sum(counts.values()),
        "page": page,
        "sought": sought,
        "query": urlencode({key: value for key, value in asked.items() if value}) + "&",
    }
    return render(request, "contest/desks/unit_people_list.html", context)


@require_safe
@require_role(Role.COORDINATOR)
@never_cache
def reminder_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """Whoever has not handed in a paper, to be printed; `?ky=<round>` of one round."""
    contest, form = _asked(request, slug)
    chosen = form.cleaned_data["ky"]
    rounds = [chosen] if chosen else opened_rounds(contest, at=request.at)
    people = people_turnout(units=units_in_care(request.user), contest=contest, rounds=rounds)
    context = {
        "contest": contest,
        "chosen": chosen,
        "people": list(to_remind(people)),
        "at": request.at,
    }
    return render(request, "contest/desks/reminder_list.html", context)


@require_POST
@require_role(Role.COORDINATOR)
def turnout_export(request: SignedInRequest, slug: str) -> HttpResponseBase:
    contest = get_object_or_404(Contest.objects.published(), slug=slug)
    form = TurnoutExportForm(contest, request.POST)
    if not form.is_valid():
        message = _("Không có danh sách hoặc định dạng tệp này.")
        return HttpResponse(
            message, status=HTTPStatus.BAD_REQUEST, content_type="text/plain; charset=utf-8"
        )
    export = export_turnout(
        contest=contest,
        contest_round=form.cleaned_data["ky"],
        state=form.cleaned_data["xem"],
        only_to_remind=form.cleaned_data["nhac"],
        file_format=form.cleaned_data["format"],
        actor=request.user,
        at=request.at,
    )
    return download(request, export)


def _asked(request: SignedInRequest, slug: str) -> tuple[Contest, TurnoutForm]:
    """Raises Http404 of what there is not."""
    contest = get_object_or_404(Contest.objects.published(), slug=slug)
    form = TurnoutForm(contest, request.GET)
    if not form.is_valid():
        raise Http404
    return contest, form
