from django.db import models
from django.utils.translation import gettext_lazy as _

from questionbank.models.question import Revision


class SittingStatistic(models.Model):
    """How the papers of one sitting did; the definitions stand in rules/item_analysis.py."""

    sitting = models.CharField(max_length=150, unique=True)  # its address: contest/round
    name = models.CharField(_("kỳ thi"), max_length=330)
    measured_at = models.DateTimeField(_("tính lúc"))
    attempts = models.PositiveIntegerField(_("số bài"))
    # the reliability is that of the most frequent length of paper
    paper_length = models.PositiveSmallIntegerField(_("số câu mỗi đề"))
    paper_count = models.PositiveIntegerField(_("số bài có chừng ấy câu"))
    kr20 = models.FloatField("KR-20", null=True)
    alpha = models.FloatField("Cronbach alpha", null=True)
    papers_differ = models.BooleanField(_("đề mỗi người một khác"))

    class Meta:
        verbose_name = _("thống kê kỳ thi")
        verbose_name_plural = _("thống kê kỳ thi")
        ordering = ["-measured_at", "sitting"]

    def __str__(self) -> str:
        return self.name


class ItemStatistic(models.Model):
    """How a revision did in one sitting; the definitions stand in rules/item_analysis.py."""

    sitting = models.ForeignKey(SittingStatistic, models.CASCADE, related_name="items")
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="statistics")
    answered = models.PositiveIntegerField(_("số lượt gặp"))
    facility = models.FloatField(_("tỷ lệ đúng"))  # 0 to 1
    discrimination = models.FloatField(_("độ phân biệt"), null=True)  # -1 to 1
    omitted_share = models.FloatField(_("tỷ lệ bỏ trống"), null=True)  # None without options
    option_shares = models.JSONField(_("tỷ lệ chọn"))  # by the author's letter
    median_ms = models.PositiveIntegerField(_("thời gian trung vị"), null=True)
    flags = models.JSONField(_("cảnh báo"), default=list)  # values of Flag, the gravest first
    concern = models.PositiveSmallIntegerField(_("mức cần xem lại"))  # 0: no flag

    class Meta:
        verbose_name = _("thống kê câu hỏi")
        verbose_name_plural = _("thống kê câu hỏi")
        ordering = ["sitting", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "revision"], name="statistic_once_per_sitting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.sitting}"
