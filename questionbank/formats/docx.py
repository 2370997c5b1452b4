"""Questions in Word: numbered, with options A. B. C. D., the right one marked as people mark it.

By an asterisk, bold, underlined or coloured letters, a line "Đáp án: B", or a key table at the end.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from string import ascii_uppercase
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Inches

from accounts.rules.folding import fold
from questionbank.enums import QuestionKind, Scoring
from questionbank.formats.base import Bank, Format, Item, RawPicture, RawQuestion, RawSource
from questionbank.formats.docx_lines import MARKS, Line, TableCells, read_lines, share_of
from questionbank.formats.markup import for_xml
from questionbank.formats.parsed import ParsedPicture, ParsedQuestion, ParsedSource, Problem

_NAMED = re.compile(
    r"\s*(?:câu(?: hỏi)?|question)\s*(?:số\s*)?(\d{1,5})\s*[.:)/-]?\s*", re.IGNORECASE
)
_NUMBERED = re.compile(r"\s*(\d{1,5})\s*[.)/]\s+")
_OPTION = re.compile(r"\s*(\*?)\s*([A-Ha-h])\s*(\*?)\s*[.):/]\s*")
_NEXT_OPTION = re.compile(r"\s(\*?)([B-H])(\*?)[.):/]\s*")
_KEY = re.compile(r"\s*(?:đáp án(?: đúng)?|đ/?a|answer|key)\s*[:.]\s*(.+)", re.IGNORECASE)
_KEY_LETTERS = re.compile(r"[A-Ha-h](?:\s*(?:,|;|/|và|\s)\s*[A-Ha-h])*\s*\.?|[A-H]{2,8}")
_KEY_TITLE = re.compile(
    r"(?:bảng )?(?:đáp án|answer key|answers|đáp án tham khảo)\s*:?", re.IGNORECASE
)
_KEY_PAIR = re.compile(r"(?:câu\s*)?(\d{1,5})\s*[-.:)–]?\s*([A-Ha-h])(?![\w])", re.IGNORECASE)
_FIELD = re.compile(
    r"\s*(giải thích|lời giải|căn cứ|nguồn|mức độ|chủ đề|mã(?: câu(?: hỏi)?)?|điểm|dạng|cách chấm)"
    r"\s*:\s*(.*)",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"(.*?)\s*(?:\[([^\[\]]*)\])?\s*(https?://\S+)?", re.DOTALL)
WIDEST_PICTURE = Cm(15)  # between the margins of an A4 page
PIXELS_AN_INCH = 96
_CLEAR = 0.6  # of an option must carry the mark
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
class _Option:
    text: str
    marks: bytes
    is_starred: bool = False


@dataclass
class _Draft:
    """A question as far as its lines have been read."""

    number: str
    topic: str
    stem: list[str]
    options: list[_Option] = field(default_factory=list)
    key: str = ""
    fields: dict[str, list[str]] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    picture: RawPicture | None = None
    fault: str = ""
    open_field: str = ""


@dataclass
class _Reading:
    drafts: list[_Draft] = field(default_factory=list)
    topic: str = ""
    keys: dict[str, str] = field(default_factory=dict)  # by number, from the end of the file
    in_keys: bool = False
    is_named: bool = False  # questions begin with "Câu 1", so a plain "1." is no question

    @property
    def last(self) -> _Draft | None:
        return self.drafts[-1] if self.drafts else None


def _read(data: bytes) -> Iterator[Item]:
    lines = list(read_lines(data))
    reading = _Reading(is_named=any(isinstance(it, Line) and _NAMED.match(it.text) for it in lines))
    for line in lines:
        if isinstance(line, TableCells):
            reading.keys |= _keys_of_table(line)
            continue
        if line.text.strip():
            _take(reading, line)
        for picture in line.pictures:
            _take_picture(reading, picture)
    for draft in reading.drafts:
        yield _question(draft, reading.keys)


def _take(reading: _Reading, line: Line) -> None:
    text = line.text.strip()
    if _KEY_TITLE.fullmatch(text):
        reading.in_keys = True
        return
    if reading.in_keys and (pairs := _KEY_PAIR.findall(text)):
        reading.keys |= {number: letter.upper() for number, letter in pairs}
        return
    if _begins_question(reading, line):
        return
    if line.is_heading:
        reading.topic = text
        return
    if found := _FIELD.fullmatch(line.text):
        _take_field(reading, fold(found[1]), found[2].strip())
        return
    draft = reading.last
    if draft is None:
        return
    if (key := _KEY.fullmatch(line.text)) and _KEY_LETTERS.fullmatch(key[1].strip()):
        draft.key, draft.open_field = key[1].strip(), ""
        return
    if _take_options(draft, line):
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


def _begins_question(reading: _Reading, line: Line) -> bool:
    if line.list_kind == "number" and not reading.is_named:
        number, rest = str(len(reading.drafts) + 1), line.text
    else:
        found = (_NAMED if reading.is_named else _NUMBERED).match(line.text)
        if not found or not _is_next(reading, found[1]):
            return False
        number, rest = found[1], line.text[found.end() :]
    reading.in_keys = False
    reading.drafts.append(_Draft(number, reading.topic, [rest.strip()] if rest.strip() else []))
    return True


def _is_next(reading: _Reading, number: str) -> bool:
    """A numbered line within a question is not the next question."""
    if reading.is_named or reading.last is None:
        return True
    last = reading.last
    return int(number) == int(last.number) + 1 or (int(number) == 1 and bool(last.options))


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


def _take_options(draft: _Draft, line: Line) -> bool:
    """Whether the line holds options: one, or several in a row."""
    if line.list_kind == "letter":
        draft.options.append(_Option(line.text, line.marks))
        return True
    start = _OPTION.match(line.text)
    if start is None or not draft.stem:
        return False
    wanted = len(draft.options)
    if ascii_uppercase.index(start[2].upper()) != wanted:
        if wanted == 0 or start[2].islower():
            return False  # a stem may begin with any letter
        draft.fault = draft.fault or _("các phương án không theo thứ tự A, B, C…")
    at, starred = start.end(), bool(start[1] or start[3])
    for found in _next_options(line.text, at, wanted + 1):
        draft.options.append(_option(line, at, found.start(), is_starred=starred))
        at, starred = found.end(), bool(found[1] or found[3])
    draft.options.append(_option(line, at, len(line.text), is_starred=starred))
    return True


def _next_options(text: str, at: int, wanted: int) -> Iterator[re.Match[str]]:
    for found in _NEXT_OPTION.finditer(text, at):
        if ascii_uppercase[wanted : wanted + 1] == found[2]:
            wanted += 1
            yield found


def _option(line: Line, start: int, end: int, *, is_starred: bool) -> _Option:
    text, marks = line.text[start:end], line.marks[start:end]
    bare = text.strip()
    if bare.endswith("*") or bare.startswith("*"):
        is_starred = True
        text = " " * len(text) if not bare.strip("*") else text.replace("*", " ")
    return _Option(text, marks, is_starred)


def _go_on(draft: _Draft, line: Line) -> None:
    """A line that begins nothing goes on with what stands above it."""
    text = line.text.strip()
    if draft.open_field == "explanation":
        draft.fields["explanation"].append(text)
    elif draft.options:
        last = draft.options[-1]
        last.text, last.marks = f"{last.text} {line.text}", last.marks + b"\x00" + line.marks
    else:
        draft.stem.append(text)


def _keys_of_table(table: TableCells) -> dict[str, str]:
    """From a table of numbers and letters, in rows or in columns; empty for any other table."""
    flat = [cell for row in table.rows for cell in row if cell]
    pairs = [_KEY_PAIR.fullmatch(cell) for cell in flat]
    if flat and all(pairs):
        return {pair[1]: pair[2].upper() for pair in pairs if pair}
    keys: dict[str, str] = {}
    for upper, lower in pairwise(table.rows):
        keys |= _keys_of_pairs(list(zip(upper, lower, strict=False)))
    for row in table.rows:
        keys |= _keys_of_pairs(list(pairwise(row)))
    return keys


def _keys_of_pairs(pairs: list[tuple[str, str]]) -> dict[str, str]:
    return {
        number.lower().removeprefix("câu").strip(): letter.upper()
        for number, letter in pairs
        if re.fullmatch(r"(?:câu\s*)?\d{1,5}", number, re.IGNORECASE)
        and re.fullmatch("[A-Ha-h]", letter)
    }


def _question(draft: _Draft, keys: dict[str, str]) -> Item:
    where = _("câu %(number)s") % {"number": draft.number}
    if draft.fault:
        return Problem(where, draft.fault)
    if not draft.options:
        return Problem(where, _("không thấy các phương án A, B, C…"))
    said = {
        source: places
        for source, places in _said(draft, keys).items()
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


def _said(draft: _Draft, keys: dict[str, str]) -> dict[str, frozenset[int]]:
    """What each way of marking says, by its name."""
    options = draft.options
    said = {
        _("dấu sao"): frozenset(place for place, option in enumerate(options) if option.is_starred),
        _("dòng đáp án"): _places(draft.key, len(options)),
        _("bảng đáp án"): _places(keys.get(draft.number, ""), len(options)),
    }
    for mark, name in zip(MARKS, (_("chữ đậm"), _("gạch chân"), _("màu chữ")), strict=True):
        said[name] = frozenset(
            place
            for place, option in enumerate(options)
            if share_of(option.marks, option.text, mark) >= _CLEAR
        )
    return said


def _places(letters: str, count: int) -> frozenset[int]:
    named = re.findall("[A-H]", letters.upper().replace("VÀ", " "))
    return frozenset(ascii_uppercase.index(it) for it in named if ascii_uppercase.index(it) < count)


def _source(text: str) -> RawSource:
    found = _SOURCE.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        return RawSource(text=text)
    return RawSource(article=found[1], document=found[2] or "", link=found[3] or "")


def _write(bank: Bank) -> bytes:
    document = Document()
    names = {topic.code: topic.name for topic in bank.topics}
    topic = ""
    for number, question in enumerate(bank.questions, start=1):
        if question.topic != topic:
            topic = question.topic
            document.add_heading(names.get(topic, topic), level=1)
        _write_question(document, number, question)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _write_question(document: object, number: int, question: ParsedQuestion) -> None:
    def line(label: str, text: str, *, bold: bool = False) -> None:
        paragraph = document.add_paragraph(label)  # type: ignore[attr-defined]
        paragraph.add_run(text).bold = bold

    line(f"Câu {number}. ", question.stem)
    if question.picture:
        _write_picture(document, question.picture)
    for letter, choice in zip(ascii_uppercase, question.choices, strict=False):
        line(f"{letter}. ", choice.text, bold=choice.is_correct)
    right = [
        letter
        for letter, choice in zip(ascii_uppercase, question.choices, strict=False)
        if choice.is_correct
    ]
    line("Đáp án: ", ", ".join(right))
    if question.code:
        line("Mã: ", question.code)
    line("Mức độ: ", str(question.difficulty.label))
    if question.kind is QuestionKind.MULTIPLE_CHOICE:
        line("Dạng: ", str(question.kind.label))
    if question.scoring is Scoring.PARTIAL:
        line("Cách chấm: ", str(question.scoring.label))
    if question.points != 1:
        line("Điểm: ", f"{question.points:f}")
    if question.explanation:
        line("Giải thích: ", question.explanation)
    for source in question.sources:
        line("Căn cứ: ", _source_text(source))


def _write_picture(document: Any, picture: ParsedPicture) -> None:
    run = document.add_paragraph().add_run()
    width = min(WIDEST_PICTURE, Inches(picture.width / PIXELS_AN_INCH))
    run.add_picture(io.BytesIO(picture.content), width=width)
    for properties in run.element.iter(qn("wp:docPr")):
        properties.set("descr", for_xml(picture.description))


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
