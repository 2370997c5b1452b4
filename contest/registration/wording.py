"""The sentences of registration."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contest.rules.eligibility import Conditions, Obstacle


def obstacle_sentence(obstacle: Obstacle, asked: Conditions) -> str:
    """Why a person cannot register, and what the contest asks."""
    if obstacle is Obstacle.TOO_YOUNG:
        return _("Hội thi dành cho người từ đủ %(age)d tuổi%(day)s.") % {
            "age": asked.min_age,
            "day": _day(asked),
        }
    if obstacle is Obstacle.TOO_OLD:
        return _("Hội thi dành cho người không quá %(age)d tuổi%(day)s.") % {
            "age": asked.max_age,
            "day": _day(asked),
        }
    return {
        Obstacle.AGE_UNKNOWN: _("Hội thi có quy định về tuổi, mời Anh/Chị điền ngày sinh."),
        Obstacle.KIND: _("Hội thi không dành cho đối tượng này."),
        Obstacle.UNIT: _("Hội thi không dành cho đơn vị này."),
        Obstacle.LISTED: _(
            "Theo thể lệ, người tham gia tổ chức hội thi không đăng ký dự thi. "
            "Nếu có nhầm lẫn, mời Anh/Chị liên hệ Ban tổ chức."
        ),
    }[obstacle]


def _day(asked: Conditions) -> str:
    if asked.age_on is None:
        return ""
    return _(" tính đến ngày %(date)s") % {"date": date_format(asked.age_on, "d/m/Y")}
