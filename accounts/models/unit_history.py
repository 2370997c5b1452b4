"""What became of units: rows that are added, so that the past can be asked about."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import SuccessionKind
from accounts.models.unit import Unit
from accounts.models.user import User


class UnitSuccession(models.Model):
    """From the day `on`, `successor` stands in the place of `unit`; nobody does if dissolved."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(
        Unit, models.PROTECT, related_name="inheritances", null=True, blank=True
    )
    kind = models.CharField(_("hình thức"), max_length=20, choices=SuccessionKind)
    on = models.DateField(_("từ ngày"))
    reason = models.TextField(_("căn cứ"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("ghi nhận lúc"))
    # what an undoing puts back: the unit's last day of before, and whose unit became the successor
    old_valid_to = models.DateField(null=True, blank=True)
    moved_user_ids = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("kế thừa đơn vị")
        verbose_name_plural = _("kế thừa đơn vị")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=SuccessionKind.values), name="unit_succession_kind_known"
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind=SuccessionKind.DISSOLVED, successor=None)
                    | ~Q(kind=SuccessionKind.DISSOLVED) & Q(successor__isnull=False)
                ),
                name="unit_succession_has_a_successor_unless_dissolved",
            ),
            models.CheckConstraint(
                condition=~Q(unit=F("successor")), name="unit_succession_is_of_another"
            ),
            models.UniqueConstraint(
                fields=["unit", "successor"], name="unit_succession_once_per_successor"
            ),
            # a unit ends once, and only a split leaves several heirs
            models.UniqueConstraint(
                fields=["unit"],
                condition=~Q(kind=SuccessionKind.SPLIT),
                name="unit_succession_single_unless_split",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} → {self.successor or '–'} ({self.on:%d/%m/%Y})"


class UnitMove(models.Model):
    """From the day `on`, `unit` belongs to `new_parent`; until then it did to `old_parent`."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="moves")
    old_parent = models.ForeignKey(Unit, models.PROTECT, related_name="+", null=True, blank=True)
    new_parent = models.ForeignKey(Unit, models.PROTECT, related_name="+", null=True, blank=True)
    on = models.DateField(_("từ ngày"))
    reason = models.TextField(_("căn cứ"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)  # null: a command
    at = models.DateTimeField(_("ghi nhận lúc"))
    succession = models.ForeignKey(  # that it came along with
        UnitSuccession, models.SET_NULL, related_name="moves", null=True, blank=True
    )

    class Meta:
        verbose_name = _("chuyển đơn vị")
        verbose_name_plural = _("chuyển đơn vị")
        indexes = [models.Index(fields=["on", "id"], name="unit_move_by_day")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.old_parent or '–'} → {self.new_parent or '–'}"


class UnitFile(models.Model):
    """The unit file that an organiser is looking through before bringing it in."""

    owner = models.OneToOneField(User, models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
