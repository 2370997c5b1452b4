from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contest.enums import DecisionKind
from contest.models.attempt import Attempt, Participant
from contest.models.contest import Contest
from contest.rules.chaining import Link

ABOUT_PEOPLE = (DecisionKind.DISQUALIFY, DecisionKind.SET_ASIDE)


class DecisionQuerySet(models.QuerySet["Decision"]):
    def in_force(self) -> Self:
        """Those that no later decision has undone, without the undoing ones."""
        undone = Exists(Decision.objects.filter(undoes=OuterRef("pk")))
        return self.filter(~undone, undoes=None)


class Decision(models.Model):
    """What the jury decided about a participant, an attempt or a key, and why.

    Lines of a log: numbered within the contest, chained by their digests, never changed (the
    database refuses it). A decision is reversed by another one that undoes it.
    """

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField(_("số"))  # from 1, without gaps
    kind = models.CharField(_("quyết định"), max_length=20, choices=DecisionKind)
    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    attempt = models.ForeignKey(
        Attempt, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by"
    )
    reason = models.TextField(_("lý do"))
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"))
    details = models.JSONField(_("chi tiết"), default=dict, blank=True)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("quyết định của Ban giám khảo")
        verbose_name_plural = _("quyết định của Ban giám khảo")
        ordering = ["contest", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "number"], name="decision_number_once_per_contest"
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        kind__in=ABOUT_PEOPLE,
                        participant__isnull=False,
                        attempt=None,
                        undoes=None,
                    )
                    | Q(
                        kind=DecisionKind.EXCLUDE_ATTEMPT,
                        participant=None,
                        attempt__isnull=False,
                        undoes=None,
                    )
                    | Q(
                        kind=DecisionKind.REGRADE,
                        participant=None,
                        attempt=None,
                        undoes=None,
                    )
                    | Q(
                        kind=DecisionKind.UNDO,
                        participant=None,
                        attempt=None,
                        undoes__isnull=False,
                    )
                ),
                name="decision_is_about_what_its_kind_says",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_gives_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.get_kind_display()}"

    def content(self) -> dict[str, Any]:
        """What its digest covers, as JSON holds it; people by their numbers, not by name."""
        return {
            "number": self.number,
            "kind": self.kind,
            "participant": self.participant_id,
            "attempt": self.attempt_id,
            "undoes": self.undoes_id,
            "reason": self.reason,
            "actor": self.actor_id,
            "at": self.at.isoformat(),
            "details": self.details,
        }

    def link(self) -> Link:
        return Link(self.content(), self.previous_digest, self.digest)
