"""The desk of authors and reviewers."""

from string import ascii_uppercase
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import require_role
from questionbank.enums import Difficulty
from questionbank.forms import QuestionFilterForm
from questionbank.queries import coverage, listed_questions, question_page

QUESTIONS_ON_A_PAGE = 30


@require_safe
@require_role(Role.AUTHOR, Role.REVIEWER)
def question_list(request: SignedInRequest) -> HttpResponse:
    form = QuestionFilterForm(request.GET)
    form.is_valid()  # what is not valid is left out of cleaned_data, and filters nothing
    pages = Paginator(listed_questions(form.cleaned_data), QUESTIONS_ON_A_PAGE)
    asked = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    context = {
        "form": form,
        "page": pages.get_page(request.GET.get("page")),
        "is_filtered": bool(asked),
        "query": urlencode(asked) + "&" if asked else "",
        "coverage": coverage(),
        "difficulties": Difficulty.choices,
    }
    return render(request, "questionbank/question_list.html", context)


@require_safe
@require_role(Role.AUTHOR, Role.REVIEWER)
def question_detail(request: SignedInRequest, code: str) -> HttpResponse:
    question = get_object_or_404(question_page(code))
    revisions = [
        (revision, list(zip(ascii_uppercase, revision.choices.all(), strict=False)))
        for revision in question.revisions.all()
    ]
    current = next((pair for pair in revisions if pair[0].pk == question.current_revision_id), None)
    context = {
        "question": question,
        "current": current,
        "earlier": [pair for pair in revisions if pair is not current],
    }
    return render(request, "questionbank/question_detail.html", context)
