import secrets
from datetime import datetime, timedelta
from itertools import starmap
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import PersonKind
from contest.enums import DuplicateAttempts, NameDisplay, RevealTime, RoundKind
from contest.rules.reveal import Reveal, is_revealed
from contest.rules.timing import (
    BoardPhase,
    Outage,
    Phase,
    RoundState,
    Window,
    attempt_phase,
    board_phase,
    freeze_instant,
)
from questionbank.enums import Difficulty
from questionbank.models import QuestionSet, Topic

# words that stand in addresses where a slug could
RESERVED_CONTEST_SLUGS = frozenset({"don-vi", "du-lieu-ca-nhan", "mau", "tep"})
RESERVED_ROUND_SLUGS = frozenset({"ap-phich", "dang-ky"})
RESERVED_SLUG = _("Địa chỉ này trùng với địa chỉ của trang khác. Mời Anh/Chị chọn địa chỉ khác.")


def new_seed() -> int:
    """64 bits would not fit a signed column."""
    return secrets.randbits(63)


class ContestQuerySet(models.QuerySet["Contest"]):
    def published(self) -> Self:
        return self.filter(is_published=True)


class Contest(models.Model):
    """A contest with its rounds, divisions and rules."""

    slug = models.SlugField(_("địa chỉ"), max_length=80, unique=True)
    name = models.CharField(_("tên hội thi"), max_length=200)
    host = models.CharField(_("đơn vị tổ chức"), max_length=200)
    summary = models.TextField(_("giới thiệu"), blank=True)
    rules = models.TextField(_("thể lệ"), blank=True, help_text=_("Markdown"))
    prizes = models.TextField(_("giải thưởng"), blank=True, help_text=_("Markdown"))
    is_published = models.BooleanField(_("công khai"), default=False)
    name_display = models.CharField(
        _("tên trên bảng xếp hạng"), max_length=10, choices=NameDisplay, default=NameDisplay.FULL
    )
    min_unit_size = models.PositiveSmallIntegerField(
        _("số người tối thiểu để xếp hạng đơn vị"), default=3
    )
    # the default is the database's: a server of the version before may still be adding rows
    duplicate_attempts = models.CharField(
        _("khi một người thi bằng nhiều hồ sơ"),
        max_length=10,
        choices=DuplicateAttempts,
        default=DuplicateAttempts.FIRST,
        db_default=DuplicateAttempts.FIRST,
    )
    complaint_hours = models.PositiveSmallIntegerField(
        _("thời hạn khiếu nại sau khi kỳ thi kết thúc (giờ)"), default=72, db_default=72
    )
    seal_waits_for_complaints = models.BooleanField(
        _("chỉ niêm phong khi đã trả lời hết khiếu nại"), default=False, db_default=False
    )
    # keeps what a sealed result hides from being guessed; made when first needed
    sealing_salt = models.CharField(max_length=64, blank=True, db_default="", editable=False)

    objects = ContestQuerySet.as_manager()

    class Meta:
        verbose_name = _("hội thi")
        verbose_name_plural = _("hội thi")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(name_display__in=NameDisplay.values), name="contest_name_display_known"
            ),
            models.CheckConstraint(
                condition=Q(min_unit_size__gte=1), name="contest_min_unit_size_positive"
            ),
            models.CheckConstraint(
                condition=Q(duplicate_attempts__in=DuplicateAttempts.values),
                name="contest_duplicate_attempts_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raises ValidationError for a slug whose pages others would hide."""
        if self.slug in RESERVED_CONTEST_SLUGS:
            raise ValidationError({"slug": RESERVED_SLUG})


class Division(models.Model):
    """A class of participants with a board of its own."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="divisions")
    code = models.SlugField(_("mã"), max_length=40)
    name = models.CharField(_("bảng dự thi"), max_length=120)
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("bảng dự thi")
        verbose_name_plural = _("bảng dự thi")
        ordering = ["contest", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "code"], name="division_code_once_per_contest"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DivisionKind(models.Model):
    """Which kind of person competes in which division."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="+")
    division = models.ForeignKey(Division, models.CASCADE, related_name="kinds")
    kind = models.CharField(_("đối tượng"), max_length=20, choices=PersonKind)

    class Meta:
        verbose_name = _("đối tượng của bảng")
        verbose_name_plural = _("đối tượng của bảng")
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "kind"], name="division_kind_once_per_contest"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PersonKind.values), name="division_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class RoundQuerySet(models.QuerySet["Round"]):
    def official(self) -> Self:
        return self.filter(kind=RoundKind.OFFICIAL)


class Round(models.Model):
    """A period in which people may take the quiz, with the rules of one paper."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="rounds")
    slug = models.SlugField(_("địa chỉ"), max_length=40)
    name = models.CharField(_("kỳ thi"), max_length=120)
    kind = models.CharField(_("loại"), max_length=10, choices=RoundKind, default=RoundKind.OFFICIAL)
    opens_at = models.DateTimeField(_("mở lúc"))
    closes_at = models.DateTimeField(_("đóng lúc"))
    duration_seconds = models.PositiveIntegerField(_("thời gian làm bài (giây)"))
    max_attempts = models.PositiveSmallIntegerField(_("số lượt tối đa"), default=1)
    question_set = models.ForeignKey(
        QuestionSet, models.PROTECT, verbose_name=_("bộ câu hỏi"), related_name="+"
    )
    show_score = models.CharField(
        _("công bố điểm"), max_length=12, choices=RevealTime, default=RevealTime.AT_SUBMIT
    )
    show_key = models.CharField(
        _("công bố đáp án"), max_length=12, choices=RevealTime, default=RevealTime.AFTER_CLOSE
    )
    freeze_minutes = models.PositiveSmallIntegerField(
        _("đóng băng bảng xếp hạng trước khi kết thúc (phút)"), default=0
    )
    board_released_at = models.DateTimeField(_("mở băng bảng xếp hạng lúc"), null=True, blank=True)
    draw_seed = models.BigIntegerField(
        _("mã trộn đề"), default=new_seed, db_default=0, editable=False
    )
    # how long after the closing somebody with extra time may still be at work
    overtime = models.DurationField(
        _("thời gian bù sau khi đóng"),
        default=timedelta(0),
        db_default=timedelta(0),
        editable=False,
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("kỳ thi")
        verbose_name_plural = _("kỳ thi")
        ordering = ["contest", "opens_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "slug"], name="round_slug_once_per_contest"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="round_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(duration_seconds__gte=1), name="round_duration_positive"
            ),
            models.CheckConstraint(
                condition=Q(max_attempts__gte=1), name="round_allows_an_attempt"
            ),
            models.CheckConstraint(condition=Q(kind__in=RoundKind.values), name="round_kind_known"),
            models.CheckConstraint(
                condition=Q(show_score__in=RevealTime.values), name="round_show_score_known"
            ),
            models.CheckConstraint(
                condition=Q(show_key__in=RevealTime.values), name="round_show_key_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raises ValidationError for a slug whose pages others would hide."""
        if self.slug in RESERVED_ROUND_SLUGS:
            raise ValidationError({"slug": RESERVED_SLUG})

    @property
    def duration(self) -> timedelta:
        return timedelta(seconds=self.duration_seconds)

    @property
    def duration_minutes(self) -> int:
        """Whole minutes, rounded up, for people to read."""
        return -(-self.duration_seconds // 60)

    @property
    def window(self) -> Window:
        return Window(self.opens_at, self.closes_at)

    @property
    def is_practice(self) -> bool:
        return self.kind == RoundKind.PRACTICE

    @property
    def over_at(self) -> datetime:
        """From then on no answer can arrive in this round."""
        grace = timedelta(seconds=settings.SUBMIT_GRACE_SECONDS)
        return self.closes_at + self.overtime + grace

    def is_over(self, *, at: datetime) -> bool:
        """Nobody can be at work any more."""
        return is_revealed(at=at, rounds=[Reveal(RevealTime.AFTER_CLOSE, self.over_at)])

    @property
    def score_reveal(self) -> Reveal:
        return Reveal(RevealTime(self.show_score), self.over_at)

    @property
    def key_reveal(self) -> Reveal:
        return Reveal(RevealTime(self.show_key), self.over_at)

    @property
    def freezes_at(self) -> datetime | None:
        """From then on the public board stands still until its release; None: it never does."""
        freeze = timedelta(minutes=self.freeze_minutes)
        return freeze_instant(opens_at=self.opens_at, closes_at=self.closes_at, freeze=freeze)

    def board_phase(self, *, at: datetime) -> BoardPhase:
        return board_phase(at=at, freezes_at=self.freezes_at, released_at=self.board_released_at)

    def frozen_since(self, *, at: datetime) -> datetime | None:
        """The instant that the public board shows; None unless it is frozen now."""
        return self.freezes_at if self.board_phase(at=at) is BoardPhase.FROZEN else None

    def state(self, *, at: datetime) -> RoundState:
        return self.window.state(at=at)

    def has_opened(self, *, at: datetime) -> bool:
        return self.state(at=at) is not RoundState.UPCOMING

    def stretches(self) -> list[Outage]:
        """The outages recorded so far. One query."""
        return list(starmap(Outage, self.outages.values_list("began_at", "ended_at")))

    def phase(self, *, at: datetime, deadline_at: datetime | None) -> Phase:
        """Of a person's attempt; `deadline_at` is that of the one under way, if there is one."""
        grace = timedelta(seconds=settings.SUBMIT_GRACE_SECONDS)
        return attempt_phase(at=at, window=self.window, deadline_at=deadline_at, grace=grace)


class RoundOutage(models.Model):
    """A measured outage in a round. Rows are added and never changed."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="outages")
    began_at = models.DateTimeField(_("bắt đầu sự cố"))
    ended_at = models.DateTimeField(_("hết sự cố"))

    class Meta:
        verbose_name = _("sự cố")
        verbose_name_plural = _("sự cố")
        ordering = ["round", "began_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "began_at", "ended_at"], name="round_outage_recorded_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__gt=F("began_at")), name="round_outage_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.began_at:%d/%m/%Y %H:%M:%S} – {self.ended_at:%H:%M:%S}"


class BlueprintRow(models.Model):
    """So many questions of a topic, of one difficulty or of any, on every paper of a round."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="blueprint")
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name=_("chủ đề"), related_name="+")
    difficulty = models.CharField(_("mức độ"), max_length=10, choices=Difficulty, blank=True)
    question_count = models.PositiveSmallIntegerField(_("số câu"))

    class Meta:
        verbose_name = _("dòng ma trận đề")
        verbose_name_plural = _("ma trận đề")
        ordering = ["round", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "topic", "difficulty"], name="blueprint_row_once_per_round"
            ),
            models.CheckConstraint(
                condition=Q(question_count__gte=1), name="blueprint_row_asks_for_a_question"
            ),
            models.CheckConstraint(
                condition=Q(difficulty__in=["", *Difficulty.values]),
                name="blueprint_row_difficulty_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} × {self.question_count}"
