from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import UnitKind
from accounts.rules.folding import fold, initials
from accounts.rules.unit_search import spelt_out

_BELOW = "SELECT parent_id AS upper, id AS lower FROM accounts_unit"
_ABOVE = "SELECT id AS upper, parent_id AS lower FROM accounts_unit WHERE parent_id IS NOT NULL"
# a unit that was split has several heirs, and its people are not each of theirs to see
_INHERITED = """
    SELECT successor_id, unit_id FROM accounts_unitsuccession
    WHERE successor_id IS NOT NULL AND kind <> 'split'"""


class UnitQuerySet(models.QuerySet["Unit"]):
    def valid_on(self, *, day: date) -> Self:
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day)
        )

    def within(self, roots: "UnitQuerySet | Unit") -> Self:
        """`roots` and all units below them. Part of the one query it is used in."""
        return self._reached(roots, [_BELOW])

    def above(self, unit: "Unit") -> Self:
        """The unit and all those it stands under. Part of the one query it is used in."""
        return self._reached(unit, [_ABOVE])

    def in_care_of(self, roots: "UnitQuerySet | Unit") -> Self:
        """`within` and what was merged into one of them: the people of then are theirs to see."""
        return self._reached(roots, [_BELOW, _INHERITED])

    def update(self, **fields: Any) -> int:
        """Also says that they changed, for those who keep a copy (`accounts.units.index`)."""
        return super().update(**{"changed_at": timezone.now(), **fields})

    update.alters_data = True  # type: ignore[attr-defined]

    def _reached(self, roots: "UnitQuerySet | Unit", steps: Iterable[str]) -> Self:
        if isinstance(roots, Unit):
            roots = Unit.objects.filter(pk=roots.pk)
        try:
            start, values = roots.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            return self.none()
        # UNION, not UNION ALL: it would end even if the tree went round
        ids = f"""
            WITH RECURSIVE step(upper, lower) AS ({" UNION ALL ".join(steps)}),
            reached(id) AS (
                SELECT * FROM ({start}) AS root
                UNION SELECT step.lower FROM step JOIN reached ON step.upper = reached.id
            )
            SELECT id FROM reached"""  # noqa: S608 (put together from our own texts)
        return self.filter(pk__in=RawSQL(ids, values))  # noqa: S611 (as above)


class Unit(models.Model):
    """An organisation that people belong to: an employer, not a place.

    It stands from `valid_from` to `valid_to`, both included. What comes after it is told by its
    successions (`UnitSuccession`), where it stood by its moves (`UnitMove`): results of the past
    keep the unit of then. The tree never goes round: a database trigger refuses it.
    """

    code = models.SlugField(_("mã"), max_length=60, unique=True)
    name = models.CharField(_("tên đơn vị"), max_length=200)
    kind = models.CharField(_("khối"), max_length=20, choices=UnitKind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("đơn vị cấp trên"),
        related_name="children",
        null=True,
        blank=True,
    )
    aliases = models.CharField(_("tên khác"), max_length=300, blank=True)
    # a contest may count on another one: contest.UnitHeadcount
    headcount = models.PositiveIntegerField(_("số người được giao"), null=True, blank=True)
    valid_from = models.DateField(_("có từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến ngày"), null=True, blank=True)
    search_key = models.CharField(max_length=600, editable=False)
    changed_at = models.DateTimeField(auto_now=True, db_default=Now())

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("đơn vị")
        verbose_name_plural = _("đơn vị")
        ordering = ["kind", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="unit_kind_known"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="unit_valid_to_after_valid_from",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "name"], name="unit_by_kind"),  # the desk's list
            models.Index(fields=["changed_at"], name="unit_by_change"),  # is a copy still true?
        ]

    def __str__(self) -> str:
        return self.name

    def bears_name(self, text: str) -> bool:
        """Whether `text` is its whole name, its initials or one of its other names."""
        names = [self.name, initials(self.name), *self.aliases.split(",")]
        return spelt_out(text) in map(spelt_out, names)

    def has_words_beginning(self, text: str) -> bool:
        """Whether each word of `text` begins a word of its names; letters amid a word do not do."""
        own = self.search_key.split()
        return all(any(word.startswith(typed) for word in own) for typed in fold(text).split())

    def is_valid(self, *, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or self.valid_to >= day
        )

    @property
    def described(self) -> str:
        """What tells it from a namesake: its kind, and the unit that it belongs to."""
        above = self.parent.name if self.parent else ""
        return f"{self.get_kind_display()} · {above}" if above else str(self.get_kind_display())

    @staticmethod
    def search_key_for(name: str, aliases: str = "") -> str:
        """What a search of the admin looks into; set by whoever writes a unit."""
        return f"{fold(name)} {initials(name)} {fold(aliases)}".strip()
