"""How questions did in the sittings that were measured. Their keys make it nobody else's."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import F, OrderBy
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from questionbank.models import SittingStatistic
from questionbank.queries import sittings
from questionbank.rules.item_analysis import Flag

READERS = (Role.AUTHOR, Role.REVIEWER)
ROWS_ON_A_PAGE = 50
# by the value of ?xep=, as the columns stand: what each is called, and how the worst come first
ORDERS: dict[str, tuple[object, OrderBy]] = {
    "xem-lai": (_("Cần xem lại"), F("concern").desc()),
    "cau": (_("Câu hỏi"), F("revision__question__code").asc()),
    "luot": (_("Lượt gặp"), F("answered").asc()),
    "dung": (_("Tỷ lệ đúng"), F("facility").asc()),
    "phan-biet": (_("Độ phân biệt"), F("discrimination").asc(nulls_last=True)),
    "bo-trong": (_("Bỏ trống"), F("omitted_share").desc(nulls_last=True)),
    "thoi-gian": (_("Thời gian"), F("median_ms").desc(nulls_last=True)),
}


@require_safe
@require_role(*READERS, Role.ORGANISER, Role.JURY)
def sitting_list(request: SignedInRequest) -> HttpResponse:
    context = {
        "page": Paginator(sittings(), ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "may_read_bank": has_role(request.user, *READERS),
    }
    return render(request, "questionbank/sitting_list.html", context)


@require_safe
@require_role(*READERS, Role.ORGANISER, Role.JURY)
def sitting_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """`?xep=` orders by a column, the worst first; with "-" before it, the best."""
    sitting = get_object_or_404(SittingStatistic, sitting=code)
    asked = request.GET.get("xep", "")
    order, is_reversed = asked.removeprefix("-"), asked.startswith("-")
    if order not in ORDERS:
        order, is_reversed = "xem-lai", False
    by = ORDERS[order][1].copy()
    if is_reversed:
        by.reverse_ordering()
    items = sitting.items.select_related("revision__question__topic").order_by(
        by, F("discrimination").asc(nulls_last=True), "revision__question__code"
    )
    context = {
        "sitting": sitting,
        "page": Paginator(items, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "query": f"xep={asked}&" if asked else "",
        "columns": [_column(name, order, is_reversed=is_reversed) for name in ORDERS],
        "is_reversed": is_reversed,
        "flagged_count": sitting.items.filter(concern__gt=0).count(),
        "flags": [flag.value for flag in Flag],
        "may_read_bank": has_role(request.user, *READERS),
    }
    return render(request, "questionbank/sitting_detail.html", context)


@dataclass(frozen=True)
class Column:
    label: object
    query: str  # the value of ?xep= behind it: the one it is sorted by turns around
    direction: str  # for aria-sort; "" for those that it is not sorted by
    is_figure: bool


def _column(name: str, order: str, *, is_reversed: bool) -> Column:
    label, by = ORDERS[name]
    is_figure = name not in ("xem-lai", "cau")
    if name != order:
        return Column(label, name, "", is_figure)
    direction = "ascending" if by.descending is is_reversed else "descending"
    return Column(label, name if is_reversed else f"-{name}", direction, is_figure)
