"""The prediction on the paper: shown, saved as it is typed, and taken with the submission."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import SignedInRequest
from contest.errors import ContestError
from contest.messages import milliseconds
from contest.models import Attempt, rules_of
from contest.results.prediction_wording import prediction_notes, prediction_stem
from contest.services.predicting import save_prediction
from contest.views.guards import refused_fields, signed_in_or_401


@dataclass(frozen=True)
class Prediction:
    """The question as its person sees it; without a stem there is none."""

    stem: str = ""
    notes: tuple[str, ...] = ()
    is_required: bool = False
    value: str = ""  # as stored, or as it was typed and refused
    stored: str = ""
    number: int = 0
    refusal: str = ""


def shown_prediction(attempt: Attempt) -> Prediction:
    """One query, unless the question was selected with the round; one for the rules."""
    try:
        question = attempt.round.prediction_question
    except ObjectDoesNotExist:
        return Prediction()
    stored = "" if attempt.prediction is None else str(attempt.prediction)
    return Prediction(
        stem=prediction_stem(question),
        notes=tuple(prediction_notes(question, rules_of(attempt.round.contest))),
        is_required=question.is_required,
        value=stored,
        stored=stored,
        number=attempt.prediction_number,
    )


def take_prediction(
    request: SignedInRequest, attempt: Attempt, *, is_last: bool = False
) -> Prediction:
    """Save what a form brings, where it differs from what the form showed; say what is refused.

    With `is_last` one that must be there and is not is refused, too. Whoever has no time left
    hands in whatever there is.
    """
    shown = shown_prediction(attempt)
    if not shown.stem or attempt.submitted_at is not None:
        return Prediction()
    typed = request.POST.get("prediction", shown.stored)
    taken = shown
    if typed.strip() != request.POST.get("was_prediction", shown.stored):
        number = max(milliseconds(request.at), attempt.prediction_number + 1)
        try:
            saved = save_prediction(attempt_id=attempt.pk, text=typed, number=number, at=request.at)
        except ContestError as refusal:
            taken = replace(shown, value=typed, refusal=str(refusal.message))
        else:
            text = "" if saved.value is None else str(saved.value)
            taken = replace(shown, value=text, stored=text, number=saved.number)
    if is_last and shown.is_required and not taken.stored and not taken.refusal:
        taken = replace(taken, refusal=_("Xin ghi số dự đoán trước khi nộp bài."))
    if is_last and not attempt.has_time_left(at=request.at):
        return replace(taken, refusal="")
    return taken


@require_POST
@signed_in_or_401
def prediction_save(request: SignedInRequest, code: UUID) -> HttpResponse:
    """Save what was typed; answers in JSON, see docs/protocol.md."""
    own = Attempt.objects.of_user(request.user.pk).filter(round__prediction_question__isnull=False)
    attempt = get_object_or_404(own, code=code)
    try:
        number = int(request.POST.get("number", ""))
    except ValueError:
        number = 0
    try:
        saved = save_prediction(
            attempt_id=attempt.pk,
            text=request.POST.get("prediction", ""),
            number=number,
            at=request.at,
        )
    except ContestError as refusal:
        return JsonResponse(refused_fields(refusal), status=refusal.status)
    value = "" if saved.value is None else str(saved.value)
    return JsonResponse({"value": value, "number": saved.number, "current": saved.is_current})
