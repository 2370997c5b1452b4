"""The jury's pages for grading a question anew: found, changed, looked at, decided, undone."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from contest.enums import DecisionKind
from contest.errors import ContestError
from contest.models import Contest, Decision, Round
from contest.regrading.background import (
    Working,
    begin_regrade,
    begin_undoing,
    forget_failure,
    preview_of,
    working_on,
)
from contest.regrading.forms import DecideForm, RegradeForm, SearchForm, UndoForm
from contest.regrading.listing import (
    Regrade,
    asked_questions,
    flagged_items,
    lettered_choices,
    regrade_rows,
    regrades,
    shown_answers,
)
from contest.regrading.proposing import PaperRevisions, refuse_bad, regradable_rounds
from questionbank.models import Question, Revision

ROWS_ON_A_PAGE = 100


@require_safe
@require_role(Role.JURY)
@never_cache
def regrade_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """The regrades so far, how far one is that is under way, and `?tim=` for a question."""
    contest = get_object_or_404(Contest, slug=slug)
    form = SearchForm(request.GET)
    text = form.cleaned_data["tim"].strip() if form.is_valid() else ""
    working = working_on(contest)
    if working is not None and working.failure:
        messages.error(request, working.failure)
        forget_failure(contest)
        working = None
    context = {
        "contest": contest,
        "form": form,
        "text": text,
        "found": asked_questions(contest, text) if text else [],
        "flagged": flagged_items(contest, at=request.at),
        "working": working,
        "regrades": regrades(contest),
    }
    return render(request, "contest/desks/regrade_list.html", context)


@require_safe
@require_role(Role.JURY)
def regrade_question(request: SignedInRequest, slug: str, code: str) -> HttpResponse:
    """What to do with a question; `?revision=2` for one wording of several."""
    contest, question = _asked(slug, code)
    rounds = regradable_rounds(contest, question, at=request.at)
    return _question_page(request, contest, question, rounds, None)


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.JURY)
@never_cache
def regrade_preview(request: SignedInRequest, slug: str, code: str) -> HttpResponse:
    """What the proposal in the address would do; a POST with a reason does it."""
    contest, question = _asked(slug, code)
    rounds = regradable_rounds(contest, question, at=request.at)
    form = _form(request, contest, question, rounds) if rounds else None
    if form is None or not form.is_valid():
        return _question_page(request, contest, question, rounds, form)
    proposal = form.proposal()
    try:
        refuse_bad(contest, proposal, at=request.at)
    except ContestError as refusal:
        form.add_error(None, refusal.message)
        return _question_page(request, contest, question, rounds, form)
    decide_form = DecideForm(request.POST) if request.method == "POST" else None
    if decide_form is not None and decide_form.is_valid():
        try:
            begin_regrade(
                contest,
                proposal,
                seen=decide_form.cleaned_data["seen"],
                reason=decide_form.cleaned_data["reason"],
                actor=request.user,
                at=request.at,
            )
        except ContestError as refusal:
            messages.error(request, refusal.message)
        return redirect("contest:regrade_list", slug)
    found = preview_of(contest, proposal, winner_count=form.cleaned_data.get("winners", 0))
    preview = None if isinstance(found, Working) else found
    if decide_form is None and preview is not None:
        decide_form = DecideForm(initial={"seen": preview.seen})
    context = {
        "contest": contest,
        "question": question,
        "proposal": proposal,
        "answers": shown_answers(proposal),
        "working": found if isinstance(found, Working) else None,
        "preview": preview,
        "form": decide_form,
        "here": request.get_full_path(),
        "query": request.GET.urlencode(),
    }
    is_refused = decide_form is not None and bool(decide_form.errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return render(request, "contest/desks/regrade_preview.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.JURY)
@never_cache
def regrade_detail(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    """Every result before and after; a POST with a reason undoes it."""
    contest = get_object_or_404(Contest, slug=slug)
    decisions = contest.decisions.filter(kind=DecisionKind.REGRADE)
    decision = get_object_or_404(decisions.select_related("contest"), number=number)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            begin_undoing(
                decision, reason=form.cleaned_data["reason"], actor=request.user, at=request.at
            )
        except ContestError as refusal:
            messages.error(request, refusal.message)
        return redirect("contest:regrade_list", slug)
    context = {
        "contest": contest,
        "regrade": _regrade(contest, decision),
        "page": Paginator(regrade_rows(decision), ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "may_edit_bank": has_role(request.user, Role.AUTHOR, Role.REVIEWER),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "contest/desks/regrade_detail.html", context, status=status)


def _regrade(contest: Contest, decision: Decision) -> Regrade:
    return next(it for it in regrades(contest) if it.decision == decision)


def _asked(slug: str, code: str) -> tuple[Contest, Question]:
    contest = get_object_or_404(Contest, slug=slug)
    sets = contest.rounds.values("question_set")
    return contest, get_object_or_404(Question, question_set__in=sets, code=code)


def _revisions(
    request: SignedInRequest, question: Question, rounds: list[Round]
) -> tuple[list[Revision], Revision | None]:
    """The wordings on papers, and the one that is asked for by number."""
    found = PaperRevisions(question, [it.pk for it in rounds]).revisions
    asked = request.GET.get("revision", "")
    return found, next((it for it in found if str(it.number) == asked), None)


def _form(
    request: SignedInRequest,
    contest: Contest,
    question: Question,
    rounds: list[Round],
    *,
    is_bound: bool = True,
) -> RegradeForm:
    found, revision = _revisions(request, question, rounds)
    data = request.GET if is_bound else None
    return RegradeForm(contest, question, rounds, revision or found[-1], data, revision=revision)


def _question_page(
    request: SignedInRequest,
    contest: Contest,
    question: Question,
    rounds: list[Round],
    form: RegradeForm | None,
) -> HttpResponse:
    """With the form as it was sent, or an empty one; without any key before a round is over."""
    context: dict[str, Any] = {"contest": contest, "question": question, "rounds": rounds}
    if rounds:
        found, revision = _revisions(request, question, rounds)
        shown = revision or found[-1]
        context |= {
            "form": form or _form(request, contest, question, rounds, is_bound=False),
            "revisions": found,
            "revision": revision,
            "shown": shown,
            "choices": lettered_choices(shown),
            "accepted": [it.text for it in shown.accepted_answers.order_by("position")],
            "may_edit_bank": has_role(request.user, Role.AUTHOR, Role.REVIEWER),
        }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form and form.errors else HTTPStatus.OK
    return render(request, "contest/desks/regrade_question.html", context, status=status)
