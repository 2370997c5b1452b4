"""The jury's way from the last attempt to the published result."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from contest.errors import ContestError
from contest.models import Contest, ResultVersion, Round
from contest.results.downloads import download
from contest.sealing.background import begin_sealing, progress_of
from contest.sealing.checklist import closing
from contest.sealing.downloads import whole_file
from contest.sealing.forms import ScopeForm, WithdrawForm
from contest.sealing.reading import full_page
from contest.sealing.sealing import confirm, is_stale, publish, withdraw
from contest.views.results import page_context


@require_safe
@require_role(Role.JURY, Role.ORGANISER, Role.OBSERVER)
def contest_closing(request: SignedInRequest, slug: str) -> HttpResponse:
    """`?ky=<round>` closes that round; without, the whole contest."""
    contest = get_object_or_404(Contest, slug=slug)
    contest_round = _scope(contest, request.GET.get("ky", ""))
    state = closing(contest, contest_round, at=request.at)
    version = state.version
    is_jury = has_role(request.user, Role.JURY)
    is_pending = version is not None and version.published_at is None
    context = {
        "contest": contest,
        "chosen": contest_round,
        "rounds": contest.rounds.official().order_by("opens_at", "id"),
        "closing": state,
        "version": version,
        "progress": progress_of(contest, contest_round),
        "is_pending": is_pending,
        "is_stale": version is not None and is_pending and is_stale(version),
        "is_jury": is_jury,
        "is_sealer": version is not None and version.sealed_by_id == request.user.pk,
        "may_publish": is_jury or has_role(request.user, Role.ORGANISER),
        "versions": contest.result_versions.filter(round=contest_round).order_by("-number"),
        "withdraw_form": WithdrawForm(),
    }
    return render(request, "contest/desks/contest_closing.html", context)


@require_POST
@require_role(Role.JURY)
def result_seal(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    contest_round = _scope(contest, request.POST.get("ky", ""))
    try:
        is_done = begin_sealing(contest, contest_round, actor=request.user, at=request.at)
    except ContestError as refusal:
        messages.error(request, refusal.message)
    else:
        if is_done:
            messages.success(
                request, _("Đã niêm phong. Một thành viên khác của Ban giám khảo cần xác nhận.")
            )
    return _back(contest, contest_round)


@require_POST
@require_role(Role.JURY)
def result_confirm(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    version = _version(slug, number)
    return _do(
        request,
        version,
        lambda: confirm(version_id=version.pk, actor=request.user, at=request.at),
        _("Đã xác nhận kết quả. Có thể công bố."),
    )


@require_POST
@require_role(Role.JURY, Role.ORGANISER)
def result_publish(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    version = _version(slug, number)
    return _do(
        request,
        version,
        lambda: publish(version_id=version.pk, actor=request.user, at=request.at),
        _("Kết quả đã được công bố."),
    )


@require_POST
@require_role(Role.JURY)
def result_withdraw(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    version = _version(slug, number)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Xin ghi lý do thu hồi."))
        return _back(version.contest, version.round)
    return _do(
        request,
        version,
        lambda: withdraw(
            version_id=version.pk, **form.cleaned_data, actor=request.user, at=request.at
        ),
        _("Đã thu hồi kết quả."),
    )


@require_safe
@require_role(Role.JURY, Role.ORGANISER, Role.OBSERVER)
def result_version(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    """Any version there ever was, with full names; `?bang=` a board, `?page=`."""
    version = _version(slug, number)
    context = page_context(request, version, request.GET.get("bang", ""))
    context["rows"] = full_page(version, context["board"], context["page"].number)
    context |= {
        "contest": version.contest,
        "version": version,
        "may_download": has_role(request.user, Role.JURY, Role.ORGANISER),
    }
    return render(request, "contest/desks/result_version.html", context)


@require_POST
@require_role(Role.JURY, Role.ORGANISER)
def result_whole_file(request: SignedInRequest, slug: str, number: int) -> HttpResponseBase:
    version = _version(slug, number)
    return download(request, whole_file(version, actor=request.user, at=request.at))


def _do(
    request: SignedInRequest, version: ResultVersion, deed: Callable[[], object], told: str
) -> HttpResponse:
    try:
        deed()
    except ContestError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, told)
    return _back(version.contest, version.round)


def _scope(contest: Contest, slug: str) -> Round | None:
    form = ScopeForm(contest, {"ky": slug})
    if not form.is_valid():
        raise Http404
    chosen: Round | None = form.cleaned_data["ky"]
    return chosen


def _version(slug: str, number: int) -> ResultVersion:
    versions = ResultVersion.objects.select_related("contest", "round")
    return get_object_or_404(versions, contest__slug=slug, number=number)


def _back(contest: Contest, contest_round: Round | None) -> HttpResponse:
    path = reverse("contest:contest_closing", args=[contest.slug])
    return redirect(f"{path}?{urlencode({'ky': contest_round.slug})}" if contest_round else path)
