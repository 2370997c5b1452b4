"""Results that were sealed: frozen, confirmed by somebody else, published."""

import json
from functools import cached_property
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contest.enums import ResultState
from contest.models.contest import Contest, Round

PENDING = (ResultState.SEALED, ResultState.CONFIRMED)


def _one_at_a_time(states: list[str], name: str) -> list[models.UniqueConstraint]:
    """At most one version in these states for each round, and one for the whole contest."""
    return [
        models.UniqueConstraint(
            fields=["round"],
            condition=Q(state__in=states, round__isnull=False),
            name=f"result_one_{name}_per_round",
        ),
        models.UniqueConstraint(
            fields=["contest"],
            condition=Q(state__in=states, round=None),
            name=f"result_one_{name}_per_contest",
        ),
    ]


def _signed(deed: str) -> Q:
    return Q(**{f"{deed}_by__isnull": False, f"{deed}_at__isnull": False})


def _unsigned(*deeds: str) -> Q:
    return Q(**{f"{deed}_{part}": None for deed in deeds for part in ("by", "at")})


class ResultVersionQuerySet(models.QuerySet["ResultVersion"]):
    def of(self, contest: Contest, contest_round: Round | None) -> Self:
        """The versions of one round, or of the whole contest."""
        return self.filter(contest=contest, round=contest_round)

    def pending(self) -> Self:
        return self.filter(state__in=PENDING)

    def standing(self) -> Self:
        return self.exclude(state=ResultState.WITHDRAWN)

    def ever_published(self) -> Self:
        return self.filter(published_at__isnull=False)


class ResultVersion(models.Model):
    """One sealed result. Its content never changes, whatever becomes of it.

    The database refuses to change what was sealed and to take back a signature.
    """

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="result_versions")
    round = models.ForeignKey(  # none: the contest as a whole
        Round, models.PROTECT, null=True, blank=True, related_name="result_versions"
    )
    number = models.PositiveIntegerField(_("phiên bản"))  # within the contest, from 1
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=ResultState, default=ResultState.SEALED
    )
    head = models.TextField()  # canonical JSON: see contest/sealing/content.py
    digest = models.CharField(_("mã niêm phong"), max_length=64)  # SHA-256 of the head
    sealed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField(_("niêm phong lúc"))
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("xác nhận lúc"), null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(_("công bố lúc"), null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("thu hồi lúc"), null=True)
    withdrawal_reason = models.TextField(_("lý do thu hồi"), blank=True)

    objects = ResultVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("kết quả đã niêm phong")
        verbose_name_plural = _("kết quả đã niêm phong")
        ordering = ["contest", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "number"], name="result_number_once_per_contest"
            ),
            *_one_at_a_time(list(PENDING), "pending"),
            *_one_at_a_time([ResultState.PUBLISHED], "published"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("sealed_by")),
                name="result_confirmed_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=(
                    Q(_unsigned("confirmed", "published", "withdrawn"), state=ResultState.SEALED)
                    | Q(
                        _signed("confirmed"),
                        _unsigned("published", "withdrawn"),
                        state=ResultState.CONFIRMED,
                    )
                    | Q(
                        _signed("confirmed"),
                        _signed("published"),
                        _unsigned("withdrawn"),
                        state=ResultState.PUBLISHED,
                    )
                    | Q(
                        _signed("withdrawn"),
                        ~Q(withdrawal_reason=""),
                        state=ResultState.WITHDRAWN,
                    )
                ),
                name="result_signed_as_its_state_says",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest_id}/{self.number}"

    @cached_property
    def content(self) -> dict[str, Any]:
        """The head: what was counted, by which rules, and the digests of all rows."""
        head: dict[str, Any] = json.loads(self.head)
        return head


class ResultPart(models.Model):
    """Up to `contest.rules.merkle.BLOCK` rows of a sealed version; never changed.

    Both contents are canonical JSON arrays, compressed: what everybody may read, and what opens
    it for those who may see names.
    """

    version = models.ForeignKey(ResultVersion, models.PROTECT, related_name="parts")
    section = models.CharField(max_length=60)  # see contest/sealing/content.py
    number = models.PositiveIntegerField()  # from 0
    first_key = models.CharField(max_length=40, blank=True)  # receipt code of its first attempt
    root = models.CharField(max_length=64)  # of its rows, as a Merkle tree
    content = models.BinaryField()
    opened = models.BinaryField()

    class Meta:
        verbose_name = _("phần của kết quả đã niêm phong")
        verbose_name_plural = _("phần của kết quả đã niêm phong")
        ordering = ["version", "section", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "section", "number"], name="result_part_once_per_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.section}/{self.number}"
