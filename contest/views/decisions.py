"""The log of the jury's decisions, and decisions outside the review queue."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from contest.enums import DecisionKind
from contest.errors import ContestError
from contest.models import Contest, Decision
from contest.results.decision_forms import (
    DecisionForm,
    LogFilterForm,
    PersonSearchForm,
    UndoForm,
    sent_decision,
)
from contest.results.decision_log import PERSON, check_chain, logged_decisions, people_found
from contest.services.deciding import disqualify, exclude_attempt, set_aside, undo

ROWS_ON_A_PAGE = 50


@require_safe
@require_role(Role.JURY, Role.OBSERVER)
@never_cache
def decision_log(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    form = LogFilterForm(request.GET)
    form.is_valid()
    decisions = logged_decisions(contest, form.cleaned_data)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "contest": contest,
        "form": form,
        "page": Paginator(decisions, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "query": f"{query.urlencode()}&" if query else "",
        "is_filtered": bool(query),
        "chain": check_chain(contest),
        "search_form": PersonSearchForm(),
        "may_decide": has_role(request.user, Role.JURY),
    }
    return render(request, "contest/desks/decision_log.html", context)


@require_POST
@require_role(Role.JURY)
@never_cache
def decision_search(request: SignedInRequest, slug: str) -> HttpResponse:
    """Whom a decision may be about. A POST, so that no name or number is in an address."""
    contest = get_object_or_404(Contest, slug=slug)
    form = PersonSearchForm(request.POST)
    if not form.is_valid():
        return _people_page(request, contest, form, [], HTTPStatus.UNPROCESSABLE_ENTITY)
    people = people_found(contest, form.cleaned_data["who"])
    found = [
        DecisionForm(person, person.handed_in)  # type: ignore[attr-defined]  # of people_found
        for person in people
    ]
    return _people_page(request, contest, form, found, HTTPStatus.OK)


@require_POST
@require_role(Role.JURY)
def decision_make(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    number = request.POST.get("participant", "")
    people = contest.participants.select_related(*PERSON)
    person = get_object_or_404(people, pk=number if number.isdecimal() else None)
    form = sent_decision(person, request.POST)
    if form.is_valid():
        try:
            made = _decide(request, form)
        except ContestError as refusal:
            form.add_error(None, refusal.message)
        else:
            told = _("Quyết định số %(number)d đã được ghi. Xếp hạng đã được tính lại.")
            messages.success(request, told % {"number": made.number})
            return redirect("contest:decision_log", slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return _people_page(request, contest, PersonSearchForm(), [form], status)


def _decide(request: SignedInRequest, form: DecisionForm) -> Decision:
    why: dict[str, Any] = {
        "reason": form.cleaned_data["reason"],
        "actor": request.user,
        "at": request.at,
    }
    if form.attempt is not None:
        return exclude_attempt(attempt=form.attempt, **why)
    is_out = form.cleaned_data["deed"] == DecisionKind.DISQUALIFY
    return (disqualify if is_out else set_aside)(participant=form.person, **why)


@require_POST
@require_role(Role.JURY)
def decision_undo(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    form = UndoForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Vui lòng ghi lý do hủy bỏ quyết định."))
        return redirect("contest:decision_log", slug)
    decision = get_object_or_404(contest.decisions, number=form.cleaned_data["number"])
    try:
        undo(
            decision=decision,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            at=request.at,
        )
    except ContestError as refusal:
        messages.error(request, refusal.message)
    else:
        told = _("Quyết định số %(number)d đã được hủy bỏ. Xếp hạng đã được tính lại.")
        messages.success(request, told % {"number": decision.number})
    return redirect("contest:decision_log", slug)


def _people_page(
    request: SignedInRequest,
    contest: Contest,
    search_form: PersonSearchForm,
    found: list[DecisionForm],
    status: HTTPStatus,
) -> HttpResponse:
    context = {"contest": contest, "search_form": search_form, "found": found}
    return render(request, "contest/desks/decision_people.html", context, status=status)
