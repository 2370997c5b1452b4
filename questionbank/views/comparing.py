"""Two questions beside each other, and the list of those that are like one."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from questionbank.contents import revision_contents
from questionbank.differences import side_by_side
from questionbank.enums import QuestionStatus
from questionbank.formats.parsed import ParsedQuestion
from questionbank.forms import NoteForm
from questionbank.models import ImportFile, Question
from questionbank.neighbours import likeness, neighbours
from questionbank.queries import awaits_answer_of
from questionbank.services.import_files import near_contents


@require_safe
@require_role(Role.AUTHOR, Role.REVIEWER)
def question_compare(request: SignedInRequest, code: str) -> HttpResponse:
    """The question and the one whose code is in `voi`; a blind answer comes first."""
    left, a = _stored(code)
    right, b = _stored(request.GET.get("voi", ""))
    is_reviewer = has_role(request.user, Role.REVIEWER)
    for question in (left, right):
        if is_reviewer and awaits_answer_of(question, request.user.pk):
            messages.info(request, _("Xin trả lời câu hỏi này trước khi xem đáp án của nó."))
            return redirect("questionbank:question_review", question.code)
    context = {
        "left_name": left.code,
        "right_name": right.code,
        "left_question": left,
        "right_question": right,
        "is_reviewer": is_reviewer,
    }
    return _page(request, a, b, context)


@require_safe
@require_role(Role.AUTHOR)
def row_compare(request: SignedInRequest, code: str, place: int) -> HttpResponse:
    """A row of one's own file, and the question or the earlier row that it resembles."""
    mine = ImportFile.objects.filter(owner=request.user).defer("content")
    file = get_object_or_404(mine, code=code)
    found = (file.report or {}).get("near") or []
    if place >= len(found):
        raise Http404
    near = found[place]
    a, b = near_contents(near)
    question = None
    if b is None:
        question, b = _stored(near["of"])
    context = {
        "file": file,
        "left_name": near["where"],
        "right_name": near["of"],
        "left_question": None,
        "right_question": question,
        "is_reviewer": has_role(request.user, Role.REVIEWER),
    }
    return _page(request, a, b, context)


@require_safe
@require_role(Role.AUTHOR, Role.REVIEWER)
def question_neighbours(request: SignedInRequest, code: str) -> HttpResponse:
    """A page of its own, of which the question's page takes the list."""
    question, content = _stored(code)
    context = {"question": question, "neighbours": neighbours(content, limit=5)}
    return render(request, "questionbank/question_neighbours.html", context)


def _stored(code: str) -> tuple[Question, ParsedQuestion]:
    """The question and its current wording; both must be there."""
    written = Question.objects.select_related("topic", "current_revision")
    written = written.filter(current_revision__isnull=False)
    question = get_object_or_404(written, code=code)
    pk = question.current_revision_id or 0
    return question, revision_contents([pk])[pk]


def _page(
    request: SignedInRequest, a: ParsedQuestion, b: ParsedQuestion, context: dict[str, Any]
) -> HttpResponse:
    context |= {
        "likeness": likeness(a, b),
        "rows": side_by_side(a, b),
        "note_form": NoteForm(),
        "retired": QuestionStatus.RETIRED,
    }
    response = render(request, "questionbank/question_compare.html", context, status=HTTPStatus.OK)
    response["Cache-Control"] = "no-store"
    return response
