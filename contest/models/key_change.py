from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contest.enums import KeyChangeKind
from contest.models.attempt import Attempt
from contest.models.contest import Round
from contest.models.decision import Decision
from contest.rules.regrading import Change
from questionbank.models import Question, Revision

Place = tuple[int, int]  # a round, and a revision on its papers


class KeyChangeQuerySet(models.QuerySet["KeyChange"]):
    def in_force(self) -> Self:
        """Those whose decision no later one has undone."""
        return self.filter(decision__undone_by=None)

    def by_place(
        self, *, round_ids: Collection[int] | models.QuerySet[Any, Any]
    ) -> dict[Place, list[Change]]:
        """The changes in force in these rounds. One query."""
        rows = (
            self.in_force()
            .filter(rounds__in=round_ids)
            .filter(Q(revision=None) | Q(revision=F("question__revisions")))
            .values_list("rounds", "question__revisions", "decision__number", *_KEY_FIELDS)
        )
        found: dict[Place, list[Change]] = {}
        for round_id, revision_id, number, kind, letters, accepted, number_key, tolerance in rows:
            change = Change(
                number=number,
                kind=KeyChangeKind(kind),
                letters=frozenset(letters),
                accepted=tuple(accepted),
                number_key=number_key,
                tolerance=tolerance,
            )
            found.setdefault((round_id, revision_id), []).append(change)
        return found


_KEY_FIELDS = ("kind", "letters", "accepted", "number_key", "tolerance")


class KeyChange(models.Model):
    """What a decision of the jury makes of a question in some rounds. Never changed.

    The bank's own revision stays as it is.
    """

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="key_change")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    # None: every wording that stood on a paper
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("cách chấm lại"), max_length=20, choices=KeyChangeKind)
    letters = models.CharField(max_length=26, blank=True)  # the author's: "AC"
    accepted = models.JSONField(default=list, blank=True)  # texts
    number_key = models.DecimalField(max_digits=15, decimal_places=6, null=True, blank=True)
    tolerance = models.DecimalField(max_digits=15, decimal_places=6, default=0)
    rounds: "models.ManyToManyField[Round, Any]" = models.ManyToManyField(Round, related_name="+")

    objects = KeyChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("thay đổi đáp án")
        verbose_name_plural = _("thay đổi đáp án")
        ordering = ["decision"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=KeyChangeKind.values), name="key_change_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[KeyChangeKind.CORRECT, KeyChangeKind.ACCEPT_MORE])
                | Q(letters="", number_key=None, tolerance=0),
                name="key_change_names_answers_only_where_it_says_so",
            ),
            models.CheckConstraint(
                condition=Q(tolerance__gte=0), name="key_change_tolerance_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.kind}"


class RegradeRow(models.Model):
    """The result of an attempt before and after a regrade, or the undoing of one. Never changed."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="regrade_rows")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="regrade_rows")
    score_before = models.DecimalField(max_digits=7, decimal_places=2)
    score_after = models.DecimalField(max_digits=7, decimal_places=2)
    max_score_before = models.DecimalField(max_digits=7, decimal_places=2)
    max_score_after = models.DecimalField(max_digits=7, decimal_places=2)
    correct_count_before = models.PositiveSmallIntegerField()
    correct_count_after = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("kết quả trước và sau khi chấm lại")
        verbose_name_plural = _("kết quả trước và sau khi chấm lại")
        ordering = ["decision", "attempt"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "attempt"], name="regrade_row_once_per_attempt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.score_before} → {self.score_after}"
