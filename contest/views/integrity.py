"""The review queue: what the scan found, most severe first, and the evidence of each cluster."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from contest.enums import ClusterStatus, ScanState
from contest.errors import ContestError
from contest.integrity.comparing import comparisons
from contest.integrity.dossier import dossier
from contest.integrity.forms import (
    PlanForm,
    QueueFilterForm,
    ReasonForm,
    SettleForm,
    planned_text,
)
from contest.integrity.listing import certainly_listed
from contest.integrity.plans import duplicate_plan
from contest.integrity.queue import queue, queue_counts, queue_row
from contest.integrity.running import free_dead_scan, scan_in_background
from contest.integrity.scanning import STEP_COUNT
from contest.integrity.timeline import timelines
from contest.models import Contest, IntegrityCluster

ROWS_ON_A_PAGE = 25


@require_safe
@require_role(Role.JURY, Role.OBSERVER)
@never_cache
def integrity_queue(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    free_dead_scan(contest, at=request.at)
    asked = request.GET or {"status": ClusterStatus.OPEN.value}
    form = QueueFilterForm(contest, asked)
    form.is_valid()
    page = Paginator(queue(contest, form.cleaned_data), ROWS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    scan = contest.integrity_scans.select_related("started_by").first()
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "contest": contest,
        "form": form,
        "page": page,
        "rows": [queue_row(cluster) for cluster in page],
        "counts": queue_counts(contest),
        "query": f"{query.urlencode()}&" if query else "",
        "scan": scan,
        "is_scanning": scan is not None and scan.state == ScanState.RUNNING,
        "step_count": STEP_COUNT,
        "listed_count": len(certainly_listed(contest)),
        "may_decide": has_role(request.user, Role.JURY),
    }
    return render(request, "contest/desks/integrity_queue.html", context)


@require_POST
@require_role(Role.JURY)
def integrity_scan(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    try:
        scan_in_background(contest, actor=request.user, at=request.at)
    except ContestError as refusal:
        messages.info(request, refusal.message)
    return redirect("contest:integrity_queue", slug)


@require_safe
@require_role(Role.JURY, Role.OBSERVER)
@never_cache
def cluster_detail(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    return cluster_page(request, cluster_of(slug, key))


@require_safe
@require_role(Role.JURY, Role.OBSERVER)
@never_cache
def cluster_questions(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """A sheet for each unit, about its own people only and without the evidence."""
    cluster = cluster_of(slug, key)
    members = dossier(cluster).members
    by_unit: dict[str, list[Any]] = {}
    for member in members:
        by_unit.setdefault(member.unit or _("Không thuộc đơn vị nào"), []).append(member)
    context = {
        "contest": cluster.contest,
        "cluster": cluster,
        "sheets": sorted(by_unit.items()),
        "question": cluster.note if cluster.status == ClusterStatus.ASKED else "",
    }
    return render(request, "contest/desks/cluster_questions.html", context)


def cluster_of(slug: str, key: str) -> IntegrityCluster:
    clusters = IntegrityCluster.objects.select_related("contest", "settled_by")
    return get_object_or_404(clusters, contest__slug=slug, key=key)


def cluster_page(
    request: SignedInRequest,
    cluster: IntegrityCluster,
    *,
    settle_form: SettleForm | None = None,
    reason_form: ReasonForm | None = None,
) -> HttpResponse:
    """With forms that were refused, or with empty ones."""
    may_decide = has_role(request.user, Role.JURY)
    told = dossier(cluster)
    people = [member.participant for member in told.members]
    attempts = [it for member in told.members for it in member.attempts if not it.round.is_practice]
    plan = duplicate_plan(cluster.contest, [person.pk for person in people])
    numbers = {"planned": planned_text(plan.numbers)}
    refused = settle_form or reason_form
    context = {
        "contest": cluster.contest,
        "cluster": cluster,
        "dossier": told,
        "number_of": {member.participant.pk: member.number for member in told.members},
        "timelines": timelines(attempts),
        "comparisons": comparisons(attempts, at=request.at, with_key=may_decide),
        "plan": plan,
        "may_decide": may_decide,
        "is_settled": cluster.status == ClusterStatus.SETTLED,
        "planned": numbers["planned"],  # as it is now, also where a form was refused
        "settle_form": settle_form or SettleForm(people),
        "plan_form": PlanForm(initial=numbers, prefix="moi"),
        "reason_form": reason_form or ReasonForm(prefix="mo-lai"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "contest/desks/cluster_detail.html", context, status=status)
