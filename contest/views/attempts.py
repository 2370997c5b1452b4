"""Take the quiz: start, paper, save, submit."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest, TimedRequest
from contest.errors import ContestError
from contest.forms import changed_answers, parse_answers, with_refused
from contest.integrity.origins import note_origin
from contest.messages import SentAnswer, clock_fields, encode, milliseconds, outcome_fields
from contest.models import Attempt, Round
from contest.queries.papers import PaperQuestion, paper_questions, paper_shape, shows_picture
from contest.queries.rounds import round_entries
from contest.registration.queries import must_register
from contest.rules.timing import Phase
from contest.services.saving import (
    Outcome,
    RefusedAnswer,
    check_answers,
    save_answers,
    with_outcomes,
)
from contest.services.starting import NotRegistered, start_attempt
from contest.services.storing import Save
from contest.services.submitting import close_expired, submit_attempt
from contest.views.contests import is_visible
from contest.views.guards import refused_fields, signed_in_or_401
from contest.views.predicting import Prediction, shown_prediction, take_prediction
from questionbank.picture_answers import picture_answer

_rounds = Round.objects.select_related("contest")


@require_safe
@never_cache
def round_detail(request: TimedRequest, slug: str, round_slug: str) -> HttpResponse:
    return _round_page(request, _round(request, slug, round_slug))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def attempt_start(request: SignedInRequest, slug: str, round_slug: str) -> HttpResponse:
    """Start or resume; a GET, where sign-in may lead, shows the button to press."""
    contest_round = _round(request, slug, round_slug)
    if request.method != "POST":
        return redirect("contest:round_detail", slug=slug, round_slug=round_slug)
    try:
        attempt = start_attempt(contest_round=contest_round, user=request.user, at=request.at)
    except NotRegistered:
        return redirect("contest:registration", slug=slug)
    except ContestError as refusal:
        return _round_page(request, contest_round, refusal=refusal)
    response = redirect("contest:attempt_paper", code=attempt.code)
    note_origin(attempt, request, response)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def attempt_paper(request: SignedInRequest, code: UUID) -> HttpResponse:
    """The paper; a POST is the form of a browser without JavaScript."""
    attempt = _own_attempt(request, code)
    if attempt.phase(at=request.at) is Phase.OVER:
        return _leave_closed(request, attempt)
    paper = paper_questions(attempt_id=attempt.pk)
    if request.method != "POST":
        return _paper_page(request, attempt, paper)
    changed = changed_answers(request.POST, paper=paper, number=milliseconds(request.at))
    refused = _refused_answers(_save(request, attempt, changed))
    prediction = take_prediction(request, attempt)
    if refused or prediction.refusal:
        refusals = {answer.position: answer.refusal for answer in refused}
        paper = with_refused(paper_questions(attempt_id=attempt.pk), changed, refusals)
        first = refused[0] if refused else None
        return _paper_page(request, attempt, paper, refused=first, prediction=prediction)
    if request.POST.get("then") == "submit":
        return redirect("contest:attempt_submit", code=attempt.code)
    messages.success(request, _("Đã lưu bài làm."))
    return redirect("contest:attempt_paper", code=attempt.code)


@require_safe
@login_required
def paper_picture(request: SignedInRequest, code: UUID, digest: str) -> HttpResponseBase:
    """A picture of one's own paper, also after it was handed in; any other is not there."""
    if not shows_picture(attempt_id=_own_attempt(request, code).pk, digest=digest):
        raise Http404
    return picture_answer(request, digest)


@require_POST
@signed_in_or_401
def answer_save(request: SignedInRequest, code: UUID) -> HttpResponse:
    """Save one or more answers; docs/protocol.md describes the messages."""
    attempt = _own_attempt(request, code)
    try:
        sent = parse_answers(request.body)
    except ContestError as refusal:
        return JsonResponse(refused_fields(refusal), status=refusal.status)
    outcomes = _save(request, attempt, sent)
    body = {**clock_fields(attempt, at=request.at), **outcome_fields(outcomes)}
    refused = _refused_answers(outcomes)
    status = refused[0].refusal.status if len(refused) == len(outcomes) else HTTPStatus.OK
    return HttpResponse(encode(body), status=status, content_type="application/json")


@require_safe
@signed_in_or_401
@never_cache
def attempt_clock(request: SignedInRequest, code: UUID) -> JsonResponse:
    """The server's time and what is left, for a page that was asleep."""
    return JsonResponse(clock_fields(_own_attempt(request, code), at=request.at))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def attempt_submit(request: SignedInRequest, code: UUID) -> HttpResponse:
    """Ask once more, then close the attempt for good."""
    attempt = _own_attempt(request, code)
    prediction = shown_prediction(attempt)
    if request.method == "POST":
        prediction = take_prediction(request, attempt, is_last=True)
        if not prediction.refusal:
            attempt = submit_attempt(code=code, user_id=request.user.pk, at=request.at)
            return redirect("contest:receipt", code=attempt.receipt_code)
    elif attempt.phase(at=request.at) is Phase.OVER:
        return _leave_closed(request, attempt)
    paper = paper_questions(attempt_id=attempt.pk)
    unanswered = [question.position for question in paper if not question.response]
    context = {
        "attempt": attempt,
        "question_count": len(paper),
        "unanswered": unanswered,
        "prediction": prediction,
        **clock_fields(attempt, at=request.at),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if prediction.refusal else HTTPStatus.OK
    return render(request, "contest/attempt_submit.html", context, status=status)


def _round(request: TimedRequest, slug: str, round_slug: str) -> Round:
    contest_round = get_object_or_404(_rounds, contest__slug=slug, slug=round_slug)
    if not is_visible(contest_round.contest, request):
        raise Http404
    return contest_round


def _round_page(
    request: TimedRequest, contest_round: Round, refusal: ContestError | None = None
) -> HttpResponse:
    entries = round_entries(
        contest_id=contest_round.contest_id, user_id=request.user.pk, at=request.at
    )
    entry = next(entry for entry in entries if entry.round.pk == contest_round.pk)
    context = {
        "contest": contest_round.contest,
        "entry": entry,
        "refusal": refusal,
        "must_register": must_register(contest_round.contest_id, request.user.pk),
    }
    status = refusal.status if refusal else HTTPStatus.OK
    return render(request, "contest/round_detail.html", context, status=status)


def _own_attempt(request: SignedInRequest, code: UUID) -> Attempt:
    attempts = Attempt.objects.of_user(request.user.pk)
    asked = attempts.select_related("round__contest", "round__prediction_question")
    return get_object_or_404(asked, code=code)


def _leave_closed(request: SignedInRequest, attempt: Attempt) -> HttpResponse:
    """Where a closed paper leads: to its receipt, closing it first when nobody has yet."""
    if attempt.submitted_at is None:
        attempt = close_expired(attempt_id=attempt.pk, at=request.at) or _reread(attempt)
    if request.method == "POST":
        messages.warning(
            request, _("Bài thi đã kết thúc trước đó; những thay đổi vừa gửi không được ghi nhận.")
        )
    return redirect("contest:receipt", code=attempt.receipt_code)


def _reread(attempt: Attempt) -> Attempt:
    attempt.refresh_from_db()
    return attempt


def _paper_page(
    request: SignedInRequest,
    attempt: Attempt,
    paper: list[PaperQuestion],
    refused: RefusedAnswer | None = None,
    prediction: Prediction | None = None,
) -> HttpResponse:
    prediction = prediction or shown_prediction(attempt)
    context = {
        "attempt": attempt,
        "contest_round": attempt.round,
        "contest": attempt.round.contest,
        "paper": paper,
        "answered_count": sum(bool(question.response) for question in paper),
        "newest_number": max(question.client_number for question in paper),
        "refused": refused,
        "prediction": prediction,
        **clock_fields(attempt, at=request.at),
    }
    status = HTTPStatus.OK
    if refused or prediction.refusal:
        status = refused.refusal.status if refused else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "contest/attempt_paper.html", context, status=status)


def _save(request: SignedInRequest, attempt: Attempt, sent: list[SentAnswer]) -> list[Outcome]:
    shape = paper_shape(attempt_id=attempt.pk)
    checked = check_answers(sent, attempt_id=attempt.pk, shape=shape, at=request.at)
    stored = save_answers([each for each in checked if isinstance(each, Save)])
    return with_outcomes(checked, stored)


def _refused_answers(outcomes: list[Outcome]) -> list[RefusedAnswer]:
    return [outcome for outcome in outcomes if isinstance(outcome, RefusedAnswer)]
