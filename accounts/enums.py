"""Closed sets of the accounts app."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UnitKind(TextChoices):
    """The blocs (khối) by which results are grouped.

    They are words of the code, not rows: that a level ends is said by its units' last day, and
    results of before still need its name.
    """

    DEPARTMENT = "department", _("Sở, ban, ngành")
    DISTRICT = "district", _("Ủy ban nhân dân cấp huyện")
    COMMUNE = "commune", _("Ủy ban nhân dân cấp xã")
    CENTRAL = "central", _("Cơ quan trung ương đóng trên địa bàn")
    PUBLIC_SERVICE = "public_service", _("Đơn vị sự nghiệp công lập")
    OTHER = "other", _("Doanh nghiệp, tổ chức, cộng đồng dân cư")


class SuccessionKind(TextChoices):
    MERGED = "merged", _("Sáp nhập")
    RENAMED = "renamed", _("Đổi tên")
    SPLIT = "split", _("Chia tách")
    MOVED = "moved", _("Chuyển giao")
    DISSOLVED = "dissolved", _("Giải thể")


class PersonKind(TextChoices):
    OFFICIAL = "official", _("Cán bộ, công chức")
    PUBLIC_EMPLOYEE = "public_employee", _("Viên chức, người lao động trong đơn vị sự nghiệp")
    BUSINESS = "business", _("Doanh nghiệp")
    CITIZEN = "citizen", _("Người dân")


class Role(TextChoices):
    ORGANISER = "organiser", _("Ban tổ chức")
    AUTHOR = "author", _("Người soạn câu hỏi")
    REVIEWER = "reviewer", _("Người thẩm định câu hỏi")
    JURY = "jury", _("Ban giám khảo")
    COORDINATOR = "coordinator", _("Đầu mối đơn vị")
    OBSERVER = "observer", _("Giám sát")
    # sees identity numbers whole, to compare them with papers; no other duty gives this right
    IDENTITY_VIEWER = "identity_viewer", _("Người được xem số định danh")


class Sex(TextChoices):
    MALE = "male", _("Nam")
    FEMALE = "female", _("Nữ")


class CitizenIdFault(TextChoices):
    """Why a citizen's number is refused, and the sentence for whoever typed it."""

    NOT_DIGITS = "not_digits", _("Số định danh chỉ gồm chữ số. Ví dụ: 087084000999.")
    WRONG_LENGTH = (
        "wrong_length",
        _("Số định danh (số căn cước) có đúng 12 chữ số. Mời Anh/Chị xem lại."),
    )
    OLD_CARD = (
        "old_card",
        _(
            "Đây là số chứng minh nhân dân 9 số, nay không còn giá trị. "
            "Mời Anh/Chị nhập số định danh 12 số ghi trên căn cước."
        ),
    )
    ZEROS_LOST = (
        "zeros_lost",
        _(
            "Số định danh thiếu chữ số 0 ở đầu, có thể do bảng tính tự bỏ. "
            "Mời Anh/Chị xác nhận số đầy đủ."
        ),
    )


class IdentityFinding(TextChoices):
    """What is odd about a citizen's number, for people to judge: honest exceptions exist."""

    UNKNOWN_PROVINCE = (
        "unknown_province",
        _("Ba chữ số đầu của số định danh không phải mã tỉnh đã biết."),
    )
    BORN_ABROAD = (
        "born_abroad",
        _("Ba chữ số đầu của số định danh nằm ngoài các mã tỉnh; có thể khai sinh ở nước ngoài."),
    )
    SEX_DIFFERS = "sex_differs", _("Giới tính theo số định danh khác với giới tính đã khai.")
    BIRTH_YEAR_DIFFERS = (
        "birth_year_differs",
        _("Năm sinh theo số định danh khác với ngày sinh đã khai."),
    )
    BIRTH_YEAR_TO_COME = "birth_year_to_come", _("Năm sinh theo số định danh còn chưa tới.")
