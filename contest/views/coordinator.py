"""The coordinator's desk: the own unit and those below it, nobody else."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import require_role
from contest.models import Contest
from contest.results.participation import (
    branch_participation,
    total_participation,
    unit_people,
    units_in_care,
    units_participation,
)

PEOPLE_ON_A_PAGE = 50


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
