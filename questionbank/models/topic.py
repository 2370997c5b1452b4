from datetime import date
from typing import Self

from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Topic(models.Model):
    """A subject of the bank; topics form a tree."""

    code = models.SlugField(_("mã"), max_length=60, unique=True)
    name = models.CharField(_("chủ đề"), max_length=200)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("chủ đề cha"),
        related_name="children",
        null=True,
        blank=True,
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("chủ đề")
        verbose_name_plural = _("chủ đề")
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="topic_not_its_own_parent"),
        ]
        indexes = [models.Index(fields=["position", "name"], name="topic_in_order")]

    def __str__(self) -> str:
        return self.name


class LegalDocumentQuerySet(models.QuerySet["LegalDocument"]):
    def out_of_force(self, *, on: date) -> Self:
        """Replaced by another one, or expired before that day."""
        return self.filter(Q(expires_on__lt=on) | Q(replaced_by__isnull=False))


class LegalDocument(models.Model):
    """A legal document or official publication that questions rest on."""

    code = models.CharField(_("mã"), max_length=60, unique=True)  # number-year, 76/NQ-CP-2021
    number = models.CharField(_("số, ký hiệu"), max_length=60)
    title = models.CharField(_("tên văn bản"), max_length=500)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    effective_on = models.DateField(_("ngày có hiệu lực"), null=True, blank=True)
    expires_on = models.DateField(_("ngày hết hiệu lực"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("được thay bởi"),
        related_name="replaces",
        null=True,
        blank=True,
    )
    link = models.CharField(
        _("liên kết"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        validators=[URLValidator(schemes=["http", "https"])],
    )

    objects = LegalDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("văn bản")
        verbose_name_plural = _("văn bản")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on=None)
                | Q(effective_on=None)
                | Q(expires_on__gte=F("effective_on")),
                name="legal_document_expires_after_effect",
            ),
        ]

    def __str__(self) -> str:
        return self.title
