"""Questions in Word: numbered, with options A. B. C. D., the right one marked as people mark it.

By an asterisk, bold, underlined or coloured letters, a line "Đáp án: B", or a key table at the end.
"""

import io
from collections.abc import Iterator
from string import ascii_uppercase
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.shared import Cm, Inches

from accounts.rules.folding import fold
from questionbank.enums import QuestionKind, Scoring
from questionbank.formats.base import PARAGRAPHS, Bank, Format
from questionbank.formats.docx_lists import Element
from questionbank.formats.docx_reading import read
from questionbank.formats.keys import written_key
from questionbank.formats.markup import for_xml
from questionbank.formats.parsed import ParsedPicture, ParsedQuestion, ParsedSource

WIDEST_PICTURE = Cm(15)  # between the margins of an A4 page
PIXELS_AN_INCH = 96


def _write(bank: Bank) -> bytes:
    document = Document()
    end = document.element.body.sectPr
    names = {topic.code: topic.name for topic in bank.topics}
    topic = ""
    for number, question in enumerate(bank.questions, start=1):
        if question.topic != topic:
            topic = question.topic
            end.addprevious(_paragraph(names.get(topic, topic), style="Heading1"))
        for paragraph in _paragraphs_of(number, question, document):
            end.addprevious(paragraph)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _paragraph(label: str, text: str = "", *, bold: bool = False, style: str = "") -> Element:
    """Made without the document, which looks through all its paragraphs to add another."""
    paragraph = OxmlElement("w:p")
    if style:
        paragraph.style = style
    paragraph.add_r().text = label
    run = paragraph.add_r()
    if bold:
        run.get_or_add_rPr().append(OxmlElement("w:b"))
    run.text = text
    return paragraph


def _paragraphs_of(number: int, question: ParsedQuestion, document: Any) -> Iterator[Element]:
    yield _paragraph(f"Câu {number}. ", question.stem)
    if question.picture:
        yield _picture(question.picture, document)
    for letter, choice in zip(ascii_uppercase, question.choices, strict=False):
        yield _paragraph(f"{letter}. ", choice.text, bold=choice.is_correct)
    right = [place for place, choice in enumerate(question.choices) if choice.is_correct]
    texts = [choice.text for choice in question.choices]
    yield _paragraph("Đáp án: ", ", ".join(written_key(texts, right, between=", ")))
    if question.code:
        yield _paragraph("Mã: ", question.code)
    yield _paragraph("Mức độ: ", str(question.difficulty.label))
    if not _tells_kind(question):
        yield _paragraph("Dạng: ", str(question.kind.label))
    if question.scoring is Scoring.PARTIAL:
        yield _paragraph("Cách chấm: ", str(question.scoring.label))
    if question.points != 1:
        yield _paragraph("Điểm: ", f"{question.points:f}")
    if question.explanation:
        yield _paragraph("Giải thích: ", question.explanation)
    for source in question.sources:
        yield _paragraph("Căn cứ: ", _source_text(source))


def _tells_kind(question: ParsedQuestion) -> bool:
    """Whether the kind shows in the options."""
    is_truth = {fold(choice.text) for choice in question.choices} == {"dung", "sai"}
    usual = QuestionKind.TRUE_FALSE if is_truth else QuestionKind.SINGLE_CHOICE
    return question.kind is usual


def _picture(picture: ParsedPicture, document: Any) -> Element:
    """A paragraph that shows it, with its description for those who cannot see it."""
    width = min(WIDEST_PICTURE, Inches(picture.width / PIXELS_AN_INCH))
    inline = document.part.new_pic_inline(io.BytesIO(picture.content), width=width)
    inline.docPr.set("descr", for_xml(picture.description))
    paragraph = OxmlElement("w:p")
    paragraph.add_r().add_drawing(inline)
    return paragraph


def _source_text(source: ParsedSource) -> str:
    document = f"[{source.document}]" if source.document else ""
    return " ".join(part for part in (source.article, document, source.link) if part)


FORMAT = Format(
    name="docx",
    label="Word (DOCX)",
    extension=".docx",
    media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    kinds=frozenset(
        {QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE, QuestionKind.TRUE_FALSE}
    ),
    fields=frozenset(
        {
            *("stem", "kind", "choices", "scoring", "code", "topic", "difficulty", "points"),
            *("explanation", "sources", "picture", PARAGRAPHS),
        }
    ),
    read=read,
    write=_write,
)
