"""The texts of an assessmentItem: its HTML, and what people read of it."""

import html
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from questionbank.formats.markup import local_name, plain_text
from questionbank.formats.qti_elements import BadItem, bare_text, child_named, each_named

GAP = "_____"
EXPLANATION = "EXPLANATION"
_GENERAL_FEEDBACK = (EXPLANATION, "general_fb", "correct_fb")
_NO_TEXT = {"feedbackBlock", "feedbackInline", "simpleChoice"}
_HTML_NAMES = {
    *("p", "div", "br", "ul", "ol", "li", "table", "tr", "td", "th", "blockquote", "pre"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "sup", "sub", "dl", "dt", "dd", "hr", "caption"),
    *("math", "audio", "video", "iframe", "svg"),  # which are refused by those who read HTML
}
_IN_BLOCKS = {"prompt", "choiceInteraction", "extendedTextInteraction", "rubricBlock"}
_ELSEWHERE = {"include", "assessmentStimulusRef"}
_LIST_MARKS = ("start", "type")


def stem_of(root: Element) -> str:
    """Raises BadItem, TooLong, BadMarkup."""
    body = child_named(root, "itemBody")
    text = plain_text(html_in(body)) if body is not None else ""
    return text.removesuffix(GAP).rstrip() if text.endswith(f"\n{GAP}") else text


def text_of(element: Element) -> str:
    """Raises as `stem_of`."""
    return plain_text(html_in(element))


def html_in(element: Element) -> str:
    """What stands inside an element of an item. Raises BadItem."""
    return "".join(_html_inside(element))


def explanation_of(root: Element, right: set[str]) -> str:
    """The general feedback, or else that to the right answer, or else the only one."""
    texts: dict[str, str] = {}
    for each in each_named(root, "modalFeedback"):
        texts.setdefault(each.get("identifier", ""), text_of(each))
    for name in (*_GENERAL_FEEDBACK, *sorted(right)):
        if texts.get(name):
            return texts[name]
    return next(iter(texts.values())) if len(texts) == 1 else ""


def _html_inside(element: Element) -> Iterator[str]:
    is_escaped = local_name(element) == "div" and element.get("class") == "html"
    yield (element.text or "") if is_escaped else html.escape(element.text or "")
    for child in element:
        yield from _html_of(child)
        yield html.escape(child.tail or "")


def _html_of(element: Element) -> Iterator[str]:
    name = local_name(element)
    if name in _NO_TEXT or (name == "rubricBlock" and not _is_for_candidates(element)):
        return
    if name in _ELSEWHERE:
        raise BadItem(_("có phần nội dung nằm ở tệp khác, chưa được hỗ trợ."))
    if name == "textEntryInteraction":
        yield GAP
    elif name in ("br", "hr"):
        yield f"<{name}>"
    elif name == "img":
        yield _image(element.get("src", ""), element.get("alt", ""))
    elif name == "object":
        if not element.get("type", "").startswith("image/"):
            raise BadItem(_("có âm thanh, phim hoặc tệp nhúng, chưa được hỗ trợ."))
        yield _image(element.get("data", ""), bare_text(element))
    elif name in _HTML_NAMES:
        yield f"<{name}{_list_marks(element)}>"
        yield from _html_inside(element)
        yield f"</{name}>"
    elif name in _IN_BLOCKS:
        yield "<div>"
        yield from _html_inside(element)
        yield "</div>"
    else:
        yield from _html_inside(element)


def _is_for_candidates(rubric: Element) -> bool:
    return "candidate" in rubric.get("view", "").split()


def _image(source: str, description: str) -> str:
    return f'<img src="{html.escape(source)}" alt="{html.escape(description)}">'


def _list_marks(element: Element) -> str:
    if local_name(element) != "ol":
        return ""
    marks = ((name, element.get(name)) for name in _LIST_MARKS)
    return "".join(f' {name}="{html.escape(value)}"' for name, value in marks if value)
