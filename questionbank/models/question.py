from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rules.folding import fold
from questionbank.enums import Difficulty, QuestionKind, QuestionStatus, Scoring
from questionbank.models.topic import LegalDocument, Topic

if TYPE_CHECKING:
    from questionbank.models.image import RevisionImage


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
    def drawable(self, *, on: date) -> Self:
        """The only ones that may stand on a paper: approved, and still true on that day.

        A question is approved with one revision; while a newer one is being written and reviewed,
        the approved one is drawn. One that rests on a document out of force is barred, unless it
        asks what was once the law.
        """
        barred = Source.objects.out_of_force(on=on).values("revision_id")
        return self.filter(approved_revision__isnull=False).exclude(approved_revision__in=barred)

    def matching(self, text: str) -> Self:
        """Questions whose code begins so, or whose wording holds every word, accents or not.

        Marks alone ("%") are in no wording.
        """
        wording = Q()
        for word in fold(text).split():
            wording &= Q(current_revision__search_key__contains=word)
        by_code = Q(code__istartswith=text.strip())
        return self.filter(by_code | wording if wording else by_code)


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
    status = models.CharField(  # of the current revision
        _("trạng thái"), max_length=20, choices=QuestionStatus, default=QuestionStatus.DRAFT
    )
    tags: "models.ManyToManyField[Tag, Any]" = models.ManyToManyField(
        "Tag", verbose_name=_("nhãn"), blank=True
    )
    author = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("người soạn"), null=True, blank=True, related_name="+"
    )
    current_revision = models.OneToOneField(  # the newest
        "Revision", models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_revision = models.OneToOneField(  # what papers are drawn from
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
                condition=~Q(status=QuestionStatus.APPROVED)
                | Q(current_revision__isnull=False, approved_revision=F("current_revision")),
                name="question_approved_has_a_revision",
            ),
            models.CheckConstraint(
                condition=~Q(status=QuestionStatus.RETIRED) | Q(approved_revision=None),
                name="question_retired_is_not_drawn",
            ),
        ]
        indexes = [
            models.Index(  # the draw
                fields=["question_set", "topic"],
                condition=Q(approved_revision__isnull=False),
                name="question_drawn_by_set",
            ),
            models.Index(fields=["status", "code"], name="question_by_status"),  # the desk's list
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
    scoring = models.CharField(
        _("cách chấm"),
        max_length=20,
        choices=Scoring,
        default=Scoring.ALL_OR_NOTHING,
        db_default=Scoring.ALL_OR_NOTHING,
    )
    number_key = models.DecimalField(  # of a question of kind NUMBER
        _("đáp số"), max_digits=15, decimal_places=6, null=True, blank=True
    )
    tolerance = models.DecimalField(
        _("sai số"), max_digits=15, decimal_places=6, default=0, db_default=0
    )
    author = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("người sửa"), null=True, blank=True, related_name="+"
    )
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
            models.CheckConstraint(
                condition=Q(scoring=Scoring.ALL_OR_NOTHING)
                | Q(scoring=Scoring.PARTIAL, kind=QuestionKind.MULTIPLE_CHOICE),
                name="revision_partial_only_for_several_choices",
            ),
            models.CheckConstraint(
                condition=Q(kind=QuestionKind.NUMBER, number_key__isnull=False)
                | (~Q(kind=QuestionKind.NUMBER) & Q(number_key=None, tolerance=0)),
                name="revision_number_exactly_for_numbers",
            ),
            models.CheckConstraint(
                condition=Q(tolerance__gte=0), name="revision_tolerance_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}.{self.number}"

    @property
    def own_picture(self) -> "RevisionImage | None":
        """For templates, to which a relation without a row is an error."""
        return getattr(self, "picture", None)

    @staticmethod
    def search_key_for(stem: str, *options: str) -> str:
        """What `QuestionQuerySet.matching` looks into; set by whoever writes a revision."""
        return fold(" ".join([stem, *options]))


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


class AcceptedAnswer(models.Model):
    """A short text that counts as right; accents and letter case do not matter."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="accepted_answers")
    position = models.PositiveSmallIntegerField(_("thứ tự"))  # from 0
    text = models.CharField(_("đáp án được chấp nhận"), max_length=200)

    class Meta:
        verbose_name = _("đáp án được chấp nhận")
        verbose_name_plural = _("đáp án được chấp nhận")
        ordering = ["revision", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "position"], name="accepted_answer_position_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Tag(models.Model):
    """A word that questions are gathered by."""

    name = models.CharField(_("nhãn"), max_length=40)
    folded_name = models.CharField(max_length=40, unique=True, editable=False)

    class Meta:
        verbose_name = _("nhãn")
        verbose_name_plural = _("nhãn")
        ordering = ["folded_name"]

    def __str__(self) -> str:
        return self.name


class SourceQuerySet(models.QuerySet["Source"]):
    def out_of_force(self, *, on: date) -> Self:
        """Those whose document no longer holds on that day, and that speak of today's law."""
        return self.filter(
            Q(document__expires_on__lt=on) | Q(document__replaced_by__isnull=False),
            is_historical=False,
        )


class Source(models.Model):
    """Where a revision's answer stands: in a legal document, or behind a link."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="sources")
    document = models.ForeignKey(
        LegalDocument, models.PROTECT, related_name="sources", null=True, blank=True
    )
    article = models.CharField(_("điều, khoản"), max_length=300, blank=True)
    link = models.CharField(
        _("liên kết"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        validators=[URLValidator(schemes=["http", "https"])],
    )
    is_historical = models.BooleanField(
        _("hỏi về quy định trước đây"),
        default=False,
        db_default=False,
        help_text=_("Câu hỏi vẫn dùng được sau khi văn bản hết hiệu lực."),
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("căn cứ")
        verbose_name_plural = _("căn cứ")
        ordering = ["document__code", "article"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "document", "article", "link"],
                condition=Q(document__isnull=False),
                name="source_named_once_per_revision",
            ),
            models.UniqueConstraint(
                fields=["revision", "article", "link"],
                condition=Q(document=None),
                name="source_without_document_named_once",
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=False) | ~Q(article="") | ~Q(link=""),
                name="source_says_something",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(str(part) for part in (self.article, self.document, self.link) if part)
