"""What a contest is ranked by, and what is found out for it after a round."""

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contest.enums import (
    AttemptPolicy,
    PredictionScope,
    PredictionSubject,
    PredictionUnit,
    RoundsPolicy,
)
from contest.models.contest import Contest, Division, Round
from contest.rules.ranking_rules import KNOWN_AT_ONCE, USUAL, Rules, chain_of


def usual_chain() -> list[str]:
    return [criterion.value for criterion in KNOWN_AT_ONCE]


class RankingRules(models.Model):
    """How a contest ranks; one without such a row ranks by the usual rules.

    The database refuses a change once somebody has started an official round.
    """

    contest = models.OneToOneField(Contest, models.CASCADE, related_name="ranking_rules")
    chain = models.JSONField(_("xét lần lượt"), default=usual_chain)  # codes of criteria
    attempts = models.CharField(
        _("lượt thi được tính"), max_length=10, choices=AttemptPolicy, default=AttemptPolicy.BEST
    )
    rounds = models.CharField(
        _("qua các kỳ thi"), max_length=12, choices=RoundsPolicy, default=RoundsPolicy.SUM
    )
    best_rounds = models.PositiveSmallIntegerField(_("số kỳ tốt nhất được cộng"), default=0)
    one_prize_per_person = models.BooleanField(_("mỗi người chỉ nhận một giải"), default=False)

    class Meta:
        verbose_name = _("cách xếp hạng")
        verbose_name_plural = _("cách xếp hạng")
        constraints = [
            models.CheckConstraint(
                condition=Q(attempts__in=AttemptPolicy.values), name="ranking_attempts_known"
            ),
            models.CheckConstraint(
                condition=Q(rounds__in=RoundsPolicy.values), name="ranking_rounds_known"
            ),
            models.CheckConstraint(
                condition=Q(rounds=RoundsPolicy.BEST_ROUNDS, best_rounds__gte=1)
                | (~Q(rounds=RoundsPolicy.BEST_ROUNDS) & Q(best_rounds=0)),
                name="ranking_best_rounds_go_with_their_policy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.contest)

    def as_rules(self) -> Rules:
        return Rules(
            chain=chain_of(self.chain),
            attempts=AttemptPolicy(self.attempts),
            rounds=RoundsPolicy(self.rounds),
            best_rounds=self.best_rounds,
        )


def rules_of(contest: Contest) -> Rules:
    """A query, unless `ranking_rules` was selected with the contest."""
    try:
        return contest.ranking_rules.as_rules()
    except ObjectDoesNotExist:
        return USUAL


class PredictionQuestion(models.Model):
    """That a round asks for a number to be guessed, and which one exactly.

    The database refuses a change once somebody has started the round.
    """

    round = models.OneToOneField(Round, models.CASCADE, related_name="prediction_question")
    subject = models.CharField(
        _("dự đoán số người"),
        max_length=12,
        choices=PredictionSubject,
        default=PredictionSubject.TAKING_PART,
    )
    scope = models.CharField(
        _("tính trong"), max_length=10, choices=PredictionScope, default=PredictionScope.ROUND
    )
    unit = models.CharField(
        _("đếm theo"), max_length=10, choices=PredictionUnit, default=PredictionUnit.PERSONS
    )
    leaves_out_struck = models.BooleanField(
        _("không đếm bài đã bị Ban giám khảo hủy"), default=False
    )
    is_required = models.BooleanField(_("bắt buộc trả lời"), default=True)

    class Meta:
        verbose_name = _("câu hỏi dự đoán")
        verbose_name_plural = _("câu hỏi dự đoán")
        constraints = [
            models.CheckConstraint(
                condition=Q(subject__in=PredictionSubject.values), name="prediction_subject_known"
            ),
            models.CheckConstraint(
                condition=Q(scope__in=PredictionScope.values), name="prediction_scope_known"
            ),
            models.CheckConstraint(
                condition=Q(unit__in=PredictionUnit.values), name="prediction_unit_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.round)

    def settings(self) -> dict[str, str | bool]:
        """What was asked exactly, as JSON holds it."""
        return {
            "subject": str(self.subject),
            "scope": str(self.scope),
            "unit": str(self.unit),
            "leaves_out_struck": self.leaves_out_struck,
            "is_required": self.is_required,
        }


class PredictionTruth(models.Model):
    """What was to be predicted, as counted at an instant. Rows are added; the newest counts."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="prediction_truths")
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    value = models.PositiveIntegerField(_("số đúng"))
    counted_at = models.DateTimeField(_("đếm lúc"))
    settings = models.JSONField(_("cách đếm"))  # of the question, as they were

    class Meta:
        verbose_name = _("số đúng của câu dự đoán")
        verbose_name_plural = _("số đúng của câu dự đoán")
        ordering = ["round", "division", "-id"]

    def __str__(self) -> str:
        return f"{self.round}: {self.value}"


class LotDraw(models.Model):
    """A number announced in public, from which the lots of a round or a contest follow.

    One for each, and never changed: nobody draws until they like the outcome.
    """

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="lot_draws")
    round = models.ForeignKey(  # none: the contest as a whole
        Round, models.PROTECT, null=True, related_name="lot_draws"
    )
    number = models.CharField(_("con số đã công bố"), max_length=40)
    source = models.CharField(_("nguồn của con số"), max_length=300)
    announced_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    announced_at = models.DateTimeField(_("công bố lúc"))

    class Meta:
        verbose_name = _("bốc thăm")
        verbose_name_plural = _("bốc thăm")
        constraints = [
            models.UniqueConstraint(
                fields=["contest"], condition=Q(round=None), name="lot_drawn_once_per_contest"
            ),
            models.UniqueConstraint(
                fields=["round"], condition=Q(round__isnull=False), name="lot_drawn_once_per_round"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]+$"), name="lot_number_is_digits"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="lot_names_its_source"),
        ]

    def __str__(self) -> str:
        return self.number
