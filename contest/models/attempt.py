import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import PersonKind
from accounts.models import Unit, User
from contest.enums import ClosedBy
from contest.models.contest import Contest, Division, Round
from contest.rules.naming import FOLDED_LENGTH, folded_name, folded_short
from contest.rules.timing import Allotment, Outage, Phase, elapsed_ms, started_phase
from questionbank.models import Revision
from questionbank.rules.responding import LONGEST_RESPONSE

MOST_EXTRA_PERCENT = 300
TIME_FIELDS = ["deadline_at", "extra_time", "outage_credit"]


if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
else:
    _CharField = models.CharField


class _SearchKey(_CharField):
    """Follows the row's `full_name` whenever the row is saved, in bulk too."""

    def __init__(self, *args: Any, follow: Callable[[str], str] = str, **kwargs: Any) -> None:
        self._follow = follow
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: Any, add: bool) -> str:
        value = self._follow(model_instance.full_name)
        setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class Participant(models.Model):
    """One person in one contest, with name, kind and unit as they were on joining."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="participants")
    user = models.ForeignKey(User, models.PROTECT, related_name="participations")
    division = models.ForeignKey(
        Division, models.PROTECT, verbose_name=_("bảng dự thi"), null=True, blank=True
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("đơn vị"), null=True, blank=True)
    full_name = models.CharField(_("họ và tên"), max_length=120)
    kind = models.CharField(_("đối tượng"), max_length=20, choices=PersonKind)
    joined_at = models.DateTimeField(_("tham gia lúc"))
    is_confirmed = models.BooleanField(  # not yet: entered by a unit's list
        _("đã xác nhận"), default=True, db_default=True
    )
    anonymised_at = models.DateTimeField(_("ẩn danh lúc"), null=True, blank=True, editable=False)
    extra_time_percent = models.PositiveSmallIntegerField(
        _("thời gian cộng thêm (%)"), default=0, db_default=0
    )
    # the default is the database's: a server of the version before may still be adding rows
    folded_name = _SearchKey(
        max_length=FOLDED_LENGTH, editable=False, db_default="", follow=folded_name
    )
    folded_short = _SearchKey(
        max_length=FOLDED_LENGTH, editable=False, db_default="", follow=folded_short
    )

    class Meta:
        verbose_name = _("người dự thi")
        verbose_name_plural = _("người dự thi")
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "user"], name="participant_once_per_contest"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PersonKind.values), name="participant_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(extra_time_percent__lte=MOST_EXTRA_PERCENT),
                name="participant_extra_time_bounded",
            ),
        ]
        indexes = [
            models.Index(fields=["contest", "unit"], name="participant_by_unit"),  # unit lists
            models.Index(  # the board's search, which reads nothing but this
                fields=["contest", "folded_name", "id"], name="participant_by_folded_name"
            ),
            models.Index(
                fields=["contest", "folded_short", "id"], name="participant_by_folded_short"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def of_user(self, user_id: int) -> Self:
        return self.filter(participant__user_id=user_id)

    def submitted(self) -> Self:
        return self.filter(submitted_at__isnull=False)

    def counting(self) -> Self:
        """Submitted, and not struck by a decision."""
        return self.submitted().filter(is_counted=True)

    def running(self) -> Self:
        return self.filter(submitted_at=None)

    def overdue(self, *, at: datetime) -> Self:
        """Open attempts that no answer can reach any more."""
        grace = timedelta(seconds=settings.SUBMIT_GRACE_SECONDS)
        return self.running().filter(deadline_at__lt=at - grace)


class Attempt(models.Model):
    """One person's try at a round. Its paper is its answers, laid out empty at the start."""

    code = models.UUIDField(_("mã"), default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="attempts")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("lượt"))
    seed = models.BigIntegerField(_("mã bốc đề"))
    started_at = models.DateTimeField(_("bắt đầu lúc"))
    deadline_at = models.DateTimeField(_("hạn nộp"))  # editing the round cannot move it
    # both are part of the deadline
    extra_time = models.DurationField(
        _("thời gian cộng thêm"), default=timedelta(0), db_default=timedelta(0)
    )
    outage_credit = models.DurationField(
        _("thời gian bù sự cố"), default=timedelta(0), db_default=timedelta(0)
    )
    submitted_at = models.DateTimeField(_("nộp lúc"), null=True, blank=True)
    closed_by = models.CharField(_("kết thúc do"), max_length=12, choices=ClosedBy, blank=True)
    elapsed_ms = models.PositiveBigIntegerField(_("thời gian (ms)"), null=True, blank=True)
    score = models.DecimalField(_("điểm"), max_digits=7, decimal_places=2, null=True, blank=True)
    max_score = models.DecimalField(
        _("điểm tối đa"), max_digits=7, decimal_places=2, null=True, blank=True
    )
    correct_count = models.PositiveSmallIntegerField(_("số câu đúng"), null=True, blank=True)
    receipt_code = models.CharField(
        _("mã phiếu"), max_length=12, unique=True, null=True, blank=True
    )
    prediction = models.PositiveIntegerField(_("số dự đoán"), null=True, blank=True)
    prediction_number = models.BigIntegerField(  # of the save that is kept
        default=0, db_default=0, editable=False
    )
    # follows from the decisions in force, see services/deciding.py
    is_counted = models.BooleanField(_("được tính"), default=True, db_default=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("lượt thi")
        verbose_name_plural = _("lượt thi")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "participant"],
                condition=Q(submitted_at=None),
                name="attempt_one_open_per_round",
            ),
            models.UniqueConstraint(
                fields=["round", "participant", "number"], name="attempt_number_once_per_round"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="attempt_number_from_one"),
            models.CheckConstraint(
                condition=Q(deadline_at__gte=F("started_at")), name="attempt_deadline_after_start"
            ),
            models.CheckConstraint(
                condition=Q(extra_time__gte=timedelta(0), outage_credit__gte=timedelta(0)),
                name="attempt_is_never_given_less_time",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None)
                | Q(submitted_at__gte=F("started_at"), submitted_at__lte=F("deadline_at")),
                name="attempt_submitted_within_its_time",
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        submitted_at=None,
                        closed_by="",
                        elapsed_ms=None,
                        score=None,
                        max_score=None,
                        correct_count=None,
                        receipt_code=None,
                    )
                    | Q(
                        submitted_at__isnull=False,
                        closed_by__in=ClosedBy.values,
                        elapsed_ms__isnull=False,
                        score__isnull=False,
                        max_score__isnull=False,
                        correct_count__isnull=False,
                        receipt_code__isnull=False,
                    )
                ),
                name="attempt_graded_exactly_when_submitted",
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=F("max_score")),
                name="attempt_score_within_maximum",
            ),
        ]
        indexes = [
            models.Index(  # expiry: the open attempts by deadline
                fields=["deadline_at"],
                condition=Q(submitted_at=None),
                name="attempt_open_by_deadline",
            ),
            models.Index(  # standings: each person's best attempt first
                fields=["round", "participant", "-score", "elapsed_ms", "submitted_at"],
                condition=Q(submitted_at__isnull=False),
                name="attempt_best_of_participant",
            ),
        ]

    def __str__(self) -> str:
        return str(self.code)

    def phase(self, *, at: datetime) -> Phase:
        """A submitted attempt is over."""
        if self.submitted_at is not None:
            return Phase.OVER
        grace = timedelta(seconds=settings.SUBMIT_GRACE_SECONDS)
        return started_phase(at=at, deadline_at=self.deadline_at, grace=grace)

    @property
    def plain_deadline_at(self) -> datetime:
        """The deadline without what was given in addition."""
        return self.deadline_at - self.extra_time - self.outage_credit

    def has_time_left(self, *, at: datetime) -> bool:
        """Whether its deadline, as it stands, is still ahead."""
        phase = started_phase(at=at, deadline_at=self.deadline_at, grace=timedelta(0))
        return phase is Phase.RUNNING

    def count_elapsed(self, outages: Iterable[Outage]) -> None:
        """Set, and do not save, the time used. Raises ValueError while open."""
        if self.submitted_at is None:
            raise ValueError("an open attempt has no time used")
        self.elapsed_ms = elapsed_ms(
            started_at=self.started_at, submitted_at=self.submitted_at, outages=outages
        )

    def take_allotment(self, allotment: Allotment) -> None:
        """Set, and do not save, the fields TIME_FIELDS."""
        self.deadline_at = allotment.deadline_at
        self.extra_time = allotment.extra_time
        self.outage_credit = allotment.outage_credit


class Answer(models.Model):
    """One question on a person's paper, and what they answer to it now."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="answers")
    position = models.PositiveSmallIntegerField(_("câu số"))  # from 1
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    # the author's letters in the order shown: "CADB"; "" where the answer is typed
    choice_order = models.CharField(_("thứ tự phương án"), max_length=26, blank=True)
    # the letters shown: "AC"; or what was typed
    response = models.CharField(_("trả lời"), max_length=LONGEST_RESPONSE, blank=True)
    client_number = models.BigIntegerField(default=0)  # of the save that is kept
    saved_at = models.DateTimeField(_("lưu lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("câu trả lời")
        verbose_name_plural = _("câu trả lời")
        ordering = ["attempt", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "position"], name="answer_position_once_per_paper"
            ),
            models.UniqueConstraint(
                fields=["attempt", "revision"], name="answer_question_once_per_paper"
            ),
            models.CheckConstraint(condition=Q(position__gte=1), name="answer_position_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.position}"


class AnswerEvent(models.Model):
    """The journal: every save that was taken, never changed, so that a dispute can be settled."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="events")
    position = models.PositiveSmallIntegerField(_("câu số"))
    response = models.CharField(_("trả lời"), max_length=LONGEST_RESPONSE, blank=True)
    client_number = models.BigIntegerField()
    saved_at = models.DateTimeField(_("lưu lúc"))

    class Meta:
        verbose_name = _("nhật ký trả lời")
        verbose_name_plural = _("nhật ký trả lời")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "position", "client_number"], name="answer_event_taken_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.position} {self.response}"
