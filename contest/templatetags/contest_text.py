"""Filters and tags that turn stored values into what people read."""

import nh3
from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from contest.queries import PaperQuestion
from contest.rules.receipts import readable

register = template.Library()
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@register.filter
def markdown(text: str) -> SafeString:
    """An organiser's Markdown as safe HTML."""
    return mark_safe(nh3.clean(_markdown.render(text)))  # noqa: S308 (cleaned by nh3)


@register.filter
def receipt_code(code: str) -> str:
    return readable(code)


@register.filter
def clock_time(milliseconds: int) -> str:
    """Time used: "12:03,4" (minutes, seconds, tenths) or "1:02:03,4"."""
    tenths = milliseconds // 100
    minutes, seconds = divmod(tenths // 10, 60)
    hours, minutes = divmod(minutes, 60)
    tail = f"{minutes:02}:{seconds:02},{tenths % 10}"
    return f"{hours}:{tail}" if hours else tail


CHECKED = mark_safe(" checked")
CHOICE = (
    '<label class="choice"><input type="{}" name="{}" value="{}"{}>'
    '<span class="choice-letter" aria-hidden="true">{}</span>'
    '<span class="choice-text">{}</span></label>'
)


@register.simple_tag
def choice_inputs(question: PaperQuestion) -> SafeString:
    """The options of a question, to choose from; as templates/components/choice.html shows them.

    Put together here because a paper has eighty, which took a template a third of its time.
    """
    kind, name = question.input_type, question.input_name
    return format_html_join(
        "",
        CHOICE,
        (
            (kind, name, it.letter, CHECKED if it.is_chosen else "", it.letter, it.text)
            for it in question.choices
        ),
    )
