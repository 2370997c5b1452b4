"""Pages of a person about their own data, and of organisers about what people ask."""

from functools import partial
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.errors import AccountError
from accounts.http import SignedInRequest
from accounts.policies import require_role
from accounts.rules.phones import phone_as_dialled
from contest.errors import ContestError
from contest.models import DeletionRequest
from contest.privacy.forms import AnswerForm, ConfirmForm
from contest.privacy.holdings import holdings, own_data, own_entry
from contest.privacy.requests import (
    COOLING,
    accept_deletion,
    ask_deletion,
    refuse_deletion,
    withdraw_consent,
    withdraw_deletion,
)
from contest.privacy.retention import DEFAULT_RETENTION_DAYS, RESULTS_FINAL_AFTER

REQUESTS_ON_A_PAGE = 50


@require_safe
def privacy_notice(request: HttpRequest) -> HttpResponse:
    context = {"retention_days": DEFAULT_RETENTION_DAYS, "final_days": RESULTS_FINAL_AFTER.days}
    return render(request, "contest/privacy/privacy_notice.html", context)


@require_safe
@login_required
@never_cache
def own_data_page(request: SignedInRequest) -> HttpResponse:
    held = holdings(request.user)
    context = {
        "held": held,
        "phone": phone_as_dialled(request.user.phone or ""),
        "account_request": next((it for it in held.requests if it.contest is None), None),
    }
    return render(request, "contest/privacy/own_data.html", context)


@require_POST
@login_required
@never_cache
def own_data_export(request: SignedInRequest) -> HttpResponse:
    try:
        data = own_data(request.user, at=request.at)
    except AccountError as refusal:
        messages.error(request, refusal.message)
        return redirect("contest:own_data")
    options = {"ensure_ascii": False, "indent": 1}
    answer = JsonResponse(data, json_dumps_params=options)
    answer["Content-Disposition"] = 'attachment; filename="du-lieu-cua-toi.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def deletion_ask(request: SignedInRequest) -> HttpResponse:
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            ask_deletion(user=request.user, contest=None, at=request.at)
        except ContestError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Đã gửi yêu cầu xóa tài khoản và dữ liệu."))
            return redirect("contest:own_data")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "cooling_days": COOLING.days, "final_days": RESULTS_FINAL_AFTER.days}
    return render(request, "contest/privacy/deletion_ask.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def consent_withdraw(request: SignedInRequest, slug: str) -> HttpResponse:
    entry = get_object_or_404(own_entry(request.user, slug))
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        asked = withdraw_consent(user=request.user, contest=entry.contest, at=request.at)
        done = _("Đã rút sự đồng ý; dữ liệu đăng ký của hội thi này đã được xóa.")
        if asked:
            done = _("Đã ghi nhận việc rút sự đồng ý. Ban tổ chức sẽ xóa dữ liệu của hội thi này.")
        messages.success(request, done)
        return redirect("contest:own_data")
    context = {
        "contest": entry.contest,
        "form": form,
        "has_attempts": entry.attempts.exists(),
        "cooling_days": COOLING.days,
        "final_days": RESULTS_FINAL_AFTER.days,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "contest/privacy/consent_withdraw.html", context, status=status)


@require_POST
@login_required
def deletion_withdraw(request: SignedInRequest, code: UUID) -> HttpResponse:
    own = get_object_or_404(DeletionRequest, code=code, user=request.user)
    try:
        withdraw_deletion(request_id=own.pk, user=request.user, at=request.at)
    except ContestError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Đã rút yêu cầu. Dữ liệu của Anh/Chị được giữ nguyên."))
    return redirect("contest:own_data")


@require_safe
@require_role(Role.ORGANISER)
def deletion_list(request: SignedInRequest) -> HttpResponse:
    """Those to be answered first, then the rest, the newest first."""
    requests = DeletionRequest.objects.select_related("user", "contest", "settled_by")
    pages = Paginator(requests.order_by("settled_at", "-asked_at"), REQUESTS_ON_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {"page": page, "at": request.at}
    return render(request, "contest/privacy/deletion_list.html", context)


@require_POST
@require_role(Role.ORGANISER)
def deletion_answer(request: SignedInRequest, code: UUID) -> HttpResponse:
    asked = get_object_or_404(DeletionRequest, code=code)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Yêu cầu không hợp lệ."))
        return redirect("contest:deletion_list")
    answer = (
        accept_deletion
        if form.cleaned_data["deed"] == "accept"
        else partial(refuse_deletion, answer=form.cleaned_data["reason"])
    )
    try:
        answer(request_id=asked.pk, actor=request.user, at=request.at)
    except ContestError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Đã ghi nhận trả lời."))
    return redirect("contest:deletion_list")
