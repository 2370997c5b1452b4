"""Moodle XML, as Moodle's question bank writes and reads it.

Moodle ignores attributes that it does not know, so we add a few for what it cannot say: `kind`
and `scoring` of a <question>, `fixed` of an <answer>.
"""

import html
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from string import ascii_uppercase
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element, SubElement

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from accounts.rules.folding import fold, tidy
from questionbank.enums import QuestionKind, Scoring
from questionbank.formats.base import Bank, Format, Item, RawPicture, RawQuestion
from questionbank.formats.fields import BadField
from questionbank.formats.markup import (
    TooLong,
    elements_at,
    for_xml,
    html_of,
    paragraphs,
    plain_text,
    tidy_lines,
    xml_bytes,
)
from questionbank.formats.parsed import ParsedChoice, ParsedQuestion, Problem
from questionbank.formats.picture_markup import (
    check_no_mention,
    file_name,
    from_base64,
    not_in_file,
    the_mention,
)

LONGEST_CODE = 40
LONGEST_MARKDOWN = 10_000  # characters
MOST_MARKDOWN_SIGNS = 500  # the renderer's time grows with the square of their number
_MARKDOWN_SIGNS = "*_[`<>&~-+"
_TRUE_FALSE = ("Đúng", "Sai")
_FILE_BASE = "@@PLUGINFILE@@"
_FULL = 99.9  # Moodle rounds thirds, so 100 may be 99.99999
_WILDCARD = re.compile(r"(?<!\\)\*")
_BETWEEN_PARTS = re.compile(r"(?<!/)/(?!/)")  # a slash in a name is written twice


class _Bad(ValueError):
    """Carries the Vietnamese reason against one question."""


def _read(data: bytes) -> Iterator[Item]:
    topic, number = "", 0
    for element in elements_at(data, depth=1, roots=frozenset({"quiz"})):
        if element.tag != "question":
            continue
        if element.get("type") == "category":
            topic = _topic(element)
            continue
        number += 1
        yield _item(element, topic, where=_("câu %(number)d") % {"number": number})


def _item(element: Element, topic: str, *, where: str) -> Item:
    try:
        return _question(element, topic, where)
    except (_Bad, BadField, TooLong) as error:
        return Problem(where, str(error))


def _topic(element: Element) -> str:
    """The last part of "$course$/top/Cha/Con", "" for the top itself."""
    parts = [part.strip() for part in _BETWEEN_PARTS.split(_bare(element.find("category")))]
    if re.fullmatch(r"\$\w+\$", parts[0]):
        parts = parts[1:]
    if parts[:1] == ["top"]:
        parts = parts[1:]
    return tidy(parts[-1].replace("//", "/")) if parts else ""


def _question(element: Element, topic: str, where: str) -> RawQuestion:
    choices: tuple[str, ...] = ()
    key: tuple[str, ...]
    kind, scoring, tolerance = _said(element, "kind", QuestionKind), "", ""
    pinned: frozenset[int] = frozenset()
    match element.get("type"):
        case "multichoice" | "multichoiceset":
            choices, key = _choices(element), _right_letters(element)
            pinned = _pinned(element)
            kind = kind or _kind_of_choice(element, right=len(key))
            scoring = _scoring(element, kind)
        case "truefalse":
            kind = QuestionKind.TRUE_FALSE.value
            choices, key = _TRUE_FALSE, _truth(element)
        case "shortanswer":
            kind, key = QuestionKind.SHORT_TEXT.value, _accepted(element)
        case "numerical":
            kind = QuestionKind.NUMBER.value
            key, tolerance = _number(element)
        case other:
            raise _Bad(
                _("dạng câu hỏi “%(kind)s” của Moodle chưa được hỗ trợ.")
                % {"kind": (other or "")[:40]}
            )
    return RawQuestion(
        where=where,
        stem=_text(element.find("questiontext")),
        choices=choices,
        key=key,
        kind=kind,
        code=_code(element),
        topic=topic,
        scoring=scoring,
        tolerance=tolerance,
        points=_bare(element.find("defaultgrade")),
        explanation=_text(element.find("generalfeedback")),
        tags=tuple(filter(None, (tidy(_bare(tag)) for tag in element.findall("tags/tag")))),
        picture=_picture(element),
        pinned=pinned,
    )


def _picture(element: Element) -> RawPicture | None:
    """What stands under the question: its <img> names a <file> beside it. Raises BadField.

    Called after the texts have been read: they are not too long.
    """
    for answer in element.findall("answer"):
        check_no_mention(_markup(answer))
    question = element.find("questiontext")
    mention = the_mention(_markup(question))
    if question is None or mention is None:
        return None
    path = unquote(mention.source)
    for file in question.findall("file"):
        if path == _FILE_BASE + file.get("path", "/") + file.get("name", ""):
            return RawPicture(from_base64("".join(file.itertext())), mention.description)
    raise not_in_file(mention.source)


def _markup(element: Element | None) -> str:
    """A text that may hold HTML, as HTML."""
    if element is None:
        return ""
    inside = element.find("text")
    if inside is not None and len(inside):
        return html_of(inside)
    return _bare(element)


def _said(element: Element, name: str, choices: type[QuestionKind] | type[Scoring]) -> str:
    """What our own attribute says, "" without it."""
    value = element.get(name, "")
    return value if value in choices.values else ""


def _code(element: Element) -> str:
    """The idnumber, or a name that looks like a code."""
    idnumber = tidy(_bare(element.find("idnumber")))
    if 0 < len(idnumber) <= LONGEST_CODE:
        return idnumber
    name = tidy(_bare(element.find("name")))
    return name if " " not in name and len(name) <= LONGEST_CODE else ""


# Choices ----------------------------------------------------------------------------------------


def _choices(element: Element) -> tuple[str, ...]:
    usual = _format(element.find("questiontext"), usual="html")
    return tuple(_text(answer, usual=usual) for answer in element.findall("answer"))


def _pinned(element: Element) -> frozenset[int]:
    answers = enumerate(element.findall("answer"))
    return frozenset(place for place, answer in answers if answer.get("fixed") == "true")


def _fraction(answer: Element) -> float:
    text = answer.get("fraction", "0")
    if not re.fullmatch(r"\s*[-+]?\d{1,4}(?:[.,]\d{0,15})?\s*", text):
        raise _Bad(_("tỉ lệ điểm “%(text)s” không phải là số.") % {"text": text[:40]})
    return float(text.replace(",", "."))


def _fractions(element: Element) -> list[float]:
    return [_fraction(answer) for answer in element.findall("answer")]


def _takes_one(element: Element, right: int) -> bool:
    if element.get("type") == "multichoiceset":
        return False
    single = _bare(element.find("single"))
    return single in ("true", "1") if single else right <= 1


def _right_letters(element: Element) -> tuple[str, ...]:
    """Every option that earns something; where one is taken, those that earn most."""
    fractions = _fractions(element)
    positive = [fraction for fraction in fractions if fraction > 0]
    least = max(positive, default=0) if _takes_one(element, len(positive)) else 0
    return tuple(
        _letter(place)
        for place, fraction in enumerate(fractions)
        if fraction > 0 and fraction >= least
    )


def _letter(place: int) -> str:
    return ascii_uppercase[place] if place < len(ascii_uppercase) else str(place + 1)


def _kind_of_choice(element: Element, *, right: int) -> str:
    if right > 1 or not _takes_one(element, right):
        return QuestionKind.MULTIPLE_CHOICE.value
    return QuestionKind.SINGLE_CHOICE.value


def _scoring(element: Element, kind: str) -> str:
    if kind != QuestionKind.MULTIPLE_CHOICE:
        return ""
    if said := _said(element, "scoring", Scoring):
        return said
    fractions = _fractions(element)
    total = sum(fraction for fraction in fractions if fraction > 0)
    is_partial = _bare(element.find("single")) in ("false", "0") and abs(total - 100) < 0.1
    return Scoring.PARTIAL.value if is_partial else ""


def _truth(element: Element) -> tuple[str, ...]:
    right = [fold(_bare(answer)) for answer in element.findall("answer") if _fraction(answer) > 0]
    if right in (["true"], ["dung"]):
        return ("A",)
    if right in (["false"], ["sai"]):
        return ("B",)
    raise _Bad(_("câu đúng hoặc sai không cho biết đáp án."))


# Answers that are written -----------------------------------------------------------------------


def _full_answers(element: Element) -> list[Element]:
    """The answers that earn all points. Raises _Bad when there is none."""
    answers = [each for each in element.findall("answer") if _fraction(each) >= _FULL]
    if not answers:
        raise _Bad(_("không có đáp án nào được trọn điểm."))
    return answers


def _accepted(element: Element) -> tuple[str, ...]:
    texts = [tidy(_bare(answer)) for answer in _full_answers(element)]
    if any(_WILDCARD.search(text) for text in texts):
        raise _Bad(_("đáp án có dấu * thay cho chữ bất kỳ chưa được hỗ trợ."))
    return tuple(text.replace(r"\*", "*") for text in texts)


def _number(element: Element) -> tuple[tuple[str, ...], str]:
    """The numbers accepted and the tolerance of the first."""
    answers = _full_answers(element)
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
    """The plain text of a text in any of Moodle's formats. Raises TooLong, _Bad."""
    if element is None:
        return ""
    inside = element.find("text")
    if inside is not None and len(inside):  # tags that were not escaped
        return plain_text(html.escape(inside.text or "") + html_of(inside))
    source = _bare(element)
    match _format(element, usual=usual):
        case "plain_text":
            return tidy_lines(source)
        case "markdown":
            signs = sum(map(source.count, _MARKDOWN_SIGNS))
            if len(source) > LONGEST_MARKDOWN or signs > MOST_MARKDOWN_SIGNS:
                raise _Bad(
                    _("có đoạn Markdown dài quá %(longest)d ký tự hoặc có quá nhiều dấu định dạng.")
                    % {"longest": LONGEST_MARKDOWN}
                )
            return plain_text(MarkdownIt("commonmark").render(source))
        case "moodle_auto_format":
            return plain_text(source.replace("\n", "<br>"))
        case _html:
            return plain_text(source)


# Writing ----------------------------------------------------------------------------------------


def _write(bank: Bank) -> bytes:
    quiz = Element("quiz")
    names = {topic.code: topic.name for topic in bank.topics}
    topic = ""
    for number, question in enumerate(bank.questions, start=1):
        if question.topic != topic:
            topic = question.topic
            _add_category(quiz, names.get(topic, topic))
        _add_question(quiz, question, number)
    return xml_bytes(quiz)


def _add_category(quiz: Element, topic: str) -> None:
    parts = ["$course$", "top"]
    if topic:
        name = topic.replace("/", "//")
        parts.append(f" {name}" if name.startswith("/") else name)
    category = SubElement(quiz, "question", type="category")
    _add_text(SubElement(category, "category"), "/".join(parts))


def _add_question(quiz: Element, question: ParsedQuestion, number: int) -> None:
    element = SubElement(quiz, "question", type=_type(question))
    _add_text(SubElement(element, "name"), _name(question, number))
    _add_stem(element, question)
    _add_html(element, "generalfeedback", question.explanation)
    SubElement(element, "defaultgrade").text = f"{question.points:f}"
    SubElement(element, "penalty").text = "0"
    SubElement(element, "hidden").text = "0"
    SubElement(element, "idnumber").text = for_xml(question.code)
    match element.get("type"):
        case "multichoice":
            _add_choices(element, question)
        case "truefalse":
            is_true = question.choices[0].is_correct
            _add_answer(element, "true", "100" if is_true else "0")
            _add_answer(element, "false", "0" if is_true else "100")
        case "shortanswer":
            SubElement(element, "usecase").text = "0"
            for text in question.accepted:
                _add_answer(element, text.replace("*", r"\*"), "100")
        case _numerical:
            exact = Decimal() if question.number is None else question.number
            answer = _add_answer(element, f"{exact:f}", "100")
            SubElement(answer, "tolerance").text = f"{question.tolerance:f}"
    tags = SubElement(element, "tags")
    for tag in question.tags:
        _add_text(SubElement(tags, "tag"), tag)


def _type(question: ParsedQuestion) -> str:
    if question.kind is QuestionKind.SHORT_TEXT:
        return "shortanswer"
    if question.kind is QuestionKind.NUMBER:
        return "numerical"
    usual = tuple(ParsedChoice(text, each.is_correct) for text, each in _told(question))
    is_truth = question.kind is QuestionKind.TRUE_FALSE and question.choices == usual
    return "truefalse" if is_truth else "multichoice"


def _told(question: ParsedQuestion) -> Iterator[tuple[str, ParsedChoice]]:
    return zip(_TRUE_FALSE, question.choices, strict=False)


def _name(question: ParsedQuestion, number: int) -> str:
    """What Moodle lists; it holds a space when it is not the code."""
    if question.code:
        return question.code
    return f"{_('Câu')} {number}: {tidy(question.stem)[:60]}"


def _add_choices(element: Element, question: ParsedQuestion) -> None:
    takes_one = question.kind is not QuestionKind.MULTIPLE_CHOICE
    element.set("kind", question.kind.value)
    if not takes_one:
        element.set("scoring", question.scoring.value)
    SubElement(element, "single").text = "true" if takes_one else "false"
    SubElement(element, "shuffleanswers").text = "true"
    SubElement(element, "answernumbering").text = "ABCD"
    right, wrong = _shares(question.choices, takes_one=takes_one)
    for choice in question.choices:
        fraction = right if choice.is_correct else wrong
        text = html_of(paragraphs(choice.text))
        answer = _add_answer(element, text, fraction, text_format="html")
        if choice.is_pinned:
            answer.set("fixed", "true")


def _shares(choices: Sequence[ParsedChoice], *, takes_one: bool) -> tuple[str, str]:
    """The percentages of a right option and of a wrong one, rounded as Moodle rounds them."""
    right = sum(choice.is_correct for choice in choices)
    wrong = len(choices) - right
    if takes_one:
        return "100", "0"
    return _share(100, right), _share(-100, wrong)


def _share(total: int, count: int) -> str:
    text = f"{total / max(count, 1):.5f}"
    return text.rstrip("0").rstrip(".")


def _add_answer(
    element: Element, text: str, fraction: str, *, text_format: str = "moodle_auto_format"
) -> Element:
    answer = SubElement(element, "answer", fraction=fraction, format=text_format)
    _add_text(answer, text)
    return answer


def _add_stem(element: Element, question: ParsedQuestion) -> None:
    markup, picture = html_of(paragraphs(question.stem)), question.picture
    child = SubElement(element, "questiontext", format="html")
    if picture is None:
        _add_text(child, markup)
        return
    name = file_name(picture)
    image = Element("img", src=f"{_FILE_BASE}/{quote(name)}", alt=for_xml(picture.description))
    image.set("width", str(picture.width))
    image.set("height", str(picture.height))
    _add_text(child, f"{markup}<p>{html_of([image])}</p>")
    file = SubElement(child, "file", name=name, path="/", encoding="base64")
    file.text = b64encode(picture.content).decode()


def _add_html(element: Element, name: str, text: str) -> None:
    child = SubElement(element, name, format="html")
    _add_text(child, html_of(paragraphs(text)) if text else "")


def _add_text(element: Element, text: str) -> None:
    SubElement(element, "text").text = for_xml(text)


FORMAT = Format(
    name="moodle",
    label="Moodle XML",
    extension=".xml",
    media_type="application/xml",
    kinds=frozenset(QuestionKind),
    fields=frozenset(
        {
            *("code", "topic", "stem", "kind", "choices", "accepted", "number", "tolerance"),
            *("scoring", "points", "explanation", "tags", "picture"),
        }
    ),
    read=_read,
    write=_write,
)
