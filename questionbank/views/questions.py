"""The desk of authors and reviewers."""

from string import ascii_uppercase
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role, roles_of
from questionbank.charts import option_chart
from questionbank.contents import revision_contents
from questionbank.differences import Change, changes
from questionbank.forms import BulkForm, NoteForm, QuestionFilterForm
from questionbank.models import Choice, LegalDocument, Question, Revision
from questionbank.queries import (
    awaits_answer_of,
    listed_questions,
    question_page,
    question_statistics,
    resting_on_dead_law,
)

QUESTIONS_ON_A_PAGE = 30


@require_safe
@require_role(Role.AUTHOR, Role.REVIEWER)
def question_list(request: SignedInRequest) -> HttpResponse:
    form = QuestionFilterForm(request.GET)
    form.is_valid()  # what is not valid is left out of cleaned_data, and filters nothing
    pages = Paginator(listed_questions(form.cleaned_data), QUESTIONS_ON_A_PAGE)
    asked = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    roles = roles_of(request.user)
    context = {
        "form": form,
        "page": pages.get_page(request.GET.get("page")),
        "is_filtered": bool(asked),
        "query": urlencode(asked) + "&" if asked else "",
        "bulk_form": BulkForm(roles=roles, auto_id="bulk_%s"),
        "is_author": Role.AUTHOR in roles,
        "barred_count": resting_on_dead_law(on=timezone.localdate(request.at)).count(),
    }
    return render(request, "questionbank/question_list.html", context)


@require_safe
@require_role(Role.AUTHOR, Role.REVIEWER)
def question_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """A reader who is to answer the question blind sees what it asks, and nothing of its key."""
    question = get_object_or_404(question_page(code))
    is_reviewer = has_role(request.user, Role.REVIEWER)
    if is_reviewer and awaits_answer_of(question, request.user.pk):
        return render(request, "questionbank/question_blind.html", {"question": question})
    revisions = [
        (revision, list(zip(ascii_uppercase, revision.choices.all(), strict=False)))
        for revision in question.revisions.all()
    ]
    current = next((pair for pair in revisions if pair[0].pk == question.current_revision_id), None)
    context = {
        "question": question,
        "current": current,
        "earlier": [pair for pair in revisions if pair is not current],
        "difference": _difference(revisions),
        "statistics": [(it, option_chart(it)) for it in question_statistics(question.pk)],
        "note_form": NoteForm(),
        "is_author": has_role(request.user, Role.AUTHOR),
        "is_reviewer": is_reviewer,
    }
    return render(request, "questionbank/question_detail.html", context)


@require_safe
@require_role(Role.AUTHOR, Role.REVIEWER)
def document_list(request: SignedInRequest) -> HttpResponse:
    """The documents that no longer hold, each with the questions that are barred for it."""
    on = timezone.localdate(request.at)
    documents = LegalDocument.objects.out_of_force(on=on).select_related("replaced_by")
    barred: dict[int, list[Question]] = {}
    for question in resting_on_dead_law(on=on):
        barred.setdefault(question.dead_document_id, []).append(question)
    pairs = [(document, barred.get(document.pk, [])) for document in documents]
    return render(request, "questionbank/document_list.html", {"documents": pairs})


def _difference(revisions: list[tuple[Revision, list[tuple[str, Choice]]]]) -> list[Change]:
    """From the last but one revision to the last; empty with less than two."""
    if len(revisions) < 2:
        return []
    contents = revision_contents([revision.pk for revision, _choices in revisions[:2]])
    new, old = (contents[revision.pk] for revision, _choices in revisions[:2])
    return changes(old, new)
