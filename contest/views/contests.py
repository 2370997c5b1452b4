"""Pages that everybody may read: the contests and their rounds."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.http import TimedRequest
from accounts.policies import has_role
from contest.complaints.wording import complaint_rule
from contest.models import Contest, ResultVersion
from contest.queries.rounds import RoundEntry, round_entries
from contest.registration.queries import must_register
from contest.results.wording import contest_ranking_rule
from contest.rules.timing import RoundState


def visible_contests(request: TimedRequest) -> QuerySet[Contest]:
    """Published contests; those who run them also see the others."""
    return Contest.objects.all() if _sees_drafts(request) else Contest.objects.published()


def is_visible(contest: Contest, request: TimedRequest) -> bool:
    """Whether `visible_contests` holds it."""
    return contest.is_published or _sees_drafts(request)


def _sees_drafts(request: TimedRequest) -> bool:
    return has_role(request.user, Role.ORGANISER, Role.JURY, Role.OBSERVER)


@require_safe
def contest_list(request: TimedRequest) -> HttpResponse:
    contests = visible_contests(request).prefetch_related("rounds")[:20]
    cards = [(contest, _foremost(_states(contest, at=request.at))) for contest in contests]
    return render(request, "contest/contest_list.html", {"cards": cards})


@require_safe
def contest_detail(request: TimedRequest, slug: str) -> HttpResponse:
    results = ResultVersion.objects.ever_published().filter(contest=OuterRef("pk"))
    visible = visible_contests(request).select_related("ranking_rules")
    contest = get_object_or_404(visible.annotate(has_result=Exists(results)), slug=slug)
    entries = round_entries(contest_id=contest.pk, user_id=request.user.pk, at=request.at)
    context = {
        "contest": contest,
        "entries": entries,
        "foremost": _foremost(entries),
        "must_register": must_register(contest.pk, request.user.pk),
        "ranking_rule": contest_ranking_rule(contest),
        "complaint_rule": complaint_rule(contest),
    }
    return render(request, "contest/contest_detail.html", context)


def _states(contest: Contest, *, at: datetime) -> list[RoundEntry]:
    return [RoundEntry(it, [], at) for it in contest.rounds.all()]


def _foremost(entries: list[RoundEntry]) -> RoundEntry | None:
    """The round to point people to: open before upcoming before closed, official first."""
    rank = {RoundState.OPEN: 0, RoundState.UPCOMING: 1, RoundState.CLOSED: 2}
    return min(
        entries,
        key=lambda entry: (rank[entry.state], entry.round.is_practice, entry.round.closes_at),
        default=None,
    )
