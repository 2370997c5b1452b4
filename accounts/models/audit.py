from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class AuditEntry(models.Model):
    """One decision by a person: who, when, why, and what it changed. Append-only.

    A database trigger refuses updates, so the log cannot be rewritten from the application.
    """

    actor = models.ForeignKey(User, models.PROTECT, verbose_name=_("người thực hiện"))
    at = models.DateTimeField(_("lúc"))
    action = models.CharField(_("việc"), max_length=60)  # e.g. "standings.export"
    target = models.CharField(_("đối tượng"), max_length=200)  # e.g. "round:tuan-1"
    reason = models.TextField(_("lý do"), blank=True)
    before = models.JSONField(_("trước"), default=dict, blank=True)
    after = models.JSONField(_("sau"), default=dict, blank=True)

    class Meta:
        verbose_name = _("nhật ký quyết định")
        verbose_name_plural = _("nhật ký quyết định")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest_first"),
            models.Index(fields=["target", "-at"], name="audit_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.target}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)
