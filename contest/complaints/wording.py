"""The rules about complaints, in sentences for everybody."""

from django.utils.translation import gettext as _, ngettext

from contest.models import Contest


def complaint_rule(contest: Contest) -> str:
    hours = contest.complaint_hours
    if not hours:
        return _("Hội thi nhận khiếu nại đến khi kỳ thi kết thúc.")
    if hours % 24:
        period = ngettext("%(count)d giờ", "%(count)d giờ", hours) % {"count": hours}
    else:
        period = ngettext("%(count)d ngày", "%(count)d ngày", hours // 24) % {"count": hours // 24}
    return _(
        "Người dự thi gửi khiếu nại từ phiếu xác nhận của mình, trong %(period)s sau khi kỳ thi "
        "kết thúc."
    ) % {"period": period}


def seal_rule(contest: Contest) -> str:
    if contest.seal_waits_for_complaints:
        return _("Kết quả chỉ được niêm phong khi mọi khiếu nại đã được trả lời.")
    return _("Kết quả có thể được niêm phong khi còn khiếu nại chưa trả lời.")
