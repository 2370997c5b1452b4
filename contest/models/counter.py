"""Shared devices at public counters, and the short-lived slips by which people use them."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contest.models.attempt import Participant
from contest.models.contest import Contest


class CounterDeviceQuerySet(models.QuerySet["CounterDevice"]):
    def in_use(self) -> Self:
        return self.filter(revoked_at=None)


class CounterDevice(models.Model):
    """A device on which one person after another takes a contest's quiz."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contest = models.ForeignKey(Contest, models.CASCADE, related_name="counter_devices")
    name = models.CharField(_("tên quầy"), max_length=120)
    authorised_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    authorised_at = models.DateTimeField(_("mở lúc"))
    revoked_at = models.DateTimeField(_("đóng lúc"), null=True, blank=True)

    objects = CounterDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("thiết bị tại quầy")
        verbose_name_plural = _("thiết bị tại quầy")
        ordering = ["contest", "name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="counter_device_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CounterSlipQuerySet(models.QuerySet["CounterSlip"]):
    def open(self, *, at: datetime) -> Self:
        return self.filter(used_at=None, expires_at__gt=at)


class CounterSlip(models.Model):
    """A code that lets one person in, once, at a counter of the contest. Its digest is kept."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="counter_slips")
    code_digest = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("cấp lúc"))
    expires_at = models.DateTimeField(_("hạn dùng"))
    used_at = models.DateTimeField(_("dùng lúc"), null=True, blank=True)
    device = models.ForeignKey(
        CounterDevice, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CounterSlipQuerySet.as_manager()

    class Meta:
        verbose_name = _("phiếu vào quầy")
        verbose_name_plural = _("phiếu vào quầy")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="counter_slip_lasts"
            ),
            models.CheckConstraint(
                condition=Q(used_at=None, device=None)
                | Q(used_at__isnull=False, device__isnull=False),
                name="counter_slip_is_used_on_a_device",
            ),
        ]

    def __str__(self) -> str:
        return str(self.participant_id)
