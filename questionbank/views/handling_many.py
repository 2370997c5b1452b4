"""What is done with many questions of the list at once."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import require_role, roles_of
from questionbank.errors import BankError
from questionbank.forms import BulkForm, QuestionFilterForm
from questionbank.models import Question
from questionbank.queries import listed_questions
from questionbank.services import handling_many


@require_POST
@require_role(Role.AUTHOR, Role.REVIEWER)
def bulk_act(request: SignedInRequest) -> HttpResponse:
    """Do it with the questions that are ticked, or with all that the filter of the address lets
    through; says with how many it was done and how many stay as they were."""
    back = redirect(f"{reverse('questionbank:question_list')}?{request.GET.urlencode()}")
    form = BulkForm(request.POST, roles=roles_of(request.user))
    if not form.is_valid():
        for faults in form.errors.values():
            messages.error(request, str(faults[0]))
        return back
    chosen = list(_chosen(request, form).values_list("pk", flat=True))
    try:
        done = _act(request, form.cleaned_data, chosen)
    except BankError as refusal:
        messages.error(request, refusal.message)
        return back
    if done:
        told = ngettext("Đã làm với %(count)d câu hỏi.", "Đã làm với %(count)d câu hỏi.", done)
        messages.success(request, told % {"count": done})
    if left := len(chosen) - done:
        messages.info(request, form.left_text(left))
    return back


def _chosen(request: SignedInRequest, form: BulkForm) -> QuerySet[Question]:
    if not form.cleaned_data["everything"]:
        ticked: QuerySet[Question] = form.cleaned_data["code"]
        return ticked
    filters = QuestionFilterForm(request.GET)
    filters.is_valid()  # as the list has it
    return listed_questions(filters.cleaned_data)


def _act(request: SignedInRequest, asked: dict[str, Any], question_ids: list[int]) -> int:
    actor, at = request.user, request.at
    match asked["action"]:
        case "send":
            return handling_many.send_all_to_review(question_ids=question_ids, actor=actor, at=at)
        case "move":
            return handling_many.move_all(
                question_ids=question_ids, topic=asked["topic"], actor=actor, at=at
            )
        case _:
            return handling_many.retire_all(
                question_ids=question_ids, reason=asked["note"], actor=actor, at=at
            )
