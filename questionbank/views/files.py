"""Question files: uploaded, looked through, brought in; written and downloaded."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from accounts.services.auditing import record_decision
from questionbank.contents import bank_of
from questionbank.enums import ImportState
from questionbank.errors import BankError
from questionbank.formats import xlsx, xlsx_template
from questionbank.formats.losses import losses
from questionbank.formats.registry import FORMATS
from questionbank.forms import ExportForm, ImportForm
from questionbank.models import ImportFile
from questionbank.neighbours import relation_words
from questionbank.queries import awaiting_answer_of, listed_questions, topic_names
from questionbank.rules.near_duplicates import Relation
from questionbank.services.exporting import export
from questionbank.services.import_files import (
    apply_file,
    free_if_dead,
    near_progress_of,
    progress_of,
    upload,
)
from questionbank.services.importing import Outcome

ROWS_ON_A_PAGE = 100
OUTCOME_WORDS = {
    Outcome.CREATED: gettext_lazy("Thêm mới"),
    Outcome.CHANGED: gettext_lazy("Bản sửa"),
    Outcome.SKIPPED: gettext_lazy("Giữ nguyên"),
    Outcome.DUPLICATE: gettext_lazy("Trùng lặp"),
    Outcome.REFUSED: gettext_lazy("Không nhận"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.AUTHOR)
def file_upload(request: SignedInRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        file = upload(
            owner=request.user,
            name=sent["file"].name,
            data=sent["data"],
            file_format=sent["found"],
            options=form.options(),
            at=request.at,
        )
        return redirect("questionbank:file_detail", file.code)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "questionbank/file_upload.html", {"form": form}, status=status)


@require_safe
@require_role(Role.AUTHOR)
def file_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """The preview, or how far the work is; nobody else's file is there."""
    file = get_object_or_404(_own(request), code=code)
    free_if_dead(file)
    done, total = progress_of(file)
    report = file.report or {}
    near = report.get("near")
    shown = request.GET.get("xem", "")
    rows = _rows(report, shown)
    context = {
        "file": file,
        "format": FORMATS[file.format],
        "is_working": file.state in (ImportState.LOOKING, ImportState.APPLYING),
        "done": done,
        "total": total,
        "report": report,
        "near_progress": near_progress_of(file) if report and near is None else None,
        "near_count": None if near is None else len(near),
        "counts": [
            (outcome.value, OUTCOME_WORDS[outcome], report["counts"][outcome.value])
            for outcome in Outcome
            if report
        ],
        "shown": shown,
        "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "query": f"xem={shown}&" if shown else "",
        "has_work": any(report["counts"][name] for name in ("created", "changed"))
        if report
        else False,
    }
    response = render(request, "questionbank/file_detail.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _rows(report: dict[str, Any], shown: str) -> list[dict[str, Any]]:
    """Those of an outcome, or those that resemble another; each with what it resembles."""
    near = {
        found["where"]: {
            **found,
            "place": place,
            "words": relation_words(Relation(found["relation"]), found["score"]),
        }
        for place, found in enumerate(report.get("near") or [])
    }
    rows = [{**row, "near": near.get(row["where"])} for row in report.get("rows", [])]
    if shown == "near":
        return [row for row in rows if row["near"]]
    return [row for row in rows if shown in ("", row["outcome"])]


@require_POST
@require_role(Role.AUTHOR)
def file_apply(request: SignedInRequest, code: str) -> HttpResponse:
    file = get_object_or_404(_own(request), code=code)
    if not apply_file(file):
        messages.info(request, _("Tệp này đang được nhập hoặc đã nhập xong."))
    return redirect("questionbank:file_detail", code)


@require_safe
@require_role(Role.AUTHOR)
def template_download(_request: SignedInRequest) -> HttpResponse:
    data = xlsx_template.template(topic_names())
    return _attachment(data, xlsx.FORMAT.media_type, "mau-cau-hoi.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.AUTHOR, Role.REVIEWER)
def questions_export(request: SignedInRequest) -> HttpResponse:
    """What a format will lose, then the file; who took the keys out is recorded.

    What a reader has yet to answer blind stays out.
    """
    form = ExportForm(request.POST if request.method == "POST" else request.GET or None)
    context: dict[str, Any] = {"form": form}
    if not form.is_valid():
        return render(request, "questionbank/questions_export.html", context)
    asked = listed_questions(form.cleaned_data)
    shown = asked
    if has_role(request.user, Role.REVIEWER):
        shown = asked.exclude(pk__in=awaiting_answer_of(request.user.pk).values("pk"))
        context["kept_back"] = asked.count() - shown.count()
    found = bank_of(shown)
    context["count"] = len(found.questions)
    file_format = FORMATS[form.cleaned_data["format"]]
    if request.method != "POST":
        context["losses"] = losses(file_format, found.questions)
        return render(request, "questionbank/questions_export.html", context)
    try:
        exported = export(found, file_format)
    except BankError as refusal:
        form.add_error(None, refusal.message)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "questionbank/questions_export.html", context, status=status)
    record_decision(
        actor=request.user,
        at=request.at,
        action="questions.export",
        target=f"format:{file_format.name}",
        after={"questions": exported.written},
    )
    name = f"cau-hoi-{timezone.localdate(request.at):%Y%m%d}{file_format.extension}"
    return _attachment(exported.data, file_format.media_type, name)


def _own(request: SignedInRequest) -> QuerySet[ImportFile]:
    return ImportFile.objects.filter(owner=request.user).defer("content")


def _attachment(data: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = "no-store"
    return response
