"""Moodle XML, as Moodle's question bank writes and reads it.

Moodle ignores attributes that it does not know, so we add a few for what it cannot say: `kind`
and `scoring` of a <question>, `fixed` of an <answer>. This is how it is read; it is written in
`moodle_writing`.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from accounts.rules.folding import fold, tidy
from questionbank.enums import QuestionKind, Scoring
from questionbank.formats.base import PARAGRAPHS, PINS, Format, Item, RawPicture, RawQuestion
from questionbank.formats.fields import BadField, unless_seen
from questionbank.formats.keys import letter_of
from questionbank.formats.markup import BadMarkup, elements_at, html_of, plain_text, tidy_lines
from questionbank.formats.moodle_writing import FILE_BASE, TRUE_FALSE, write
from questionbank.formats.parsed import Problem
from questionbank.formats.picture_markup import (
    check_no_mention,
    from_base64,
    not_in_file,
    the_mention,
)
from questionbank.formats.shares import check_no_parts, is_full, right_one, right_several

LONGEST_CODE = 40
LONGEST_MARKDOWN = 10_000  # characters
MOST_MARKDOWN_SIGNS = 500  # the renderer's time grows with the square of their number
_MARKDOWN_SIGNS = "*_[`<>&~-+"
_GRADED_UNITS = ("1", "2")  # of unitgradingtype
_WILDCARD = re.compile(r"(?<!\\)\*")
_BETWEEN_PARTS = re.compile(r"(?<!/)/(?!/)")  # a slash in a name is written twice


def _read(data: bytes) -> Iterator[Item]:
    topic, number = "", 0
    names: set[str] = set()
    for element in elements_at(data, depth=1, roots=frozenset({"quiz"})):
        if element.tag != "question":
            continue
        if element.get("type") == "category":
            topic = _topic(element)
            continue
        number += 1
        where = _("câu %(number)d") % {"number": number}
        try:
            yield replace(_question(element, topic, where), code=_code(element, names))
        except (BadField, BadMarkup) as error:
            yield Problem(where, str(error))


def _topic(element: Element) -> str:
    """The last part of "$course$/top/Cha/Con", "" for the top itself."""
    parts = [part.strip() for part in _BETWEEN_PARTS.split(_bare(element.find("category")))]
    if re.fullmatch(r"\$\w+\$", parts[0]):
        parts = parts[1:]
    if parts[:1] == ["top"]:
        parts = parts[1:]
    return tidy(parts[-1].replace("//", "/")) if parts else ""


def _question(element: Element, topic: str, where: str) -> RawQuestion:
    """All but its code. Raises BadField, BadMarkup."""
    if _bare(element.find("hidden")) in ("1", "true"):
        raise BadField(_("câu này đã bị ẩn hoặc xóa trong Moodle; nếu cần, xin bỏ ẩn rồi xuất."))
    raw = _answered(element, where)
    return replace(
        raw,
        stem=_text(element.find("questiontext")),
        topic=topic,
        points=_bare(element.find("defaultgrade")),
        explanation=_text(element.find("generalfeedback")),
        tags=tuple(filter(None, (tidy(_bare(tag)) for tag in element.findall("tags/tag")))),
        picture=_picture(element),
    )


def _answered(element: Element, where: str) -> RawQuestion:
    """The kind and what there is to answer. Raises BadField, BadMarkup."""
    match element.get("type"):
        case "multichoice" | "multichoiceset":
            return _choice(element, where)
        case "truefalse":
            kind, key = QuestionKind.TRUE_FALSE, _truth(element)
            return RawQuestion(where, "", choices=TRUE_FALSE, key=key, kind=kind.value)
        case "shortanswer":
            kind, key = QuestionKind.SHORT_TEXT, _accepted(element)
            return RawQuestion(where, "", key=key, kind=kind.value)
        case "numerical":
            kind, (key, tolerance) = QuestionKind.NUMBER, _number(element)
            return RawQuestion(where, "", key=key, kind=kind.value, tolerance=tolerance)
        case other:
            raise BadField(
                _("dạng câu hỏi “%(kind)s” của Moodle chưa được hỗ trợ.")
                % {"kind": (other or "")[:40]}
            )


def _picture(element: Element) -> RawPicture | None:
    """What stands under the question: its <img> names a <file> beside it. Raises BadField.

    Called after the texts have been read: they are not too long.
    """
    question = element.find("questiontext")
    usual = _format(question, usual="html")
    for answer in element.findall("answer"):
        check_no_mention(_html(answer, usual=usual))
    mention = the_mention(_html(question))
    if question is None or mention is None:
        return None
    path = unquote(mention.source)
    for file in question.findall("file"):
        if path == FILE_BASE + file.get("path", "/") + file.get("name", ""):
            return RawPicture(from_base64("".join(file.itertext())), mention.description)
    raise not_in_file(mention.source)


def _said(element: Element, name: str, choices: type[QuestionKind] | type[Scoring]) -> str:
    """What our own attribute says, "" without it."""
    value = element.get(name, "")
    return value if value in choices.values else ""


def _code(element: Element, names: set[str]) -> str:
    """The idnumber, or a name that looks like a code and has not been seen among `names`."""
    idnumber = tidy(_bare(element.find("idnumber")))
    if 0 < len(idnumber) <= LONGEST_CODE:
        return idnumber
    name = tidy(_bare(element.find("name")))
    return unless_seen(name, names) if " " not in name and len(name) <= LONGEST_CODE else ""


# Choices ----------------------------------------------------------------------------------------


def _choice(element: Element, where: str) -> RawQuestion:
    usual = _format(element.find("questiontext"), usual="html")
    answers = element.findall("answer")
    fractions = [_fraction(answer) for answer in answers]
    takes_one = _takes_one(element, fractions)
    kind = QuestionKind.SINGLE_CHOICE if takes_one else QuestionKind.MULTIPLE_CHOICE
    right = right_one(fractions) if takes_one else right_several(fractions)
    scoring = _said(element, "scoring", Scoring) or right.scoring
    return RawQuestion(
        where,
        "",
        choices=tuple(_text(answer, usual=usual) for answer in answers),
        key=tuple(map(letter_of, right.places)),
        kind=_said(element, "kind", QuestionKind) or kind.value,
        scoring=scoring if kind is QuestionKind.MULTIPLE_CHOICE else "",
        pinned=frozenset(at for at, it in enumerate(answers) if it.get("fixed") == "true"),
    )


def _fraction(answer: Element) -> float:
    text = answer.get("fraction", "0")
    if not re.fullmatch(r"\s*[-+]?\d{1,4}(?:[.,]\d{0,15})?\s*", text):
        raise BadField(_("tỉ lệ điểm “%(text)s” không phải là số.") % {"text": text[:40]})
    return float(text.replace(",", "."))


def _takes_one(element: Element, fractions: Sequence[float]) -> bool:
    if element.get("type") == "multichoiceset":  # a plugin, for all or nothing
        return False
    single = _bare(element.find("single"))
    return single in ("true", "1") if single else sum(it > 0 for it in fractions) <= 1


def _truth(element: Element) -> tuple[str, ...]:
    right = [fold(_bare(answer)) for answer in element.findall("answer") if _fraction(answer) > 0]
    if right in (["true"], ["dung"]):
        return ("A",)
    if right in (["false"], ["sai"]):
        return ("B",)
    raise BadField(_("câu đúng hoặc sai không cho biết đáp án."))


# Answers that are written -----------------------------------------------------------------------


def _full_answers(element: Element) -> list[Element]:
    """The answers that earn all points. Raises BadField when there is none."""
    answers = [each for each in element.findall("answer") if is_full(_fraction(each))]
    if not answers:
        raise BadField(_("không có đáp án nào được trọn điểm."))
    return answers


def _accepted(element: Element) -> tuple[str, ...]:
    texts = [tidy(_bare(answer)) for answer in _full_answers(element)]
    if any(_WILDCARD.search(text) for text in texts):
        raise BadField(_("đáp án có dấu * thay cho chữ bất kỳ chưa được hỗ trợ."))
    known = set(map(fold, texts))  # letter case and accents do not matter to us
    others = [each for each in element.findall("answer") if fold(_bare(each)) not in known]
    check_no_parts([_fraction(answer) for answer in others])
    return tuple(text.replace(r"\*", "*") for text in texts)


def _number(element: Element) -> tuple[tuple[str, ...], str]:
    """The numbers accepted and the tolerance of the first. Raises BadField."""
    if _bare(element.find("unitgradingtype")) in _GRADED_UNITS:
        raise BadField(_("câu điền số có chấm cả đơn vị chưa được hỗ trợ."))
    answers = _full_answers(element)
    check_no_parts([_fraction(answer) for answer in element.findall("answer")])
    tolerance = _plain_number(_bare(answers[0].find("tolerance")))
    return tuple(_plain_number(_bare(answer)) for answer in answers), tolerance


def _plain_number(text: str) -> str:
    """1e3 as 1000; anything else as it is, for the checks to judge."""
    if "e" not in text.lower() or len(text) > LONGEST_CODE:
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    is_usual = number.is_finite() and abs(number.adjusted()) < 20
    return f"{number:f}" if is_usual else text


# Texts ------------------------------------------------------------------------------------------


def _bare(element: Element | None) -> str:
    """The text of an element, or of its <text>, as written; "" when there is none."""
    if element is None:
        return ""
    text = element.find("text")
    return "".join((element if text is None else text).itertext()).strip()


def _format(element: Element | None, *, usual: str) -> str:
    return (element.get("format") or usual) if element is not None else usual


def _text(element: Element | None, *, usual: str = "moodle_auto_format") -> str:
    """The plain text of a text in any of Moodle's formats. Raises BadField, BadMarkup."""
    if _format(element, usual=usual) == "plain_text":
        return tidy_lines(_bare(element))
    return plain_text(_html(element, usual=usual))


def _html(element: Element | None, *, usual: str = "moodle_auto_format") -> str:
    """A text in any of Moodle's formats as HTML. Raises BadField."""
    if element is None:
        return ""
    inside = element.find("text")
    if inside is not None and len(inside):  # tags that were not escaped
        return html.escape(inside.text or "") + html_of(inside)
    source = _bare(element)
    match _format(element, usual=usual):
        case "plain_text":
            return html.escape(source)
        case "markdown":
            signs = sum(map(source.count, _MARKDOWN_SIGNS))
            if len(source) > LONGEST_MARKDOWN or signs > MOST_MARKDOWN_SIGNS:
                raise BadField(
                    _("có đoạn Markdown dài quá %(longest)d ký tự hoặc có quá nhiều dấu định dạng.")
                    % {"longest": LONGEST_MARKDOWN}
                )
            return str(MarkdownIt("commonmark").render(source))
        case "moodle_auto_format":
            return source.replace("\n", "<br>")
        case _html_format:
            return source


FORMAT = Format(
    name="moodle",
    label="Moodle XML",
    extension=".xml",
    media_type="application/xml",
    kinds=frozenset(QuestionKind),
    fields=frozenset(
        {
            *("code", "topic", "stem", "kind", "choices", "accepted", "number", "tolerance"),
            *("scoring", "points", "explanation", "tags", "picture", PINS, PARAGRAPHS),
        }
    ),
    read=_read,
    write=write,
    names_options=True,
)
