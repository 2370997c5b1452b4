from django.db import models
from django.utils.translation import gettext_lazy as _

from questionbank.models.question import Revision


class ItemStatistic(models.Model):
    """How a revision did in one sitting; the definitions stand in rules/item_analysis.py."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="statistics")
    sitting = models.CharField(max_length=60)  # who fed it, such as "round:12"
    sitting_name = models.CharField(_("kỳ thi"), max_length=300)
    measured_at = models.DateTimeField(_("tính lúc"))
    answered = models.PositiveIntegerField(_("số lượt gặp"))
    facility = models.FloatField(_("tỷ lệ đúng"))  # 0 to 1
    discrimination = models.FloatField(_("độ phân biệt"), null=True)  # -1 to 1
    omitted_share = models.FloatField(_("tỷ lệ bỏ trống"))
    option_shares = models.JSONField(_("tỷ lệ chọn"))  # by the author's letter
    median_ms = models.PositiveIntegerField(_("thời gian trung vị"), null=True)
    flags = models.JSONField(_("cảnh báo"), default=list)

    class Meta:
        verbose_name = _("thống kê câu hỏi")
        verbose_name_plural = _("thống kê câu hỏi")
        ordering = ["-measured_at", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "sitting"], name="statistic_once_per_sitting"
            ),
        ]
        indexes = [models.Index(fields=["sitting"], name="statistic_by_sitting")]

    def __str__(self) -> str:
        return f"{self.revision} {self.sitting}"
