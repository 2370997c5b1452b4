from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from contest.models.contest import Contest


class UnitHeadcount(models.Model):
    """How many people of a unit a contest counts on, where that is not the unit's own number."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="unit_headcounts")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("đơn vị"), related_name="+")
    headcount = models.PositiveIntegerField(_("số người được giao"))

    class Meta:
        verbose_name = _("số người được giao của đơn vị")
        verbose_name_plural = _("số người được giao của các đơn vị")
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "unit"], name="unit_headcount_once_per_contest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.headcount}"


def counted_headcount(contest_id: int) -> Coalesce:
    """For a query of units: the contest's number, else the unit's own, else NULL."""
    own = UnitHeadcount.objects.filter(contest=contest_id, unit=OuterRef("pk"))
    return Coalesce(Subquery(own.values("headcount")), F("headcount"))
