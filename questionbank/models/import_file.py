import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from questionbank.enums import ImportState


class ImportFile(models.Model):
    """A file on its way into the bank: uploaded, looked through, then brought in or let go."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField(_("tệp"), max_length=200)
    format = models.CharField(_("định dạng"), max_length=20)
    options = models.JSONField(default=dict)  # what the form said of the whole file
    content = models.BinaryField()
    uploaded_at = models.DateTimeField(_("tải lên lúc"))
    state = models.CharField(max_length=12, choices=ImportState, default=ImportState.LOOKING)
    report = models.JSONField(null=True, blank=True)  # of the preview, then of the import

    class Meta:
        verbose_name = _("tệp nhập câu hỏi")
        verbose_name_plural = _("tệp nhập câu hỏi")
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="import_state_known"
            ),
        ]
        indexes = [models.Index(fields=["owner", "-uploaded_at"], name="import_by_owner")]

    def __str__(self) -> str:
        return self.name
