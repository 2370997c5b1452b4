"""Closed sets of the question bank."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class QuestionKind(TextChoices):
    SINGLE_CHOICE = "single_choice", _("Một lựa chọn")
    MULTIPLE_CHOICE = "multiple_choice", _("Nhiều lựa chọn")
    TRUE_FALSE = "true_false", _("Đúng hoặc sai")
    SHORT_TEXT = "short_text", _("Trả lời ngắn")
    NUMBER = "number", _("Điền số")

    @property
    def has_choices(self) -> bool:
        return self not in (QuestionKind.SHORT_TEXT, QuestionKind.NUMBER)


class Scoring(TextChoices):
    ALL_OR_NOTHING = "all_or_nothing", _("Đúng hết mới có điểm")
    PARTIAL = "partial", _("Có điểm từng phần")


class Difficulty(TextChoices):
    EASY = "easy", _("Nhận biết")
    MEDIUM = "medium", _("Thông hiểu")
    HARD = "hard", _("Vận dụng")


class QuestionStatus(TextChoices):
    DRAFT = "draft", _("Bản nháp")
    IN_REVIEW = "in_review", _("Đang thẩm định")
    APPROVED = "approved", _("Đã duyệt")
    RETIRED = "retired", _("Ngừng dùng")


class Verdict(TextChoices):
    APPROVED = "approved", _("Duyệt")
    RETURNED = "returned", _("Trả lại")


class PictureType(TextChoices):
    """What a picture may be kept as; the values are media types."""

    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"


class ImportState(TextChoices):
    LOOKING = "looking", _("Đang xem trước")
    PREVIEWED = "previewed", _("Đã xem trước")
    APPLYING = "applying", _("Đang nhập")
    APPLIED = "applied", _("Đã nhập")
    FAILED = "failed", _("Không đọc được")
