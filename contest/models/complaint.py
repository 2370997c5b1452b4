import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contest.enums import ComplaintState
from contest.models.attempt import Attempt
from contest.models.contest import Contest
from contest.models.decision import Decision

LONGEST_COMPLAINT = 2000


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def open(self) -> Self:
        return self.filter(state=ComplaintState.OPEN)


class Complaint(models.Model):
    """What a participant objects to: a question on their own paper, or their result."""

    code = models.UUIDField(_("mã"), default=uuid.uuid4, unique=True, editable=False)
    contest = models.ForeignKey(Contest, models.PROTECT, related_name="complaints")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="complaints")
    position = models.PositiveSmallIntegerField(_("câu số"), null=True)  # none: the result
    text = models.TextField(_("nội dung"), max_length=LONGEST_COMPLAINT)
    filed_at = models.DateTimeField(_("gửi lúc"))
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=ComplaintState, default=ComplaintState.OPEN
    )
    reply = models.TextField(_("trả lời"), max_length=LONGEST_COMPLAINT, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True)
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="complaints"
    )

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("khiếu nại")
        verbose_name_plural = _("khiếu nại")
        ordering = ["contest", "-filed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "position"],
                condition=Q(state=ComplaintState.OPEN, position__isnull=False),
                name="complaint_one_open_per_question",
            ),
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(state=ComplaintState.OPEN, position=None),
                name="complaint_one_open_about_the_result",
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        state=ComplaintState.OPEN,
                        reply="",
                        answered_by=None,
                        answered_at=None,
                        decision=None,
                    )
                    | Q(
                        ~Q(reply=""),
                        state__in=[ComplaintState.ACCEPTED, ComplaintState.REJECTED],
                        answered_by__isnull=False,
                        answered_at__isnull=False,
                    )
                ),
                name="complaint_answered_exactly_with_a_reply",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="complaint_says_something"),
        ]
        indexes = [  # the jury's list
            models.Index(fields=["contest", "state", "filed_at"], name="complaint_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.position or '-'}"
