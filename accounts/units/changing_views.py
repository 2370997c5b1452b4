"""Moves and ends of units: first what would change, then the deed."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.models import Unit
from accounts.policies import require_role
from accounts.services.moving_units import move_unit, refuse_future, refuse_move
from accounts.services.succeeding_units import check_succession, succeed_units, undo_succession
from accounts.units.effects import move_effect, succession_effect
from accounts.units.errors import UnitError
from accounts.units.forms import MoveForm, SuccessionForm, UndoForm, today_text


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.ORGANISER)
def unit_move(request: SignedInRequest, code: str) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.select_related("parent"), code=code)
    form = MoveForm(_sent(request), initial={"on": today_text()})
    context: dict[str, Any] = {"unit": unit, "form": form}
    if form.is_valid():
        sent = form.cleaned_data
        parent, on = sent["unit"], sent["on"]

        def preview() -> None:
            refuse_future(on, at=request.at)
            refuse_move(unit, parent, on=on)
            context["effect"] = move_effect(unit, parent)

        def deed() -> None:
            move_unit(
                unit_id=unit.pk,
                parent_id=parent.pk if parent else None,
                on=on,
                reason=sent["reason"],
                actor=request.user,
                at=request.at,
            )

        if _done(request, form, context, preview, deed):
            messages.success(request, _("Đã chuyển %(name)s.") % {"name": unit.name})
            return redirect("units:unit_detail", code)
    return _page(request, "accounts/units/unit_move.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.ORGANISER)
def unit_succession(request: SignedInRequest) -> HttpResponse:
    """`?don-vi=<code>` names the unit to begin with."""
    initial = {"units": request.GET.get("don-vi", ""), "on": today_text(), "kind": "merged"}
    form = SuccessionForm(_sent(request), initial=initial)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        sent = form.cleaned_data
        units, successors = sent["units"], sent["successors"]

        def preview() -> None:
            refuse_future(sent["on"], at=request.at)
            check_succession(units, successors, kind=sent["kind"], on=sent["on"])
            context["effect"] = succession_effect(units, successors, kind=sent["kind"])

        def deed() -> None:
            succeed_units(
                unit_ids=[unit.pk for unit in units],
                successor_ids=[unit.pk for unit in successors],
                kind=sent["kind"],
                on=sent["on"],
                reason=sent["reason"],
                actor=request.user,
                at=request.at,
            )

        if _done(request, form, context, preview, deed):
            messages.success(request, _("Đã ghi nhận. Kết quả các hội thi trước giữ nguyên."))
            return redirect("units:unit_detail", (successors or units)[0].code)
    return _page(request, "accounts/units/unit_succession.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.ORGANISER)
def succession_undo(request: SignedInRequest, code: str) -> HttpResponse:
    unit = get_object_or_404(Unit, code=code)
    form = UndoForm(_sent(request))
    if form.is_valid():
        try:
            undo_succession(
                unit_id=unit.pk,
                reason=form.cleaned_data["reason"],
                actor=request.user,
                at=request.at,
            )
        except UnitError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Đã hủy ghi nhận; đơn vị trở lại như trước."))
            return redirect("units:unit_detail", code)
    successions = unit.successions.select_related("successor").order_by("pk")
    context = {"unit": unit, "form": form, "successions": successions}
    return _page(request, "accounts/units/succession_undo.html", context)


def _sent(request: SignedInRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _done(
    request: SignedInRequest,
    form: Form,
    context: dict[str, Any],
    preview: Callable[[], None],
    deed: Callable[[], None],
) -> bool:
    """Do what was seen in a preview; else show one. What is wrong is left with the form."""
    facts = repr(sorted(form.cleaned_data.items()))
    seal = salted_hmac("accounts.units.seen", f"{request.user.pk}:{facts}").hexdigest()
    try:
        if constant_time_compare(request.POST.get("seen", ""), seal):
            deed()
            return True
        preview()
        context["seen"] = seal
    except UnitError as refusal:
        form.add_error(None, refusal.message)
    return False


def _page(request: SignedInRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    is_refused = bool(context["form"].errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return render(request, template, context, status=status)
