from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rules.folding import fold
from questionbank.enums import Difficulty, QuestionKind, QuestionStatus
from questionbank.models.topic import LegalDocument, Topic


class QuestionSet(models.Model):
    """A body of questions that is drawn from, and revealed, as one."""

    code = models.SlugField(_("mã"), max_length=60, unique=True)
    name = models.CharField(_("bộ câu hỏi"), max_length=200)

    class Meta:
        verbose_name = _("bộ câu hỏi")
        verbose_name_plural = _("bộ câu hỏi")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class QuestionQuerySet(models.QuerySet["Question"]):
    def drawable(self) -> Self:
        """Approved questions: the only ones that may stand on a paper."""
        return self.filter(status=QuestionStatus.APPROVED, current_revision__isnull=False)

    def matching(self, text: str) -> Self:
        """Questions whose code begins so, or whose wording holds every word, accents or not."""
        wording = Q()
        for word in fold(text).split():
            wording &= Q(current_revision__search_key__contains=word)
        return self.filter(Q(code__istartswith=text.strip()) | wording) if wording else self


class Question(models.Model):
    """A question through all its revisions."""

    code = models.CharField(_("mã"), max_length=40, unique=True)
    topic = models.ForeignKey(
        Topic, models.PROTECT, verbose_name=_("chủ đề"), related_name="questions"
    )
    question_set = models.ForeignKey(
        QuestionSet,
        models.PROTECT,
        verbose_name=_("bộ câu hỏi"),
        null=True,
        blank=True,
        related_name="questions",
    )
    status = models.CharField(
        _("trạng thái"), max_length=20, choices=QuestionStatus, default=QuestionStatus.DRAFT
    )
    author = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("người soạn"), null=True, blank=True, related_name="+"
    )
    current_revision = models.OneToOneField(
        "Revision", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("câu hỏi")
        verbose_name_plural = _("câu hỏi")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=QuestionStatus.values), name="question_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=QuestionStatus.APPROVED) | Q(current_revision__isnull=False),
                name="question_approved_has_a_revision",
            ),
        ]
        indexes = [
            models.Index(  # the draw
                fields=["question_set", "topic", "status"], name="question_by_set_and_topic"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Revision(models.Model):
    """One wording of a question. Never edited: an edit makes the next revision."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField(_("lần sửa"))
    kind = models.CharField(_("dạng"), max_length=20, choices=QuestionKind)
    difficulty = models.CharField(_("mức độ"), max_length=10, choices=Difficulty)
    points = models.DecimalField(_("điểm"), max_digits=5, decimal_places=2, default=1)
    stem = models.TextField(_("câu hỏi"))
    explanation = models.TextField(_("giải thích"), blank=True)
    search_key = models.TextField(editable=False, default="")
    created_at = models.DateTimeField(_("tạo lúc"))

    class Meta:
        verbose_name = _("bản câu hỏi")
        verbose_name_plural = _("bản câu hỏi")
        ordering = ["question", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "number"], name="revision_number_once_per_question"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="revision_number_from_one"),
            models.CheckConstraint(condition=Q(points__gt=0), name="revision_points_positive"),
            models.CheckConstraint(
                condition=Q(kind__in=QuestionKind.values), name="revision_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(difficulty__in=Difficulty.values), name="revision_difficulty_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}.{self.number}"

    @staticmethod
    def search_key_for(stem: str) -> str:
        """What `QuestionQuerySet.matching` looks into; set by whoever writes a revision."""
        return fold(stem)


class Choice(models.Model):
    """An option of a revision, in the order its author wrote."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="choices")
    position = models.PositiveSmallIntegerField(_("thứ tự"))  # from 0
    text = models.TextField(_("phương án"))
    is_correct = models.BooleanField(_("đúng"), default=False)
    is_pinned = models.BooleanField(
        _("giữ vị trí"), default=False, help_text=_("Không đảo, ví dụ “Cả 3 phương án trên”.")
    )

    class Meta:
        verbose_name = _("phương án")
        verbose_name_plural = _("phương án")
        ordering = ["revision", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "position"], name="choice_position_once_per_revision"
            ),
            models.CheckConstraint(condition=Q(position__lt=26), name="choice_position_has_letter"),
        ]

    def __str__(self) -> str:
        return self.text


class Source(models.Model):
    """Where a revision's answer stands in a legal document."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="sources")
    document = models.ForeignKey(LegalDocument, models.PROTECT, related_name="sources")
    article = models.CharField(_("điều, khoản"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("căn cứ")
        verbose_name_plural = _("căn cứ")
        ordering = ["document__code", "article"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "document", "article"], name="source_named_once_per_revision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article}, {self.document}" if self.article else str(self.document)
