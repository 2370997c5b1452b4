"""The organisers' page of registration: what is asked, of whom, and with which consent."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.models import Unit
from accounts.policies import has_role, require_role
from contest.errors import ContestError
from contest.models import Contest, UnitCondition
from contest.registration.asking import latest_consent, set_asking, set_unit_condition
from contest.registration.asking_forms import AskingForm, UnitConditionForm
from contest.registration.queries import asks_registration
from contest.rules.timing import RoundState


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.ORGANISER, Role.OBSERVER)
def registration_rules(request: SignedInRequest, slug: str) -> HttpResponse:
    """Observers read it."""
    if request.method == "POST" and not has_role(request.user, Role.ORGANISER):
        raise PermissionDenied
    contest = get_object_or_404(Contest, slug=slug)
    form = AskingForm(request.POST if request.method == "POST" else None, contest=contest)
    if form.is_valid():
        try:
            has_changed = set_asking(
                contest=contest, asking=form.asking(), actor=request.user, at=request.at
            )
        except ContestError as refusal:
            form.add_error(None, refusal.message)
            return _page(request, contest, form, UnitConditionForm(), status=refusal.status)
        told = _("Đã lưu nội dung đăng ký.") if has_changed else _("Không có gì thay đổi.")
        messages.success(request, told)
        return redirect("contest:registration_rules", slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return _page(request, contest, form, UnitConditionForm(), status=status)


@require_POST
@require_role(Role.ORGANISER)
def unit_condition_set(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    form = UnitConditionForm(request.POST)
    if not form.is_valid():
        asking_form = AskingForm(contest=contest)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(request, contest, asking_form, form, status=status)
    set_unit_condition(contest=contest, **form.cleaned_data, actor=request.user, at=request.at)
    messages.success(request, _("Đã lưu điều kiện về đơn vị."))
    return redirect("contest:registration_rules", slug)


@require_POST
@require_role(Role.ORGANISER)
def unit_condition_lift(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    unit = get_object_or_404(Unit, code=request.POST.get("unit", ""))
    set_unit_condition(
        contest=contest, unit=unit, is_admitted=None, actor=request.user, at=request.at
    )
    messages.success(request, _("Đã bỏ điều kiện về đơn vị."))
    return redirect("contest:registration_rules", slug)


def _page(
    request: SignedInRequest,
    contest: Contest,
    form: AskingForm,
    unit_form: UnitConditionForm,
    *,
    status: HTTPStatus,
) -> HttpResponse:
    rounds = contest.rounds.all()
    conditions = UnitCondition.objects.filter(contest=contest).select_related("unit")
    context = {
        "contest": contest,
        "form": form,
        "unit_form": unit_form,
        "conditions": conditions.order_by("-is_admitted", "unit__name"),
        "consent": latest_consent(contest),
        "asks_registration": asks_registration(contest.pk),
        "is_open": any(it.state(at=request.at) is RoundState.OPEN for it in rounds),
        "participant_count": contest.participants.count(),
        "may_decide": has_role(request.user, Role.ORGANISER),
    }
    return render(request, "contest/desks/registration_rules.html", context, status=status)
