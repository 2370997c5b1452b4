"""Filters and tags that turn stored values into what people read."""

from uuid import UUID

import nh3
from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from accounts.patterns import pattern
from contest.queries.papers import PaperChoice, PaperQuestion
from contest.rules.receipts import readable
from questionbank.enums import QuestionKind
from questionbank.rich_text import question_html
from questionbank.wordings import ShownPicture

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


@register.simple_tag
def question_fields(paper: list[PaperQuestion], code: UUID) -> SafeString:
    """The questions of a paper, to answer. Rendered one by one they took half the page's time."""
    html = "".join(_question(question, code, count=len(paper)) for question in paper)
    return mark_safe(html)  # noqa: S308 (templates, filled in with escaped text)


@register.simple_tag
def question_buttons(paper: list[PaperQuestion]) -> SafeString:
    """The list from which a question is called up."""
    html = "".join(
        pattern(
            "contest/_question_button.html", "position", is_answered=bool(question.response)
        ).format(position=question.position)
        for question in paper
    )
    return mark_safe(html)  # noqa: S308 (a template, filled in with numbers)


def _question(question: PaperQuestion, code: UUID, *, count: int) -> str:
    if question.kind.has_choices:
        template, answer = "contest/_question.html", "choices"
        circumstances = {"takes_several": question.kind is QuestionKind.MULTIPLE_CHOICE}
        html = "".join(_choice(choice, question) for choice in question.choices)
    else:
        template, answer, circumstances = "contest/_typed_question.html", "box", {}
        html = _box(question)
    blanks = ("position", "stem", "picture", answer, "response", "client_number")
    fields = pattern(template, *blanks, count=count, **circumstances)
    return fields.format(
        position=question.position,
        stem=question_html(question.stem),
        picture=_picture(question.picture, code) if question.picture else "",
        response=escape(question.response),
        client_number=question.client_number,
        **{answer: html},
    )


def _picture(picture: ShownPicture, code: UUID) -> str:
    return pattern(
        "components/question_picture.html", "address", "width", "height", "description"
    ).format(
        address=reverse("contest:paper_picture", args=[code, picture.digest]),
        width=picture.width,
        height=picture.height,
        description=escape(picture.description),
    )


def _choice(choice: PaperChoice, question: PaperQuestion) -> str:
    fields = pattern(
        "components/choice.html",
        *("input_name", "input_value", "letter", "text"),
        input_type=question.input_type,
        checked=choice.is_chosen,
    )
    return fields.format(
        input_name=question.input_name,
        input_value=choice.letter,
        letter=choice.letter,
        text=escape(choice.text),
    )


def _box(question: PaperQuestion) -> str:
    template, blanks = "components/answer_box.html", ("input_name", "label_id", "value")
    if question.refusal:
        fields, value = pattern(template, *blanks, "refusal", kind=question.kind), question.refused
    else:
        fields = pattern(template, *blanks, kind=question.kind, refusal="")
        value = question.response
    return fields.format(
        input_name=question.input_name,
        label_id=f"cau-{question.position}",
        value=escape(value),
        refusal=escape(question.refusal),
    )
