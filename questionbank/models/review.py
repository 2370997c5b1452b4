from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from questionbank.enums import Verdict
from questionbank.models.question import Question, Revision


class Review(models.Model):
    """A second reader's reading of a revision: the answer given blind, then the verdict."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="+")
    author = models.ForeignKey(  # of the revision, so that the database can compare the two
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    response = models.CharField(_("trả lời"), max_length=200)  # author's letters, or a text
    matches_key = models.BooleanField(_("khớp đáp án"))
    answered_at = models.DateTimeField(_("trả lời lúc"))
    verdict = models.CharField(_("kết luận"), max_length=20, choices=Verdict, blank=True)
    note = models.TextField(_("nhận xét"), blank=True)
    decided_at = models.DateTimeField(_("kết luận lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("lượt thẩm định")
        verbose_name_plural = _("lượt thẩm định")
        ordering = ["revision", "answered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "reviewer"], name="review_once_per_reviewer"
            ),
            models.CheckConstraint(
                condition=Q(author=None) | ~Q(author=F("reviewer")),
                name="review_is_not_by_the_author",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", decided_at=None)
                | Q(verdict__in=Verdict.values, decided_at__isnull=False),
                name="review_decided_exactly_with_a_verdict",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.RETURNED) | ~Q(note=""),
                name="review_returns_with_a_note",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.APPROVED) | Q(matches_key=True) | ~Q(note=""),
                name="review_explains_a_mismatch",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision} / {self.reviewer}"


class Comment(models.Model):
    """What somebody of the drafting team says of a question."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(_("nhận xét"))
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("nhận xét")
        verbose_name_plural = _("nhận xét")
        ordering = ["question", "at", "id"]

    def __str__(self) -> str:
        return self.text[:60]
