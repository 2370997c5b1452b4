from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import UnitKind
from accounts.rules.folding import fold, initials

MOST_WORDS = 30  # more would only grow the query: no unit's name is longer


class UnitQuerySet(models.QuerySet["Unit"]):
    def valid_on(self, *, day: date) -> Self:
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day)
        )

    def matching(self, text: str) -> Self:
        """Units whose name, alias or initials hold every word of `text`, accents or not."""
        words = fold(text).split()[:MOST_WORDS]
        holds_words = Q(*(("search_key__contains", word) for word in words))
        return self.filter(holds_words)


class Unit(models.Model):
    """An organisation that people belong to: an employer, not a place."""

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
    headcount = models.PositiveIntegerField(_("số người được giao"), null=True, blank=True)
    valid_from = models.DateField(_("có từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến ngày"), null=True, blank=True)
    search_key = models.CharField(max_length=600, editable=False)

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
            models.Index(fields=["kind", "name"], name="unit_by_kind"),  # the picker's list
        ]

    def __str__(self) -> str:
        return self.name

    def bears_name(self, text: str) -> bool:
        """Whether `text` is its whole name, its initials or one of its other names."""
        names = [self.name, initials(self.name), *self.aliases.split(",")]
        return fold(text) in map(fold, names)

    def has_words_beginning(self, text: str) -> bool:
        """Whether each word of `text` begins a word of its names; letters amid a word do not do."""
        own = self.search_key.split()
        return all(any(word.startswith(typed) for word in own) for typed in fold(text).split())

    @staticmethod
    def search_key_for(name: str, aliases: str = "") -> str:
        """The text that `UnitQuerySet.matching` looks into; set by whoever writes a unit."""
        return f"{fold(name)} {initials(name)} {fold(aliases)}".strip()
