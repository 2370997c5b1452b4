"""What pages of the bank show of questions."""

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy

from questionbank.rich_text import plain_text, question_html
from questionbank.rules.item_analysis import Flag

register = template.Library()

NOTHING = "–"
FLAG_WORDS = {
    Flag.KEY_PROBABLY_WRONG: (
        gettext_lazy("Đáp án có thể sai"),
        gettext_lazy("Một phương án khác được nhiều người giỏi chọn hơn cả đáp án."),
    ),
    Flag.AMBIGUOUS: (
        gettext_lazy("Có thể gây hiểu nhầm"),
        gettext_lazy(
            "Người giỏi phân vân giữa đáp án và một phương án khác, hoặc câu hỏi không phân biệt"
            " được người nắm bài với người không."
        ),
    ),
    Flag.TOO_HARD: (
        gettext_lazy("Quá khó"),
        gettext_lazy("Ít người trả lời đúng, có khi ít hơn cả chọn bừa."),
    ),
    Flag.UNUSED_DISTRACTOR: (
        gettext_lazy("Có phương án không ai chọn"),
        gettext_lazy("Một phương án sai có tỷ lệ chọn dưới 2 %: nên thay phương án ấy."),
    ),
    Flag.TOO_EASY: (
        gettext_lazy("Quá dễ"),
        gettext_lazy("Tỷ lệ trả lời đúng trên 95 %."),
    ),
}


@register.filter
def rich_text(text: str) -> SafeString:
    """An author's words as safe HTML."""
    return question_html(text)


@register.filter
def plain(text: str) -> str:
    """An author's words without bold or slanted letters."""
    return plain_text(text)


@register.filter
def percent(share: float | None) -> str:
    """A share of 1: "45,2 %"."""
    return NOTHING if share is None else f"{_rounded(100 * share, 1)} %"


@register.filter
def coefficient(value: float | None) -> str:
    """A correlation or a reliability: "0,34", "−0,12"."""
    return NOTHING if value is None else _rounded(value, 2)


def _rounded(value: float, places: int) -> str:
    """`number_format` alone cuts off what it does not show, and writes "-0,00"."""
    return number_format(round(value, places) or 0.0, places).replace("-", "−")


@register.filter
def short_time(milliseconds: int | None) -> str:
    """To the second: "35 giây", "1 phút 20 giây"."""
    if milliseconds is None:
        return NOTHING
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    if minutes:
        return _("%(minutes)d phút %(seconds)d giây") % {"minutes": minutes, "seconds": seconds}
    return _("%(seconds)d giây") % {"seconds": seconds}


@register.filter
def flag_word(flag: str) -> str:
    """What a stored flag is called."""
    return str(FLAG_WORDS[Flag(flag)][0])


@register.filter
def flag_reason(flag: str) -> str:
    return str(FLAG_WORDS[Flag(flag)][1])
