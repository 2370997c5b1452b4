"""The organisers' desk for units: the tree, one unit, its facts. Observers read it."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.models import AuditEntry, Unit
from accounts.models.unit import UnitQuerySet
from accounts.policies import has_role, require_role
from accounts.services.editing_units import create_unit, edit_unit
from accounts.units.errors import UnitError
from accounts.units.forms import NewUnitForm, UnitForm
from accounts.units.history import units_above
from accounts.units.index import unit_keys

UNITS_ON_A_PAGE = 50
MOST_FOUND = 100
LONGEST_SEARCH = 200  # characters
HISTORY_LINES = 30
ACTION_WORDS = {
    "unit.create": gettext_lazy("Thêm đơn vị"),
    "unit.edit": gettext_lazy("Sửa thông tin"),
    "unit.move": gettext_lazy("Chuyển cấp trên"),
    "unit.succession": gettext_lazy("Ghi nhận kết thúc"),
    "unit.succession_undo": gettext_lazy("Hủy ghi nhận kết thúc"),
}


@require_safe
@require_role(Role.ORGANISER, Role.OBSERVER)
def unit_list(request: SignedInRequest) -> HttpResponse:
    """The top of the tree, or with `?q=` whatever is called so; `?het=1` also what has gone."""
    day = timezone.localdate(request.at)
    query = request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    with_gone = request.GET.get("het") == "1"
    context: dict[str, Any] = {"q": query, "with_gone": with_gone, "today": day}
    if query:
        keys = unit_keys(query, day=None if with_gone else day, limit=MOST_FOUND)
        units = _listed().in_bulk(keys)
        context["units"] = [units[key] for key in keys if key in units]
    else:
        tops = _listed().filter(parent=None)
        tops = tops if with_gone else tops.valid_on(day=day)
        page = Paginator(tops.order_by("kind", "name"), UNITS_ON_A_PAGE)
        context["page"] = page.get_page(request.GET.get("page"))
        context["units"] = context["page"].object_list
    context["query"] = "het=1&" if with_gone else ""
    context["may_decide"] = has_role(request.user, Role.ORGANISER)
    return render(request, "accounts/units/unit_list.html", context)


@require_safe
@require_role(Role.ORGANISER, Role.OBSERVER)
def unit_detail(request: SignedInRequest, code: str) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.select_related("parent"), code=code)
    entries = AuditEntry.objects.filter(target=f"unit:{unit.code}").select_related("actor")
    children = Paginator(_listed().filter(parent=unit).order_by("kind", "name"), UNITS_ON_A_PAGE)
    context = {
        "unit": unit,
        "above": units_above(unit),
        "page": children.get_page(request.GET.get("page")),
        "people_count": unit.users.count(),
        "successions": unit.successions.select_related("successor").order_by("pk"),
        "inheritances": unit.inheritances.select_related("unit").order_by("on", "pk"),
        "moves": unit.moves.select_related("old_parent", "new_parent", "by").order_by("-on", "-pk"),
        "entries": [
            (entry, ACTION_WORDS.get(entry.action, entry.action))
            for entry in entries[:HISTORY_LINES]
        ],
        "today": timezone.localdate(request.at),
        "may_decide": has_role(request.user, Role.ORGANISER),
    }
    return render(request, "accounts/units/unit_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.ORGANISER)
def unit_create(request: SignedInRequest) -> HttpResponse:
    """`?duoi=<code>` names the parent to begin with."""
    above = Unit.objects.filter(code=request.GET.get("duoi", "")).first()
    initial = {"unit": above.code, "unit_name": above.name, "kind": above.kind} if above else {}
    form = NewUnitForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        parent = form.cleaned_data["unit"]
        try:
            unit = create_unit(
                facts=form.facts(code=form.cleaned_data["code"]),
                parent_id=parent.pk if parent else None,
                actor=request.user,
                at=request.at,
            )
        except UnitError as refusal:
            form.add_error("code", refusal.message)
        else:
            messages.success(request, _("Đã thêm %(name)s.") % {"name": unit.name})
            return redirect("units:unit_detail", unit.code)
    return _form_page(request, "accounts/units/unit_create.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.ORGANISER)
def unit_edit(request: SignedInRequest, code: str) -> HttpResponse:
    unit = get_object_or_404(Unit, code=code)
    form = UnitForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(unit, name) for name in UnitForm.base_fields},
    )
    if form.is_valid():
        edit_unit(
            unit_id=unit.pk, facts=form.facts(code=unit.code), actor=request.user, at=request.at
        )
        messages.success(request, _("Đã lưu."))
        return redirect("units:unit_detail", unit.code)
    return _form_page(request, "accounts/units/unit_edit.html", {"form": form, "unit": unit})


def _listed() -> UnitQuerySet:
    day = timezone.localdate()
    still = Q(children__valid_to=None) | Q(children__valid_to__gte=day)
    return Unit.objects.select_related("parent").annotate(
        child_count=Count("children", filter=Q(children__isnull=False) & still)
    )


def _form_page(request: SignedInRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    is_refused = bool(context["form"].errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return render(request, template, context, status=status)
