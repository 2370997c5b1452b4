import secrets
import uuid
from datetime import datetime
from pathlib import Path
from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contest.enums import DocumentKind, ExportState
from contest.models.attempt import Participant
from contest.models.contest import Contest, Round
from contest.models.result import ResultVersion

_CODE_BYTES = 12  # 96 bits: not to be guessed


def new_certificate_code() -> str:
    return secrets.token_hex(_CODE_BYTES)


class Letterhead(models.Model):
    """What a contest's official papers say beside the results: who issues and who signs them."""

    contest = models.OneToOneField(Contest, models.CASCADE, related_name="letterhead")
    parent_agency = models.CharField(_("cơ quan chủ quản"), max_length=200, blank=True)
    agency = models.CharField(_("cơ quan ban hành"), max_length=200)
    place = models.CharField(_("địa danh"), max_length=80)
    decision_number = models.PositiveIntegerField(
        _("số quyết định công nhận kết quả"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    decision_symbol = models.CharField(
        _("ký hiệu quyết định"), max_length=40, default="QĐ-BTC", help_text=_("Ví dụ: QĐ-SNV")
    )
    decided_on = models.DateField(_("ngày ký quyết định"), null=True, blank=True)
    report_symbol = models.CharField(
        _("ký hiệu báo cáo"), max_length=40, default="BC-BTC", help_text=_("Ví dụ: BC-SNV")
    )
    minutes_symbol = models.CharField(
        _("ký hiệu biên bản"), max_length=40, default="BB-BGK", help_text=_("Ví dụ: BB-BGK")
    )
    signing_for = models.CharField(
        _("ký thay mặt, ký thay"),
        max_length=120,
        blank=True,
        help_text=_("Ví dụ: TM. BAN TỔ CHỨC; KT. GIÁM ĐỐC"),
    )
    position = models.CharField(_("chức vụ người ký"), max_length=120, default="TRƯỞNG BAN")
    signer = models.CharField(
        _("họ và tên người ký"),
        max_length=120,
        blank=True,
        help_text=_("Không ghi học hàm, học vị."),
    )
    grounds = models.TextField(_("căn cứ"), blank=True, help_text=_("Mỗi dòng một căn cứ."))
    recipients = models.TextField(
        _("nơi nhận"), blank=True, help_text=_("Mỗi dòng một nơi; dòng cuối là “Lưu: VT, …”.")
    )

    class Meta:
        verbose_name = _("thể thức văn bản")
        verbose_name_plural = _("thể thức văn bản")

    def __str__(self) -> str:
        return str(self.contest)


class DocumentTemplate(models.Model):
    """The office's own Word file, in place of the one that comes with the platform."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="document_templates")
    kind = models.CharField(_("văn bản"), max_length=12, choices=DocumentKind)
    name = models.CharField(_("tệp"), max_length=200)
    content = models.BinaryField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("tải lên lúc"))

    class Meta:
        verbose_name = _("mẫu văn bản")
        verbose_name_plural = _("mẫu văn bản")
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "kind"], name="document_template_once_per_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values), name="document_template_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ExportFileQuerySet(models.QuerySet["ExportFile"]):
    def of(self, user: User) -> Self:
        return self.filter(owner=user)

    def expired(self, *, at: datetime) -> Self:
        return self.filter(expires_at__lte=at)


class ExportFile(models.Model):
    """A file that is being made for one person, or waits a while to be fetched by them.

    What it holds lies beside the database, as it may be large: see `path`.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    contest = models.ForeignKey(Contest, models.CASCADE, related_name="+")
    round = models.ForeignKey(Round, models.CASCADE, null=True, related_name="+")
    version = models.ForeignKey(  # the seal that it shows; none: the results as they stood
        ResultVersion, models.CASCADE, null=True, related_name="+"
    )
    kind = models.CharField(max_length=24)  # a value of exports.making.Product
    by_given_name = models.BooleanField(default=False)
    has_whole_ids = models.BooleanField(default=False)
    reason = models.CharField(_("lý do"), max_length=500, blank=True)  # of showing whole numbers
    state = models.CharField(max_length=8, choices=ExportState, default=ExportState.WORKING)
    refusal = models.CharField(max_length=500, blank=True)  # why it could not be made
    name = models.CharField(_("tệp"), max_length=200)
    size = models.PositiveBigIntegerField(_("dung lượng"), null=True)
    begun_at = models.DateTimeField(_("bắt đầu lúc"))
    expires_at = models.DateTimeField(_("giữ đến"))

    objects = ExportFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("tệp kết quả")
        verbose_name_plural = _("tệp kết quả")
        ordering = ["-begun_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ExportState.values), name="export_file_state_known"
            ),
            models.CheckConstraint(
                condition=Q(has_whole_ids=False) | ~Q(reason=""),
                name="export_file_says_why_it_shows_numbers",
            ),
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(state=ExportState.WORKING),
                name="export_file_one_at_work_per_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "contest", "-begun_at"], name="export_file_by_owner"),
            models.Index(fields=["expires_at"], name="export_file_by_end"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        return Path(settings.DATA_DIR) / "exports" / self.code.hex


class Certificate(models.Model):
    """That a person was given a prize: anybody with its code can check it."""

    code = models.CharField(
        _("mã"), max_length=24, unique=True, default=new_certificate_code, editable=False
    )
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="certificates")
    round = models.ForeignKey(
        Round, models.PROTECT, verbose_name=_("kỳ thi"), null=True, related_name="+"
    )
    title = models.CharField(_("giải"), max_length=200)
    board = models.CharField(_("bảng giải"), max_length=200, blank=True)
    full_name = models.CharField(_("họ và tên"), max_length=120)  # as it is printed
    unit = models.CharField(_("đơn vị"), max_length=200, blank=True)
    issued_at = models.DateTimeField(_("cấp lúc"))
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("lý do thu hồi"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("giấy chứng nhận")
        verbose_name_plural = _("giấy chứng nhận")
        ordering = ["participant__contest", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "round", "title", "board"],
                condition=Q(revoked_at=None),
                name="certificate_once_for_a_prize",
            ),
            models.UniqueConstraint(  # NULL differs from NULL
                fields=["participant", "title", "board"],
                condition=Q(revoked_at=None, round=None),
                name="certificate_once_for_a_prize_of_all",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None, reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(reason="")),
                name="certificate_revoked_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name}: {self.title}"

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None
