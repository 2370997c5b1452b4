"""What the organisers ask of the question bank for the rounds of their contest."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from contest.errors import ContestError
from contest.models import Contest, Round
from contest.results.measuring import begin_measuring, rounds_questions

USUAL_CROWD = 1000  # to reckon with while nobody has entered yet


@require_safe
@require_role(Role.ORGANISER, Role.JURY)
def contest_questions(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    crowd = contest.participants.count() or USUAL_CROWD
    rows = rounds_questions(contest, at=request.at)
    context = {
        "contest": contest,
        "rows": [(row, _blueprint_address(row.round, crowd)) for row in rows],
        "is_working": any(row.progress and not row.progress.has_failed for row in rows),
        "may_decide": has_role(request.user, Role.ORGANISER),
    }
    return render(request, "contest/desks/contest_questions.html", context)


@require_POST
@require_role(Role.ORGANISER)
def questions_measure(request: SignedInRequest, slug: str, round_slug: str) -> HttpResponse:
    rounds = Round.objects.select_related("contest")
    contest_round = get_object_or_404(rounds, contest__slug=slug, slug=round_slug)
    try:
        begin_measuring(contest_round, at=request.at)
    except ContestError as refusal:
        messages.error(request, refusal.message)
    return redirect("contest:contest_questions", slug)


def _blueprint_address(contest_round: Round, crowd: int) -> str:
    """The bank's page with the round's blueprint filled in."""
    asked = [("question_set", contest_round.question_set.code), ("people", str(crowd))]
    for row in contest_round.blueprint.all():
        asked += [
            ("topic", row.topic.code),
            ("difficulty", row.difficulty),
            ("count", str(row.question_count)),
        ]
    return f"{reverse('questionbank:blueprint_check')}?{urlencode(asked)}"
