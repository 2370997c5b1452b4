"""Lists of people on their way in, and the slips of paper that lead those people in."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contest.enums import FileState, PeopleFileKind
from contest.models.attempt import Participant
from contest.models.contest import Contest


class PeopleFile(models.Model):
    """A list of people: uploaded, looked through, then brought in or let go.

    Its content is encrypted, and gone once it is brought in. The report names people and rows,
    never numbers.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contest = models.ForeignKey(Contest, models.CASCADE, related_name="+")
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=PeopleFileKind)
    name = models.CharField(_("tệp"), max_length=200)
    content = models.BinaryField()
    restores_zeros = models.BooleanField(default=False)
    uploaded_at = models.DateTimeField(_("tải lên lúc"))
    state = models.CharField(max_length=12, choices=FileState, default=FileState.LOOKING)
    report = models.JSONField(null=True, blank=True)  # of the preview, then of the import

    class Meta:
        verbose_name = _("tệp danh sách người")
        verbose_name_plural = _("tệp danh sách người")
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=PeopleFileKind.values), name="people_file_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=FileState.values), name="people_file_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ActivationSlipQuerySet(models.QuerySet["ActivationSlip"]):
    def open(self, *, at: datetime) -> Self:
        """Those that still let somebody in."""
        return self.filter(used_at=None, voided_at=None, expires_at__gt=at)


class ActivationSlip(models.Model):
    """A printed code by which a person takes over the account that their unit's list made.

    The code itself is only on the paper; here is a keyed digest of it.
    """

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="activation_slips")
    code_digest = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("in lúc"))
    expires_at = models.DateTimeField(_("hạn dùng"))
    used_at = models.DateTimeField(_("dùng lúc"), null=True, blank=True)
    voided_at = models.DateTimeField(_("thay bằng phiếu mới lúc"), null=True, blank=True)

    objects = ActivationSlipQuerySet.as_manager()

    class Meta:
        verbose_name = _("phiếu kích hoạt")
        verbose_name_plural = _("phiếu kích hoạt")
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(used_at=None, voided_at=None),
                name="activation_slip_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="activation_slip_lasts"
            ),
        ]

    def __str__(self) -> str:
        return str(self.participant_id)
