"""The safe part of Markdown that questions are written in, as HTML."""

import re
from functools import lru_cache
from html import unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

MOST_KEPT = 5000
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li"}
# No headings, rules, links, code or pictures: "____" is a gap to fill in, "#1" a number.
_markdown = MarkdownIt("zero", {"breaks": True}).enable(["emphasis", "list", "newline"])
_ONE_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)


@lru_cache(MOST_KEPT)
def question_html(text: str) -> SafeString:
    """Paragraphs, lists, bold and slanted letters; one paragraph alone is not wrapped."""
    html = nh3.clean(_markdown.render(text), tags=_TAGS, attributes={}).strip()
    if single := _ONE_PARAGRAPH.fullmatch(html):
        html = single[1]
    return mark_safe(html)  # noqa: S308 (cleaned by nh3)


def plain_text(text: str) -> str:
    """The words alone, on one line, as a list of questions shows them."""
    return " ".join(unescape(nh3.clean(_markdown.render(text), tags=set())).split())
