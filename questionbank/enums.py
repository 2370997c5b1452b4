"""Closed sets of the question bank."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class QuestionKind(TextChoices):
    SINGLE_CHOICE = "single_choice", _("Một lựa chọn")
    MULTIPLE_CHOICE = "multiple_choice", _("Nhiều lựa chọn")
    TRUE_FALSE = "true_false", _("Đúng hoặc sai")


class Difficulty(TextChoices):
    EASY = "easy", _("Nhận biết")
    MEDIUM = "medium", _("Thông hiểu")
    HARD = "hard", _("Vận dụng")


class QuestionStatus(TextChoices):
    DRAFT = "draft", _("Bản nháp")
    IN_REVIEW = "in_review", _("Đang thẩm định")
    APPROVED = "approved", _("Đã duyệt")
    RETIRED = "retired", _("Ngừng dùng")
