"""Prizes: which there are, and who is to have them."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import UnitKind
from accounts.models import Unit, User
from contest.enums import BoardKind, UnitCriterion
from contest.models.attempt import Participant
from contest.models.contest import Contest, Division, Round


class PrizeBoard(models.Model):
    """Prizes given by one order: of a round or the contest, to people or to units."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="prize_boards")
    name = models.CharField(_("tên bảng giải"), max_length=120)
    kind = models.CharField(
        _("giải"), max_length=12, choices=BoardKind, default=BoardKind.INDIVIDUAL
    )
    round = models.ForeignKey(  # none: all official rounds together
        Round, models.PROTECT, verbose_name=_("kỳ thi"), null=True, blank=True, related_name="+"
    )
    division = models.ForeignKey(
        Division,
        models.PROTECT,
        verbose_name=_("bảng dự thi"),
        null=True,
        blank=True,
        related_name="+",
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    # the rest is for units
    unit_kind = models.CharField(_("khối"), max_length=20, choices=UnitKind, blank=True)
    criteria = models.JSONField(_("xét lần lượt"), default=list, blank=True)  # of units
    min_people = models.PositiveIntegerField(_("số người dự thi tối thiểu"), default=0)
    min_percent = models.PositiveSmallIntegerField(_("tỷ lệ dự thi tối thiểu (%)"), default=0)

    class Meta:
        verbose_name = _("bảng giải")
        verbose_name_plural = _("bảng giải")
        ordering = ["contest", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=BoardKind.values), name="prize_board_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=BoardKind.INDIVIDUAL)
                | Q(unit_kind="", min_people=0, min_percent=0),
                name="prize_board_of_people_says_nothing_of_units",
            ),
            models.CheckConstraint(
                condition=Q(min_percent__lte=100), name="prize_board_percent_bounded"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_collective(self) -> bool:
        return self.kind == BoardKind.COLLECTIVE

    @property
    def chain(self) -> tuple[UnitCriterion, ...]:
        return tuple(UnitCriterion(word) for word in self.criteria)


class Prize(models.Model):
    """So many of one prize; the better one has the smaller position."""

    board = models.ForeignKey(PrizeBoard, models.CASCADE, related_name="prizes")
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    name = models.CharField(_("tên giải"), max_length=80)
    count = models.PositiveSmallIntegerField(_("số giải"))
    amount = models.PositiveBigIntegerField(_("trị giá một giải (đồng)"), default=0)

    class Meta:
        verbose_name = _("giải")
        verbose_name_plural = _("giải")
        ordering = ["board", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["board", "position"], name="prize_position_once_per_board"
            ),
            models.CheckConstraint(condition=Q(count__gte=1), name="prize_given_at_least_once"),
        ]

    def __str__(self) -> str:
        return self.name


_ONE_WINNER = Q(participant__isnull=False, unit=None) | Q(participant=None, unit__isnull=False)


class OverrideQuerySet(models.QuerySet["AwardOverride"]):
    def in_force(self) -> Self:
        return self.filter(lifted_at=None)


class AwardOverride(models.Model):
    """What the jury decides against the proposal: this prize for that one, or none."""

    board = models.ForeignKey(PrizeBoard, models.PROTECT, related_name="overrides")
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    prize = models.ForeignKey(  # none: not to have any of this board
        Prize, models.PROTECT, null=True, blank=True, related_name="overrides"
    )
    reason = models.TextField(_("lý do"))
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"))
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(_("bãi bỏ lúc"), null=True)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("điều chỉnh giải")
        verbose_name_plural = _("điều chỉnh giải")
        ordering = ["board", "id"]
        constraints = [
            models.CheckConstraint(condition=_ONE_WINNER, name="override_is_about_one_winner"),
            models.CheckConstraint(condition=~Q(reason=""), name="override_gives_a_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="override_is_lifted_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["board", "participant"],
                condition=Q(lifted_at=None, participant__isnull=False),
                name="override_one_in_force_per_person",
            ),
            models.UniqueConstraint(
                fields=["board", "unit"],
                condition=Q(lifted_at=None, unit__isnull=False),
                name="override_one_in_force_per_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.board}: {self.prize or '—'}"


class Award(models.Model):
    """A prize with its winner, as the jury took it over from the proposal."""

    prize = models.ForeignKey(Prize, models.PROTECT, related_name="awards")
    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="awards"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="awards")
    place = models.PositiveIntegerField(_("hạng"), null=True)  # none: given outside the ranking
    override = models.ForeignKey(  # where the jury decided it, and not the ranking
        AwardOverride, models.PROTECT, null=True, blank=True, related_name="+"
    )
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("giải được trao")
        verbose_name_plural = _("giải được trao")
        ordering = ["prize", "place", "id"]
        constraints = [
            models.CheckConstraint(condition=_ONE_WINNER, name="award_has_one_winner"),
            models.UniqueConstraint(
                fields=["prize", "participant"], name="award_prize_once_per_person"
            ),
            models.UniqueConstraint(fields=["prize", "unit"], name="award_prize_once_per_unit"),
        ]

    def __str__(self) -> str:
        return str(self.prize)
