"""The desk's papers: results as files, official documents, the office's own templates."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from contest.enums import DocumentKind, ExportState
from contest.errors import ContestError
from contest.exports.desk_files import begin_export, fetch, give_up_if_dead, progress_of
from contest.exports.document_templates import keep_letterhead, remove_template, replace_template
from contest.exports.documents.builtin import builtin_template
from contest.exports.documents.example import example_fields
from contest.exports.documents.fields import letterhead_of
from contest.exports.documents.word import WORD_TYPE
from contest.exports.forms import LetterheadForm, ResultFileForm, TemplateForm
from contest.exports.making import Product
from contest.exports.sources import versions_to_show
from contest.models import Contest, DocumentTemplate, ExportFile
from contest.results.downloads import download

_DESK = (Role.JURY, Role.ORGANISER)


@require_safe
@require_role(*_DESK)
@never_cache
def result_files(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    return render(request, "contest/desks/result_files.html", _files(request, contest))


@require_POST
@require_role(*_DESK)
def result_file_make(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    form = _form(request, contest, request.POST)
    if form.is_valid():
        sent = form.cleaned_data
        try:
            begin_export(
                contest=contest,
                contest_round=sent["round"],
                product=sent["product"],
                by_given_name=sent["by_given_name"],
                whole_ids=sent.get("whole_ids", False),
                reason=sent.get("reason", ""),
                owner=request.user,
                site=settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/"),
                at=request.at,
            )
        except ContestError as refusal:
            messages.error(request, refusal.message)
        return redirect("contest:result_files", slug)
    context = _files(request, contest) | {"form": form}
    return render(
        request,
        "contest/desks/result_files.html",
        context,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )


@require_POST
@require_role(*_DESK)
def result_file_fetch(request: SignedInRequest, slug: str, code: str) -> HttpResponseBase:
    """Nobody else's file is there."""
    files = ExportFile.objects.of(request.user).select_related("contest", "round", "version")
    file = get_object_or_404(files, contest__slug=slug, code=code)
    try:
        export = fetch(file, actor=request.user, at=request.at)
    except ContestError as refusal:
        messages.error(request, refusal.message)
        return redirect("contest:result_files", slug)
    return download(request, export)


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(*_DESK)
def letterhead(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    form = LetterheadForm(request.POST or None, instance=letterhead_of(contest))
    if request.method == "POST" and form.is_valid():
        keep_letterhead(letterhead=form.save(commit=False), actor=request.user, at=request.at)
        messages.success(request, _("Đã lưu thể thức văn bản."))
        return redirect("contest:letterhead", slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = _letterhead(request, contest) | {"form": form}
    return render(request, "contest/desks/letterhead.html", context, status=status)


@require_POST
@require_role(*_DESK)
def template_replace(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    form = TemplateForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            replace_template(
                contest=contest,
                kind=form.cleaned_data["kind"],
                name=file.name or "",
                data=file.read(),
                actor=request.user,
                at=request.at,
            )
        except ContestError as refusal:
            form.add_error("file", refusal.message)
        else:
            messages.success(request, _("Từ nay văn bản này dùng mẫu của Anh/Chị."))
            return redirect("contest:letterhead", slug)
    context = _letterhead(request, contest) | {"template_form": form}
    return render(
        request,
        "contest/desks/letterhead.html",
        context,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )


@require_POST
@require_role(*_DESK)
def template_remove(request: SignedInRequest, slug: str, kind: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    remove_template(contest=contest, kind=_kind(kind), actor=request.user, at=request.at)
    messages.success(request, _("Văn bản này lại dùng mẫu có sẵn."))
    return redirect("contest:letterhead", slug)


@require_safe
@require_role(*_DESK)
def template_download(request: SignedInRequest, slug: str, kind: str) -> HttpResponse:
    """The template in use: the office's own, else ours."""
    contest = get_object_or_404(Contest, slug=slug)
    document = _kind(kind)
    own = DocumentTemplate.objects.filter(contest=contest, kind=document).first()
    content = bytes(own.content) if own else builtin_template(document)
    response = HttpResponse(content, content_type=WORD_TYPE)
    name = f"mau-{document.value}.docx"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def _kind(kind: str) -> DocumentKind:
    try:
        return DocumentKind(kind)
    except ValueError:
        raise Http404 from None


def _form(request: SignedInRequest, contest: Contest, data: Any = None) -> ResultFileForm:
    may_see_ids = has_role(request.user, Role.IDENTITY_VIEWER)
    return ResultFileForm(contest, data, may_see_ids=may_see_ids)


def _files(request: SignedInRequest, contest: Contest) -> dict[str, Any]:
    files = list(
        ExportFile.objects.of(request.user)
        .filter(contest=contest, expires_at__gt=request.at)
        .select_related("round", "version")
    )
    for file in files:
        give_up_if_dead(file)
    return {
        "contest": contest,
        "form": _form(request, contest),
        "groups": _groups(),
        "shown": versions_to_show(contest),
        "files": [(file, Product.of_code(file.kind), progress_of(file)) for file in files],
        "is_working": any(file.state == ExportState.WORKING for file in files),
        "is_jury": has_role(request.user, Role.JURY),
    }


def _groups() -> list[tuple[str, list[Product]]]:
    """What the desk offers, a line for each, with its formats."""
    lines: dict[str, list[Product]] = {}
    for product in Product:
        lines.setdefault(str(product.label), []).append(product)
    return list(lines.items())


def _letterhead(request: SignedInRequest, contest: Contest) -> dict[str, Any]:
    own = {it.kind: it for it in DocumentTemplate.objects.filter(contest=contest).defer("content")}
    fields = example_fields(DocumentKind.REPORT)
    return {
        "contest": contest,
        "form": LetterheadForm(instance=letterhead_of(contest)),
        "template_form": TemplateForm(),
        "templates": [(kind, own.get(kind.value)) for kind in DocumentKind],
        "is_jury": has_role(request.user, Role.JURY),
        "fields": [(name, *_within(value)) for name, value in fields.items()],
    }


def _within(value: Any) -> tuple[str, list[str]]:
    """An example of a field, or the fields of a list's lines."""
    if not isinstance(value, list | dict):
        return str(value), []
    first = value[0] if isinstance(value, list) and value else value
    return "", list(first) if isinstance(first, dict) else []
