"""Questions in Word: numbered, with options A. B. C. D., the right one marked as people mark it.

By an asterisk, bold, underlined or coloured letters, a line "Đáp án: B", or a key table at the end.
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.oxml import OxmlElement
from docx.shared import Cm, Inches

from accounts.rules.folding import fold
from questionbank.enums import QuestionKind, Scoring
from questionbank.formats import tabular
from questionbank.formats.base import (
    MOST_CHARACTERS,
    Bank,
    Format,
    Item,
    RawPicture,
    RawQuestion,
    RawSource,
)
from questionbank.formats.docx_keys import (
    KEY_LETTERS,
    KEY_LIST,
    KEY_PAIR,
    KEY_TITLE,
    Draft,
    Option,
    keys_of_table,
    what_is_said,
)
from questionbank.formats.docx_lines import Element, Line, TableCells, read_lines
from questionbank.formats.fields import BadField
from questionbank.formats.markup import for_xml
from questionbank.formats.parsed import ParsedPicture, ParsedQuestion, ParsedSource, Problem

_NAMED = re.compile(
    r"\s*(?:câu(?: hỏi)?|question)\s*(?:số\s*)?(\d{1,5})\s*[.:)/-]?\s*", re.IGNORECASE
)
_NUMBERED = re.compile(r"\s*(\d{1,5})\s*[.)/]\s+")
_DELIMITER = r"([.):/]|\s?[-–](?=\s))"
_OPTION = re.compile(rf"\s*(\*?)\s*\(?([A-Ha-h])\s*(\*?)\s*{_DELIMITER}\s*")
_NEXT_OPTION = re.compile(rf"\s(\*?)\(?([B-Hb-h])(\*?){_DELIMITER}\s*")
_KEY = re.compile(
    r"\s*(?:[=-]?>|[→⇒])?\s*"
    r"(?:(?:chọn )?(?:đáp án|phương án)(?: đúng)?(?: là)?|đ/?a|chọn|answer|key)"
    r"\s*(?P<mark>[:.–-]?)\s*(?P<key>.+)",
    re.IGNORECASE,
)
_JOINED = re.compile(r"(?:^|\s)(?:câu(?: hỏi)?\s*\d+\s*[.:)]|đáp án(?: đúng)?\s*:)", re.IGNORECASE)
_FIELD = re.compile(
    r"\s*(giải thích|lời giải|căn cứ|nguồn|mức độ|chủ đề|mã(?: câu(?: hỏi)?)?|điểm|dạng|cách chấm)"
    r"\s*:\s*(.*)",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"(.*?)\s*(?:\[([^\[\]]*)\])?\s*(https?://\S+)?", re.DOTALL)
WIDEST_PICTURE = Cm(15)  # between the margins of an A4 page
PIXELS_AN_INCH = 96
_FIELD_NAMES = {
    "giai thich": "explanation",
    "loi giai": "explanation",
    "muc do": "difficulty",
    "ma": "code",
    "ma cau": "code",
    "ma cau hoi": "code",
    "diem": "points",
    "dang": "kind",
    "cach cham": "scoring",
}


@dataclass
class _Reading:
    drafts: list[Draft] = field(default_factory=list)
    by_number: dict[str, list[Draft]] = field(default_factory=dict)
    topic: str = ""
    in_keys: bool = False
    is_named: bool = False  # questions begin with "Câu 1", so a plain "1." is no question

    @property
    def last(self) -> Draft | None:
        return self.drafts[-1] if self.drafts else None


def _read(data: bytes) -> Iterator[Item]:
    lines = list(read_lines(data))
    reading = _Reading(is_named=any(map(_is_named, lines)))
    tables: list[Item] = []
    for line in lines:
        tables += _take_any(reading, line)
    yield from (_question(draft) for draft in reading.drafts)
    yield from tables


def _is_named(line: Line | TableCells) -> bool:
    if isinstance(line, TableCells):
        return any(map(_is_named, line.lines))
    if line.list_kind == "question":
        return True
    return _NAMED.match(line.text) is not None and not KEY_LIST.fullmatch(line.text.strip())


def _take_any(reading: _Reading, line: Line | TableCells) -> list[Item]:
    """Read on; gives the questions of a table that has one in each row, as a sheet does."""
    if isinstance(line, Line):
        if line.text.strip():
            _take(reading, line)
        for picture in line.pictures:
            _take_picture(reading, picture)
        return []
    if any(tabular.columns_of(row) for row in line.rows[: tabular.ROWS_BEFORE_HEADINGS]):
        return list(tabular.items_of(line.rows, sheet=_("bảng")))
    if keys := keys_of_table(line):
        _give_keys(reading, keys)
        return []
    return [item for inner in line.lines for item in _take_any(reading, inner)]


def _give_keys(reading: _Reading, keys: Iterable[tuple[str, str]]) -> None:
    """To the questions above that have these numbers and no key of this kind yet."""
    for number, letter in keys:
        named = reading.by_number.get(number, [])
        without = [draft for draft in named if not draft.table_key]
        if len(without) == 1:
            without[0].table_key = letter.upper()
            continue
        for draft in named:
            if len(without) > 1 or draft.table_key != letter.upper():
                draft.fault = _("bảng đáp án có hơn một đáp án hoặc ứng với nhiều câu cùng số.")
                reading.by_number[number] = []


def _take(reading: _Reading, line: Line) -> None:
    text = line.text.strip()
    if KEY_TITLE.fullmatch(text):
        reading.in_keys = True
        return
    if _takes_keys(reading, text) or _begins_question(reading, line):
        return
    if line.is_heading:
        reading.topic = text
        return
    if found := _FIELD.fullmatch(line.text):
        _take_field(reading, fold(found[1]), found[2].strip())
        return
    draft = reading.last
    if draft is None or _takes_key(draft, text) or _take_options(draft, line):
        return
    _go_on(draft, line)


def _take_picture(reading: _Reading, picture: RawPicture) -> None:
    """A picture belongs to the question whose words stand above it; before all, to the page."""
    draft = reading.last
    if draft is None or reading.in_keys:
        return
    if draft.options or draft.fields or draft.sources:
        draft.fault = draft.fault or _("có hình đứng sau phương án; hình phải đứng ngay dưới lời.")
    elif draft.picture is not None:
        draft.fault = draft.fault or _("có hơn một hình dưới câu hỏi, chưa được hỗ trợ.")
    else:
        draft.picture = picture


def _takes_keys(reading: _Reading, text: str) -> bool:
    """Whether the line is a list of keys: "1A 2B", or "Câu 1: A" of a question that we have."""
    found = KEY_LIST.fullmatch(text)
    pairs = KEY_PAIR.findall(text) if found else []
    if not pairs:
        return False
    is_known = any(draft.options for draft in reading.by_number.get(pairs[0][0], []))
    if not (reading.in_keys or len(pairs) > 1 or is_known):
        return False
    _give_keys(reading, pairs)
    return True


def _takes_key(draft: Draft, text: str) -> bool:
    found = _KEY.fullmatch(text)
    if found is None or not draft.options:
        return False
    key = found["key"].strip()
    if not KEY_LETTERS.fullmatch(key) and not found["mark"]:
        return False  # "Chọn phương án nào?"
    if draft.key and draft.key != key:
        draft.fault = draft.fault or _("có hơn một dòng đáp án.")
    draft.key, draft.open_field = key, ""
    return True


def _begins_question(reading: _Reading, line: Line) -> bool:
    if line.list_kind == "question" or (line.list_kind == "number" and not reading.is_named):
        number, rest = str(len(reading.drafts) + 1), line.text
    else:
        found = (_NAMED if reading.is_named else _NUMBERED).match(line.text)
        if not found or not _is_next(reading, found[1]):
            return False
        number, rest = found[1], line.text[found.end() :]
    reading.in_keys = False
    draft = Draft(number, reading.topic, [rest.strip()] if rest.strip() else [])
    reading.drafts.append(draft)
    reading.by_number.setdefault(number, []).append(draft)
    return True


def _is_next(reading: _Reading, number: str) -> bool:
    """A numbered line within a question is not the next question."""
    if reading.is_named or reading.last is None:
        return True
    last = reading.last
    if not last.options:
        return int(number) == int(last.number) + 1
    return int(number) == 1 or int(number) > int(last.number)


def _take_field(reading: _Reading, name: str, text: str) -> None:
    draft = reading.last
    if name == "chu de":
        reading.topic = text
    elif draft is None:
        return
    elif name in ("can cu", "nguon"):
        draft.sources.append(text)
        draft.open_field = ""
    else:
        draft.fields.setdefault(_FIELD_NAMES[name], []).append(text)
        draft.open_field = _FIELD_NAMES[name]


def _take_options(draft: Draft, line: Line) -> bool:
    """Whether the line holds options: one, or several in a row."""
    if line.list_kind == "letter" and draft.stem:
        draft.options.append(_option(line, 0, len(line.text)))
        return True
    start = _OPTION.match(line.text)
    if start is None or not draft.stem:
        return False
    wanted = len(draft.options)
    if ascii_uppercase.index(start[2].upper()) != wanted:
        if wanted == 0 or start[2].islower():
            return False  # a stem may begin with any letter
        draft.fault = draft.fault or _("các phương án không theo thứ tự A, B, C…")
    at, found = start.end(), start
    for following in _next_options(line.text, start, wanted + 1):
        draft.options.append(_option(line, at, following.start(), found))
        at, found = following.end(), following
    draft.options.append(_option(line, at, len(line.text), found))
    return True


def _next_options(text: str, start: re.Match[str], wanted: int) -> Iterator[re.Match[str]]:
    """Small letters, and letters before a dash where the first has none, begin an option within a
    line only after a tab or several spaces: "from A to B - a line" is one option."""
    is_small = start[2].islower()
    for found in _NEXT_OPTION.finditer(text, start.end() - 1):
        at = found.start()
        is_doubtful = is_small or (_is_dash(found) and not _is_dash(start))
        if is_doubtful and text[at] != "\t" and not text[at - 1].isspace():
            continue
        letter = ascii_uppercase[wanted : wanted + 1]
        if found[2] == (letter.lower() if is_small else letter):
            wanted += 1
            yield found


def _is_dash(option: re.Match[str]) -> bool:
    return option[4][-1] in "-–"


def _option(line: Line, start: int, end: int, found: re.Match[str] | None = None) -> Option:
    """What stands there; `found` is the letter before it."""
    text, marks = line.text[start:end], line.marks[start:end]
    is_starred = found is not None and bool(found[1] or found[3])
    bare = text.strip()
    if bare.endswith("*") or bare.startswith("*"):
        is_starred = True
        text = " " * len(text) if not bare.strip("*") else text.replace("*", " ")
    return Option(text, marks, is_starred, line.marks[found.start(2)] if found else 0)


def _go_on(draft: Draft, line: Line) -> None:
    """A line that begins nothing goes on with what stands above it."""
    text = line.text.strip()
    if draft.open_field == "explanation":
        draft.fields["explanation"].append(text)
    elif draft.options:
        last = draft.options[-1]
        if len(last.text) > MOST_CHARACTERS:
            draft.fault = _("câu hỏi quá dài hoặc có quá nhiều thành phần.")
            return
        last.text, last.marks = f"{last.text} {line.text}", last.marks + b"\x00" + line.marks
    else:
        draft.stem.append(text)


def _question(draft: Draft) -> Item:
    where = _("câu %(number)s") % {"number": draft.number}
    if draft.fault:
        return Problem(where, draft.fault)
    if not draft.options:
        return Problem(where, _("không thấy các phương án A, B, C…"))
    if any(_JOINED.search(text) for text in (*draft.stem, *(it.text for it in draft.options))):
        return Problem(where, _("có dòng của câu khác hoặc dòng đáp án dính vào câu này."))
    try:
        all_said = what_is_said(draft)
    except BadField as error:
        return Problem(where, str(error))
    said = {
        source: places
        for source, places in all_said.items()
        if places and len(places) < len(draft.options)
    }
    if not said:
        return Problem(where, _("không thấy đáp án được đánh dấu."))
    if len(set(said.values())) > 1:
        marks = "; ".join(
            f"{source}: {', '.join(ascii_uppercase[place] for place in sorted(places))}"
            for source, places in said.items()
        )
        return Problem(where, _("các dấu hiệu đáp án trái nhau (%(marks)s).") % {"marks": marks})
    right = sorted(next(iter(said.values())))
    several = QuestionKind.MULTIPLE_CHOICE if len(right) > 1 else ""

    def given(name: str) -> str:
        return "\n".join(draft.fields.get(name, []))

    return RawQuestion(
        where=where,
        stem="\n\n".join(draft.stem),
        choices=tuple(option.text.strip() for option in draft.options),
        key=tuple(ascii_uppercase[place] for place in right),
        kind=given("kind") or several,
        code=given("code"),
        topic=draft.topic,
        difficulty=given("difficulty"),
        scoring=given("scoring"),
        points=given("points"),
        explanation="\n\n".join(draft.fields.get("explanation", [])),
        sources=tuple(_source(text) for text in draft.sources),
        picture=draft.picture,
    )


def _source(text: str) -> RawSource:
    found = _SOURCE.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        return RawSource(text=text)
    return RawSource(article=found[1], document=found[2] or "", link=found[3] or "")


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
    right = [
        letter
        for letter, choice in zip(ascii_uppercase, question.choices, strict=False)
        if choice.is_correct
    ]
    yield _paragraph("Đáp án: ", ", ".join(right))
    if question.code:
        yield _paragraph("Mã: ", question.code)
    yield _paragraph("Mức độ: ", str(question.difficulty.label))
    if question.kind is QuestionKind.MULTIPLE_CHOICE:
        yield _paragraph("Dạng: ", str(question.kind.label))
    if question.scoring is Scoring.PARTIAL:
        yield _paragraph("Cách chấm: ", str(question.scoring.label))
    if question.points != 1:
        yield _paragraph("Điểm: ", f"{question.points:f}")
    if question.explanation:
        yield _paragraph("Giải thích: ", question.explanation)
    for source in question.sources:
        yield _paragraph("Căn cứ: ", _source_text(source))


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
            *("explanation", "sources", "picture"),
        }
    ),
    read=_read,
    write=_write,
)
