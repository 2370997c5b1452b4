"""Writing questions as Moodle's question bank reads them."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from decimal import Decimal
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

from django.utils.translation import gettext as _

from accounts.rules.folding import tidy
from questionbank.enums import QuestionKind
from questionbank.formats.base import Bank
from questionbank.formats.markup import for_xml, html_of, paragraphs, xml_bytes
from questionbank.formats.parsed import ParsedChoice, ParsedQuestion
from questionbank.formats.picture_markup import file_name

TRUE_FALSE = ("Đúng", "Sai")
FILE_BASE = "@@PLUGINFILE@@"


def write(bank: Bank) -> bytes:
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
    return zip(TRUE_FALSE, question.choices, strict=False)


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
    image = Element("img", src=f"{FILE_BASE}/{quote(name)}", alt=for_xml(picture.description))
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
