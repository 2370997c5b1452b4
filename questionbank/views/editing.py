"""Writing a question, and its next revision, with a preview of what a participant will see."""

from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import require_role
from questionbank.contents import revision_contents
from questionbank.errors import BankError
from questionbank.formats.parsed import ParsedQuestion
from questionbank.forms import QuestionForm, initial_of
from questionbank.models import Question
from questionbank.neighbours import neighbours
from questionbank.services.editing import create_question, revise_question
from questionbank.services.keeping_pictures import keep_sent_picture


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.AUTHOR)
def question_create(request: SignedInRequest) -> HttpResponse:
    form = QuestionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            question = create_question(content=form.content, author=request.user, at=request.at)
        except BankError as refusal:
            form.add_error(None, refusal.message)
        else:
            _tell_saved(request, question.code, form.content)
            return redirect("questionbank:question_detail", question.code)
    return _page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.AUTHOR)
def question_revise(request: SignedInRequest, code: str) -> HttpResponse:
    question = get_object_or_404(Question.objects.select_related("current_revision"), code=code)
    if request.method != "POST":
        return _page(request, QuestionForm(initial=_initial(question), code=code), question)
    form = QuestionForm(request.POST, request.FILES, code=code)
    if form.is_valid():
        try:
            revise_question(
                question_id=question.pk,
                content=form.content,
                based_on=form.cleaned_data["based_on"] or 0,
                author=request.user,
                at=request.at,
            )
        except BankError as refusal:
            form.add_error(None, refusal.message)
        else:
            _tell_saved(request, code, form.content)
            return redirect("questionbank:question_detail", code)
    return _page(request, form, question)


@require_POST
@require_role(Role.AUTHOR)
def question_preview(request: SignedInRequest) -> HttpResponse:
    """A part of a page: the question as it is being written, and those that are like it."""
    code = request.GET.get("ma", "")
    form = QuestionForm(request.POST, code=code)
    content = form.content if form.is_valid() else None
    context = {
        "content": content,
        "code": code,
        "errors": form.errors,
        "neighbours": neighbours(content) if content else [],
    }
    return render(request, "questionbank/_preview.html", context)


def _tell_saved(request: SignedInRequest, code: str, content: ParsedQuestion) -> None:
    """And name the questions that may be the same: saved all the same, for people decide."""
    messages.success(request, _("Đã lưu câu hỏi %(code)s.") % {"code": code})
    near = neighbours(replace(content, code=code))
    if near:
        links = format_html_join(
            ", ",
            '<a href="{}?{}">{}</a> ({}, {} %)',
            [
                (
                    reverse("questionbank:question_compare", args=[code]),
                    urlencode({"voi": it.question.code}),
                    it.question.code,
                    it.words.lower(),
                    it.percent,
                )
                for it in near
            ],
        )
        told = _("Ngân hàng có câu hỏi gần giống, xin Anh/Chị so sánh:")
        messages.warning(request, format_html("{} {}.", told, links))


def _initial(question: Question) -> dict[str, object]:
    revision = question.current_revision
    if revision is None:
        return {"topic": question.topic.code}
    content = revision_contents([revision.pk])[revision.pk]
    return initial_of(content, based_on=revision.number)


def _page(request: SignedInRequest, form: QuestionForm, question: Question | None) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    if form.sent_picture is not None:  # a browser does not send a chosen file again by itself
        keep_sent_picture(form.sent_picture, at=request.at)
        form.show_kept()
    context = {"form": form, "question": question}
    return render(request, "questionbank/question_edit.html", context, status=status)
