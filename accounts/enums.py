"""Closed sets of the accounts app."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UnitKind(TextChoices):
    DEPARTMENT = "department", _("Sở, ban, ngành")
    DISTRICT = "district", _("Ủy ban nhân dân cấp huyện")
    COMMUNE = "commune", _("Ủy ban nhân dân cấp xã")
    CENTRAL = "central", _("Cơ quan trung ương đóng trên địa bàn")
    PUBLIC_SERVICE = "public_service", _("Đơn vị sự nghiệp công lập")
    OTHER = "other", _("Doanh nghiệp, tổ chức, cộng đồng dân cư")


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
