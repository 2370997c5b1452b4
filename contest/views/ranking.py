"""The organisers' page for how a contest ranks and what its rounds let people predict."""

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.policies import has_role, require_role
from contest.errors import ContestError
from contest.models import Contest, PredictionQuestion, RankingRules, Round, rules_of
from contest.ranking_forms import PredictionForm, RankingForm
from contest.results.prediction_wording import prediction_notes, prediction_stem
from contest.results.wording import later_notice, ranking_rule
from contest.rules.ranking_rules import Rules
from contest.services.ruling import rules_are_frozen, set_prediction, set_ranking_rules


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.ORGANISER, Role.OBSERVER)
def ranking_rules(request: SignedInRequest, slug: str) -> HttpResponse:
    """Observers read it; a POST of theirs is refused by the service."""
    contest = get_object_or_404(Contest, slug=slug)
    form = _ranking_form(request, contest)
    if request.method != "POST":
        return _page(request, contest, form)
    if form.is_valid():
        try:
            set_ranking_rules(
                contest_id=contest.pk,
                rules=form.rules,
                one_prize_per_person=form.cleaned_data["one_prize_per_person"],
                actor=request.user,
                at=request.at,
            )
        except ContestError as refusal:
            form.add_error(None, refusal.message)
            return _page(request, contest, form, status=refusal.status)
        messages.success(request, _("Đã lưu cách xếp hạng."))
        return redirect("contest:ranking_rules", slug)
    return _page(request, contest, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
@require_role(Role.ORGANISER)
def prediction_set(request: SignedInRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    contest_round = contest.rounds.filter(slug=request.POST.get("round", "")).first()
    if contest_round is None:
        messages.error(request, _("Không có kỳ thi này."))
        return redirect("contest:ranking_rules", slug)
    form = PredictionForm(request.POST, question=None, prefix=contest_round.slug)
    if not form.is_valid():
        messages.error(request, _("Yêu cầu không hợp lệ."))
        return redirect("contest:ranking_rules", slug)
    try:
        set_prediction(
            round_id=contest_round.pk, asked=form.asked, actor=request.user, at=request.at
        )
    except ContestError as refusal:
        messages.error(request, refusal.message)
    else:
        done = _("Đã lưu câu hỏi dự đoán của %(name)s.") % {"name": contest_round.name}
        messages.success(request, done)
    return redirect("contest:ranking_rules", slug)


@dataclass(frozen=True)
class RoundPrediction:
    """A round with its question, and the form to change it while that is possible."""

    round: Round
    question: PredictionQuestion | None
    form: PredictionForm | None
    rules: Rules

    @property
    def stem(self) -> str:
        return prediction_stem(self.question) if self.question else ""

    @property
    def notes(self) -> list[str]:
        return prediction_notes(self.question, self.rules) if self.question else []


def _ranking_form(request: SignedInRequest, contest: Contest) -> RankingForm:
    row = RankingRules.objects.filter(contest=contest).first()
    return RankingForm(
        request.POST if request.method == "POST" else None,
        rules=rules_of(contest),
        one_prize_per_person=bool(row and row.one_prize_per_person),
    )


def _page(
    request: SignedInRequest, contest: Contest, form: RankingForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    rules = rules_of(contest)
    is_frozen = rules_are_frozen(contest, at=request.at)
    may_decide = has_role(request.user, Role.ORGANISER)
    asked = {it.round_id: it for it in PredictionQuestion.objects.filter(round__contest=contest)}
    context = {
        "contest": contest,
        "form": form,
        "summary": ranking_rule(rules, over_rounds=True),
        "later": later_notice(rules),
        "is_frozen": is_frozen,
        "may_decide": may_decide,
        "predictions": [
            _round_prediction(it, asked.get(it.pk), request, rules=rules, may_decide=may_decide)
            for it in contest.rounds.order_by("opens_at", "id")
        ],
    }
    return render(request, "contest/desks/ranking_rules.html", context, status=status)


def _round_prediction(
    contest_round: Round,
    question: PredictionQuestion | None,
    request: SignedInRequest,
    *,
    rules: Rules,
    may_decide: bool,
) -> RoundPrediction:
    is_open = may_decide and not contest_round.has_opened(at=request.at)
    form = PredictionForm(question=question, prefix=contest_round.slug) if is_open else None
    return RoundPrediction(contest_round, question, form, rules)
