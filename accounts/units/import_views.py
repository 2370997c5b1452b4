"""Unit files at the desk: sent, looked through row by row, brought in."""

from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.formats.units_table import read_table, template
from accounts.http import SignedInRequest
from accounts.models import UnitFile
from accounts.policies import require_role
from accounts.services.importing_units import Outcome, import_units, plan_units
from accounts.units.forms import ImportForm

ROWS_ON_A_PAGE = 100
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OUTCOME_WORDS = {
    Outcome.CREATED: gettext_lazy("Thêm mới"),
    Outcome.CHANGED: gettext_lazy("Thay đổi"),
    Outcome.SKIPPED: gettext_lazy("Giữ nguyên"),
    Outcome.REFUSED: gettext_lazy("Không nhận"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.ORGANISER)
def units_upload(request: SignedInRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        UnitFile.objects.update_or_create(
            owner=request.user,
            defaults={
                "name": form.cleaned_data["file"].name[-200:],
                "content": form.content,
                "uploaded_at": request.at,
            },
        )
        return redirect("units:units_preview")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accounts/units/units_upload.html", {"form": form}, status=status)


@require_safe
@require_role(Role.ORGANISER)
def units_preview(request: SignedInRequest) -> HttpResponse:
    """What the person's own file would do; `?xem=<outcome>` shows only such rows."""
    file = get_object_or_404(UnitFile, owner=request.user)
    plan = plan_units(read_table(bytes(file.content), name=file.name))
    shown = request.GET.get("xem", "")
    rows = [row for row in plan.rows if shown in ("", row.outcome)]
    context = {
        "file": file,
        "counts": [(it.value, OUTCOME_WORDS[it], len(plan.of(it))) for it in Outcome],
        "shown": shown,
        "warning_count": sum(bool(row.note) for row in plan.rows),
        "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "query": f"xem={shown}&" if shown else "",
        "has_work": plan.has_work,
    }
    response = render(request, "accounts/units/units_preview.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@require_role(Role.ORGANISER)
def units_apply(request: SignedInRequest) -> HttpResponse:
    file = get_object_or_404(UnitFile, owner=request.user)
    rows = read_table(bytes(file.content), name=file.name)
    plan = import_units(rows, at=request.at, actor=request.user, source=file.name)
    file.delete()
    messages.success(
        request,
        _("Đã nhập xong: %(created)d đơn vị mới, %(changed)d đơn vị thay đổi.")
        % {"created": len(plan.of(Outcome.CREATED)), "changed": len(plan.of(Outcome.CHANGED))},
    )
    return redirect("units:unit_list")


@require_safe
@require_role(Role.ORGANISER)
def units_template(_request: SignedInRequest) -> HttpResponse:
    response = HttpResponse(template(), content_type=WORKBOOK)
    disposition = content_disposition_header(as_attachment=True, filename="mau-don-vi.xlsx")
    response["Content-Disposition"] = disposition or "attachment"
    return response
