"""Lists that units prepare: the file, its preview, and slips for those who wait."""

import base64
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from contest.enums import FileState, PeopleFileKind, RowOutcome
from contest.models import PeopleFile
from contest.qr_codes import qr_svg
from contest.registration.care import Care, care_of
from contest.registration.codes import shown_code
from contest.registration.list_forms import PeopleFileForm, SlipsForm
from contest.registration.people_files import apply_file, free_if_dead, progress_of, upload
from contest.registration.people_table import template
from contest.registration.queries import awaits_activation
from contest.registration.slips import MOST_AT_ONCE, PrintedSlip, print_slips, waiting_people
from contest.views.contests import visible_contests

PEOPLE_ON_A_PAGE = 50
ROWS_ON_A_PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def care_or_403(request: SignedInRequest) -> Care:
    care = care_of(request.user)
    if care is None:
        raise PermissionDenied
    return care


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.ORGANISER, Role.COORDINATOR)
@never_cache
def people_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who waits to confirm, and where a list is sent in."""
    contest = get_object_or_404(visible_contests(request), slug=slug)
    care = care_or_403(request)
    form = PeopleFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        file = form.cleaned_data["file"]
        stored = upload(
            contest=contest,
            owner=request.user,
            kind=PeopleFileKind.PARTICIPANTS,
            name=file.name,
            data=file.read(),
            restores_zeros=form.cleaned_data["restores_zeros"],
            at=request.at,
        )
        return redirect("contest:people_file", stored.code)
    waiting = waiting_people(contest, care, at=request.at)
    page = Paginator(waiting, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "contest": contest,
        "form": form,
        "page": page,
        "people": [(person, awaits_activation(person.user)) for person in page],
        "query": "",
        "most": MOST_AT_ONCE,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "contest/desks/people_list.html", context, status=status)


@require_safe
@require_role(Role.ORGANISER, Role.COORDINATOR)
@never_cache
def people_file(request: SignedInRequest, code: str) -> HttpResponse:
    """The preview, or how far the work is; nobody else's file is there."""
    file = get_object_or_404(_own(request), code=code)
    free_if_dead(file)
    done, total = progress_of(file)
    report = file.report or {}
    shown = request.GET.get("xem", "")
    rows = [row for row in report.get("rows", []) if shown in ("", row["outcome"])]
    counts = report.get("counts", {})
    context = {
        "file": file,
        "contest": file.contest,
        "is_listed": file.kind == PeopleFileKind.LISTED,
        "is_working": file.state in (FileState.LOOKING, FileState.APPLYING),
        "done": done,
        "total": total,
        "refusal": report.get("refusal", ""),
        "counts": [
            (outcome.value, outcome.label, counts[outcome.value])
            for outcome in RowOutcome
            if counts.get(outcome.value)
        ],
        "shown": shown,
        "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "query": f"xem={shown}&" if shown else "",
        "has_work": any(counts.get(name) for name in ("created", "invited", "changed")),
    }
    return render(request, "contest/desks/people_file.html", context)


@require_POST
@require_role(Role.ORGANISER, Role.COORDINATOR)
def people_file_apply(request: SignedInRequest, code: str) -> HttpResponse:
    file = get_object_or_404(_own(request), code=code)
    if not apply_file(file):
        messages.info(request, _("Tệp này đang được nhập hoặc đã nhập xong."))
    return redirect("contest:people_file", code)


@require_safe
@require_role(Role.ORGANISER, Role.COORDINATOR)
def people_template(request: SignedInRequest, kind: str) -> HttpResponse:
    if kind not in PeopleFileKind.values:
        raise Http404
    disposition = 'attachment; filename="mau-danh-sach.xlsx"'
    headers = {"Content-Disposition": disposition}
    return HttpResponse(template(PeopleFileKind(kind)), content_type=XLSX, headers=headers)


@require_POST
@require_role(Role.ORGANISER, Role.COORDINATOR)
@never_cache
def slips_print(request: SignedInRequest, slug: str) -> HttpResponse:
    """The sheets to print. Their codes are nowhere else: printed again they are other ones."""
    contest = get_object_or_404(visible_contests(request), slug=slug)
    care = care_or_403(request)
    form = SlipsForm(request.POST)
    if not form.is_valid():
        raise Http404
    chosen = form.cleaned_data["participant"]
    slips = print_slips(
        contest=contest,
        care=care,
        participant_ids=None if chosen is None else [chosen],
        actor=request.user,
        at=request.at,
    )
    if not slips:
        messages.info(request, _("Không có ai cần in phiếu."))
        return redirect("contest:people_list", slug)
    page = reverse("contest:activation")
    address = (
        settings.PUBLIC_URL + page if settings.PUBLIC_URL else request.build_absolute_uri(page)
    )
    context = {
        "contest": contest,
        "address": address.partition("://")[2],
        "slips": [(slip, shown_code(slip.code), _qr(slip, address)) for slip in slips],
    }
    return render(request, "contest/desks/activation_slips.html", context)


def _qr(slip: PrintedSlip, address: str) -> str:
    """The code behind the #: browsers do not send it, so no log holds it."""
    image = qr_svg(f"{address}#{slip.code}")
    return "data:image/svg+xml;base64," + base64.b64encode(image).decode()


def _own(request: SignedInRequest) -> QuerySet[PeopleFile]:
    """One's own, of a kind that one's duty brings in."""
    files = PeopleFile.objects.filter(owner=request.user).defer("content")
    if not has_role(request.user, Role.ORGANISER):
        files = files.filter(kind=PeopleFileKind.PARTICIPANTS)
    return files.select_related("contest")
