"""The rules of a ranking, and what parts two people, in sentences for everybody."""

from collections.abc import Collection
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.timezone import localtime
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from accounts.rules.figures import shown_number
from contest.enums import AttemptPolicy, Criterion, RoundsPolicy, UnitCriterion
from contest.models import Contest, PrizeBoard, rules_of
from contest.rules.collectives import LeftOut, UnitLead, UnitTally
from contest.rules.ranking import Lead, Result
from contest.rules.ranking_rules import Rules


def ranking_rule(rules: Rules, *, over_rounds: bool) -> str:
    """How people are ranked: on the contest's page, the board, the desks and in the exports."""
    order = _("Xét lần lượt: %(criteria)s; vẫn bằng nhau thì đồng hạng.") % {
        "criteria": "; ".join(str(criterion.label) for criterion in rules.chain)
    }
    sentences = [_attempts(rules), _rounds(rules) if over_rounds else "", order]
    return " ".join(sentence for sentence in sentences if sentence)


def minutes_text(elapsed_ms: int) -> str:
    """125 250 ms as "02:05,250"; minutes go on past 59."""
    seconds, milliseconds = divmod(elapsed_ms, 1000)
    return f"{seconds // 60:02}:{seconds % 60:02},{milliseconds:03}"


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
    if lead.amount is None and lead.criterion is not Criterion.LOT:
        return {
            Criterion.OLDER: _("người sau không có ngày sinh"),
            Criterion.YOUNGER: _("người sau không có ngày sinh"),
        }.get(lead.criterion) or _("người sau không có số dự đoán được xét")
    return str(_LEADS[lead.criterion]) % {"amount": _amount(lead)}


_LEADS = {
    Criterion.SCORE: gettext_lazy("hơn người sau %(amount)s điểm"),
    Criterion.TIME_USED: gettext_lazy("làm nhanh hơn người sau %(amount)s"),
    Criterion.EARLIER: gettext_lazy("nộp sớm hơn người sau %(amount)s"),
    Criterion.NEAREST: gettext_lazy("gần số dự đoán hơn người sau %(amount)s"),
    Criterion.NEAREST_BELOW: gettext_lazy("gần số dự đoán hơn người sau %(amount)s"),
    Criterion.OLDER: gettext_lazy("hơn người sau %(amount)s ngày tuổi"),
    Criterion.YOUNGER: gettext_lazy("kém người sau %(amount)s ngày tuổi"),
    Criterion.LOT: gettext_lazy("bốc thăm trước người sau"),
}


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
    parts = [(hours, _HOURS), (minutes, _MINUTES), (rest, _SECONDS)]
    return " ".join(
        str(words) % {"number": shown_number(number.normalize())}
        for number, words in parts
        if number
    )


_HOURS = gettext_lazy("%(number)s giờ")
_MINUTES = gettext_lazy("%(number)s phút")
_SECONDS = gettext_lazy("%(number)s giây")


def result_text(result: Result) -> str:
    """What a person's place rests on: "20/20 điểm · 02:05,250 · nộp 12:02:05 15/09/2026"."""
    parts = [
        _("%(score)s/%(most)s điểm")
        % {"score": shown_number(result.score), "most": shown_number(result.max_score)},
        minutes_text(result.elapsed_ms),
        _("nộp %(at)s") % {"at": f"{localtime(result.submitted_at):%H:%M:%S %d/%m/%Y}"},
    ]
    if result.gap.distance:
        parts.append(_("dự đoán lệch %(distance)d") % {"distance": result.gap.distance})
    if result.gap.missing:
        parts.append(_("dự đoán không được xét"))
    return " · ".join(parts)


def unit_rule(board: PrizeBoard) -> str:
    """How the units of a prize board are ranked."""
    sentences = [
        _("Xét lần lượt: %(criteria)s; vẫn bằng nhau thì đồng hạng.")
        % {"criteria": "; ".join(str(criterion.label) for criterion in board.chain)}
    ]
    if board.min_percent:
        sentences.append(
            _("Không xếp hạng đơn vị có dưới %(percent)d %% số người được giao dự thi.")
            % {"percent": board.min_percent}
        )
    if board.min_people:
        sentences.append(
            _("Không xếp hạng đơn vị có ít hơn %(count)d người dự thi.")
            % {"count": board.min_people}
        )
    return " ".join(sentences)


def unit_text(tally: UnitTally, chain: Collection[UnitCriterion]) -> str:
    """The figures of a unit that its prize board asks for."""
    parts = [_("%(count)d người dự thi") % {"count": tally.people}]
    if tally.headcount is not None:
        parts[0] += _(" trên %(headcount)d người được giao") % {"headcount": tally.headcount}
    if tally.headcount and UnitCriterion.RATE in chain:
        parts.append(f"{_decimal(100 * tally.rate)} %")
    if UnitCriterion.MEAN in chain:
        parts.append(_("trung bình %(mean)s điểm") % {"mean": _decimal(tally.mean)})
    if UnitCriterion.WINNERS in chain:
        parts.append(_("%(count)d người đạt giải") % {"count": tally.winners})
    return " · ".join(parts)


def unit_lead_text(lead: UnitLead | None) -> str:
    """What parts a unit from the next; "" where nothing does."""
    if lead is None:
        return ""
    words = {
        UnitCriterion.RATE: _("tỷ lệ hơn đơn vị sau %(amount)s điểm phần trăm"),
        UnitCriterion.MEAN: _("hơn đơn vị sau %(amount)s điểm trung bình"),
        UnitCriterion.PARTICIPANTS: _("hơn đơn vị sau %(amount)s người dự thi"),
        UnitCriterion.WINNERS: _("hơn đơn vị sau %(amount)s người đạt giải"),
    }
    return words[lead.criterion] % {"amount": _decimal(lead.amount)}


def left_out_text(reason: LeftOut) -> str:
    return {
        LeftOut.NOBODY: _("Không có người dự thi."),
        LeftOut.NO_HEADCOUNT: _("Chưa có số người được giao nên không tính được tỷ lệ."),
        LeftOut.ZERO_HEADCOUNT: _("Số người được giao là 0; cần kiểm tra lại."),
        LeftOut.ABOVE_HEADCOUNT: _("Số người dự thi nhiều hơn số người được giao; cần kiểm tra."),
        LeftOut.TOO_FEW_PEOPLE: _("Chưa đủ số người dự thi tối thiểu."),
        LeftOut.RATE_TOO_LOW: _("Chưa đạt tỷ lệ dự thi tối thiểu."),
    }[reason]


def _decimal(value: Fraction) -> str:
    """With up to two decimals; what is less than that and not zero, with up to six."""
    places = (
        Decimal("0.01") if value == 0 or abs(value) >= Fraction(1, 100) else Decimal("0.000001")
    )
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return shown_number(exact.quantize(places, ROUND_HALF_UP))
