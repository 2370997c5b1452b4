"""What the jury does with a cluster: settles it, asks the unit, opens it again."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import require_role
from contest.enums import ClusterVerdict
from contest.errors import ContestError
from contest.integrity.forms import ASK, ListedForm, PlanForm, ReasonForm, SettleForm
from contest.integrity.listing import certainly_listed
from contest.integrity.queue import queue_row
from contest.integrity.settling import (
    ask_unit,
    reopen,
    settle_against,
    settle_as_one_person,
    settle_listed,
    settle_without_consequence,
)
from contest.models import Contest, IntegrityCluster, Participant
from contest.views.integrity import cluster_of, cluster_page


@require_POST
@require_role(Role.JURY)
def cluster_settle(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    cluster = cluster_of(slug, key)
    members = Participant.objects.filter(cluster_memberships__cluster=cluster).order_by("pk")
    form = SettleForm(list(members), request.POST)
    if form.is_valid():
        try:
            _settle(request, cluster, form.cleaned_data)
        except ContestError as refusal:
            form.add_error(None, refusal.message)
            cluster = cluster_of(slug, key)
        else:
            messages.success(request, _("Đã ghi kết luận. Xếp hạng đã được tính lại."))
            return redirect("contest:cluster_detail", slug, key)
    return cluster_page(request, cluster, settle_form=form)


def _settle(request: SignedInRequest, cluster: IntegrityCluster, sent: dict[str, Any]) -> None:
    deed: dict[str, Any] = {"cluster": cluster, "actor": request.user, "at": request.at}
    verdict, reason = sent["verdict"], sent["reason"]
    if verdict == ASK:
        ask_unit(**deed, note=reason)
    elif verdict == ClusterVerdict.SAME_PERSON:
        settle_as_one_person(**deed, planned=sent["planned"], reason=reason)
    elif verdict in {ClusterVerdict.DISQUALIFIED, ClusterVerdict.SET_ASIDE}:
        settle_against(
            **deed, verdict=ClusterVerdict(verdict), participant_ids=sent["people"], reason=reason
        )
    else:
        settle_without_consequence(**deed, reason=reason)


@require_POST
@require_role(Role.JURY)
def cluster_strike(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """What was handed in since the cluster was settled as one person is struck as well."""
    cluster = cluster_of(slug, key)
    form = PlanForm(request.POST, prefix="moi")
    if not form.is_valid():
        messages.error(request, _("Vui lòng ghi lý do."))
    elif cluster.verdict != ClusterVerdict.SAME_PERSON:
        messages.error(request, _("Nhóm này không còn được kết luận là một người."))
    else:
        try:
            settle_as_one_person(
                cluster=cluster, actor=request.user, at=request.at, **form.cleaned_data
            )
            messages.success(request, _("Các lượt thi mới không còn được tính."))
        except ContestError as refusal:
            messages.error(request, refusal.message)
    return redirect("contest:cluster_detail", slug, key)


@require_POST
@require_role(Role.JURY)
def cluster_reopen(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    cluster = cluster_of(slug, key)
    form = ReasonForm(request.POST, prefix="mo-lai")
    if not form.is_valid():
        return cluster_page(request, cluster, reason_form=form)
    reopen(cluster=cluster, reason=form.cleaned_data["reason"], actor=request.user, at=request.at)
    messages.success(request, _("Đã hủy kết luận; nhóm trở lại hàng đợi."))
    return redirect("contest:cluster_detail", slug, key)


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.JURY)
def integrity_listed(request: SignedInRequest, slug: str) -> HttpResponse:
    """Everybody who is on the list by CCCD or phone number, to be set aside at once."""
    contest = get_object_or_404(Contest, slug=slug)
    clusters = certainly_listed(contest)
    form = ListedForm(clusters, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        count = settle_listed(
            contest=contest,
            keys=form.cleaned_data["clusters"],
            reason=form.cleaned_data["reason"],
            actor=request.user,
            at=request.at,
        )
        told = ngettext(
            "%(count)d nhóm đã được kết luận: không xếp hạng.",
            "%(count)d nhóm đã được kết luận: không xếp hạng.",
            count,
        )
        messages.success(request, told % {"count": count})
        return redirect("contest:integrity_queue", slug)
    context = {
        "contest": contest,
        "form": form,
        "rows": [queue_row(cluster) for cluster in clusters],
        "chosen": form.data.getlist("clusters") if form.is_bound else [it.key for it in clusters],  # type: ignore[attr-defined]
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "contest/desks/integrity_listed.html", context, status=status)
