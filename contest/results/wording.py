"""The rules of a ranking, and what parts two people, in sentences for everybody."""

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _, ngettext

from accounts.rules.figures import shown_number
from contest.enums import AttemptPolicy, Criterion, RoundsPolicy
from contest.models import Contest, rules_of
from contest.rules.ranking import Lead
from contest.rules.ranking_rules import Rules


def ranking_rule(rules: Rules, *, over_rounds: bool) -> str:
    """How people are ranked: on the contest's page, the board, the desks and in the exports."""
    order = _("Xét lần lượt: %(criteria)s; vẫn bằng nhau thì đồng hạng.") % {
        "criteria": "; ".join(str(criterion.label) for criterion in rules.chain)
    }
    sentences = [_attempts(rules), _rounds(rules) if over_rounds else "", order]
    return " ".join(sentence for sentence in sentences if sentence)


def contest_ranking_rule(contest: Contest) -> str:
    """The whole rule of a contest."""
    return ranking_rule(rules_of(contest), over_rounds=True)


def _attempts(rules: Rules) -> str:
    return {
        AttemptPolicy.BEST: _("Mỗi người được tính lượt thi tốt nhất."),
        AttemptPolicy.FIRST: _("Mỗi người được tính lượt thi đầu tiên."),
        AttemptPolicy.LAST: _("Mỗi người được tính lượt thi cuối cùng."),
        AttemptPolicy.SUM: _("Điểm và thời gian của tất cả các lượt thi được cộng lại."),
        AttemptPolicy.AVERAGE: _("Tính điểm và thời gian trung bình của các lượt thi."),
    }[rules.attempts]


def _rounds(rules: Rules) -> str:
    if rules.rounds is RoundsPolicy.SEPARATE:
        return _("Mỗi kỳ thi xếp hạng và trao giải riêng, không cộng các kỳ.")
    if rules.rounds is RoundsPolicy.BEST_ROUNDS:
        return ngettext(
            "Qua các kỳ thi chính thức, tính %(count)d kỳ tốt nhất của mỗi người.",
            "Qua các kỳ thi chính thức, cộng điểm và thời gian của %(count)d kỳ tốt nhất của mỗi "
            "người.",
            rules.best_rounds,
        ) % {"count": rules.best_rounds}
    return _("Điểm và thời gian của các kỳ thi chính thức được cộng lại.")


def later_notice(rules: Rules) -> str:
    """What a live board must say of its order; "" where it is the final one."""
    later = [it for it in rules.chain if it not in rules.live_chain]
    if not later:
        return ""
    return _(
        "Thứ hạng trên bảng là tạm thời: sau khi kỳ thi kết thúc, Ban Tổ chức còn xét %(criteria)s."
    ) % {"criteria": "; ".join(str(criterion.label) for criterion in later)}


def lead_text(lead: Lead | None) -> str:
    """What parts somebody from the next: "hơn người sau 3 giây"; "" where nothing does."""
    if lead is None:
        return ""
    words = {
        Criterion.SCORE: _("hơn người sau %(amount)s điểm"),
        Criterion.TIME_USED: _("làm nhanh hơn người sau %(amount)s"),
        Criterion.EARLIER: _("nộp sớm hơn người sau %(amount)s"),
        Criterion.NEAREST: _("gần số dự đoán hơn người sau %(amount)s"),
        Criterion.NEAREST_BELOW: _("gần số dự đoán hơn người sau %(amount)s"),
        Criterion.OLDER: _("hơn người sau %(amount)s ngày tuổi"),
        Criterion.YOUNGER: _("kém người sau %(amount)s ngày tuổi"),
        Criterion.LOT: _("bốc thăm trước người sau"),
    }
    if lead.amount is None and lead.criterion is not Criterion.LOT:
        return {
            Criterion.OLDER: _("người sau không có ngày sinh"),
            Criterion.YOUNGER: _("người sau không có ngày sinh"),
        }.get(lead.criterion) or _("người sau không có số dự đoán được xét")
    return words[lead.criterion] % {"amount": _amount(lead)}


def _amount(lead: Lead) -> str:
    if isinstance(lead.amount, timedelta):
        return _stretch(lead.amount)
    if lead.criterion is Criterion.TIME_USED:
        return _stretch(timedelta(milliseconds=int(lead.amount or 0)))
    return shown_number(Decimal(lead.amount or 0))


def _stretch(stretch: timedelta) -> str:
    """ "1 giờ 3 phút", "3 giây", "0,25 giây": the greatest parts that matter."""
    seconds = Decimal(stretch // timedelta(microseconds=1)).scaleb(-6)
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [
        (hours, _("%(number)s giờ")),
        (minutes, _("%(number)s phút")),
        (rest, _("%(number)s giây")),
    ]
    return " ".join(
        words % {"number": shown_number(number.normalize())} for number, words in parts if number
    )
