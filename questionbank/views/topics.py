"""The tree of topics: how well each is covered, and what becomes of it."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from questionbank.charts import coverage_chart
from questionbank.enums import Difficulty
from questionbank.errors import BankError
from questionbank.models import Topic
from questionbank.queries import coverage
from questionbank.services.arranging import (
    ARRANGERS,
    change_topic,
    create_topic,
    delete_topic,
    shift_topic,
)
from questionbank.topic_forms import ShiftForm, TopicForm

READERS = (Role.AUTHOR, Role.REVIEWER)


@require_safe
@require_role(*READERS, Role.ORGANISER)
def topic_list(request: SignedInRequest) -> HttpResponse:
    return _tree(request, TopicForm())


@require_POST
@require_role(*ARRANGERS)
def topic_create(request: SignedInRequest) -> HttpResponse:
    form = TopicForm(request.POST)
    if form.is_valid():
        try:
            topic = create_topic(**form.cleaned_data, actor=request.user, at=request.at)
        except BankError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Đã thêm chủ đề “%(name)s”.") % {"name": topic.name})
            return _back_to(topic.code)
    return _tree(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(*ARRANGERS)
def topic_change(request: SignedInRequest, code: str) -> HttpResponse:
    topic = get_object_or_404(Topic.objects.select_related("parent"), code=code)
    initial = {"name": topic.name, "parent": topic.parent.code if topic.parent else None}
    form = TopicForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            change_topic(topic_id=topic.pk, **form.cleaned_data, actor=request.user, at=request.at)
        except BankError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Đã lưu chủ đề."))
            return _back_to(code)
    context = {"topic": topic, "form": form, "may_read_bank": has_role(request.user, *READERS)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "questionbank/topic_change.html", context, status=status)


@require_POST
@require_role(*ARRANGERS)
def topic_shift(request: SignedInRequest, code: str) -> HttpResponse:
    topic = get_object_or_404(Topic, code=code)
    form = ShiftForm(request.POST)
    if form.is_valid():
        shift_topic(topic_id=topic.pk, **form.cleaned_data, actor=request.user, at=request.at)
    return _back_to(code)


@require_POST
@require_role(*ARRANGERS)
def topic_delete(request: SignedInRequest, code: str) -> HttpResponse:
    topic = get_object_or_404(Topic, code=code)
    try:
        delete_topic(topic_id=topic.pk, actor=request.user, at=request.at)
    except BankError as refusal:
        messages.error(request, refusal.message)
        return redirect("questionbank:topic_change", code)
    messages.success(request, _("Đã xóa chủ đề “%(name)s”.") % {"name": topic.name})
    return redirect("questionbank:topic_list")


def _back_to(code: str) -> HttpResponse:
    """The tree, at the row of the topic."""
    return redirect(f"{reverse('questionbank:topic_list')}#{code}")


def _tree(request: SignedInRequest, form: TopicForm) -> HttpResponse:
    rows = coverage()
    context = {
        "form": form,
        "rows": coverage_chart(rows),
        "difficulties": Difficulty.choices,
        "question_count": sum(row.own for row in rows),
        "may_arrange": has_role(request.user, *ARRANGERS),
        "may_read_bank": has_role(request.user, *READERS),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "questionbank/topic_list.html", context, status=status)
