"""Which option of a question in Word is right: its marks, its key line, and the tables of keys."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

from django.utils.translation import gettext as _

from accounts.rules.folding import fold
from questionbank.formats import words
from questionbank.formats.base import RawPicture
from questionbank.formats.docx_lines import MARKS, TableCells, share_of
from questionbank.formats.keys import ARROW, LEAD, right_places

KEY_LETTERS = re.compile(r"\(?[A-Ha-h](?:\s*(?:,|;|/|và|\s)\s*[A-Ha-h])*\)?\s*\.?|[A-H]{2,8}")
KEY_LINE = re.compile(rf"\s*(?:{LEAD}\s*(?P<mark>[:.–-]?)|{ARROW})\s*(?P<key>.+)", re.IGNORECASE)
_TITLE = r"(?:đáp án|hướng dẫn chấm|answer key|answers)"
KEY_TITLE = re.compile(  # "III. BẢNG ĐÁP ÁN ĐỀ SỐ 1"
    rf"(?:(?:[IVX]+|\d+)\s*[.):–-]\s*)?(?:(?:phần|bảng)\s+)?{_TITLE}"
    r"(?:\s+(?:đề|mã đề|trắc nghiệm|chi tiết|tham khảo|và|câu hỏi|phần|bộ|của)\b[^:?]*)?\s*:?",
    re.IGNORECASE,
)
KEY_PAIR = re.compile(r"(?:câu\s*)?(\d{1,5})\s*[-.:)–]?\s*([A-Ha-h])(?![\w])", re.IGNORECASE)
KEY_LIST = re.compile(
    rf"(?:(?:bảng )?{_TITLE}\s*:?\s*)?((?:{KEY_PAIR.pattern}[\s,;|.]*)+)", re.IGNORECASE
)
_LETTERS = r"([A-Ha-h](?:\s*(?:,|;|&|và)\s*[A-Ha-h])*)(?!\w)(?:\s*[.:)(–-].*)?"  # "C. Huế", too
_NUMBERED_KEY = re.compile(
    rf"(?:câu\s*)?(\d{{1,5}})\s*[-.:)–]?\s*(?:{LEAD}\s*:?\s*)?{_LETTERS}", re.IGNORECASE
)
_KEY_CELL = re.compile(_LETTERS, re.DOTALL)
_NUMBER_CELL = re.compile(r"(?:câu\s*)?(\d{1,5})\s*[.:)]?", re.IGNORECASE)
_NUMBER_HEADINGS = {"cau", "cau so", "so cau", "cau hoi", "stt", "tt"}
_LONGEST_KEY_CELL = 20  # characters: "Câu 12", "Đáp án đúng"
_CLEAR = 0.6  # of an option must carry the mark


@dataclass
class Option:
    """`letter_marks` are those of its letter, which some mark in place of the text."""

    text: str
    marks: bytes
    is_starred: bool = False
    letter_marks: int = 0


@dataclass
class Draft:
    """A question as far as its lines have been read."""

    number: str
    topic: str = ""
    stem: list[str] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    key: str = ""
    table_key: str = ""  # from a table or a list of keys further down
    fields: dict[str, list[str]] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    picture: RawPicture | None = None
    fault: str = ""
    doubt: str = ""  # what stands behind the last option and may be no part of it
    open_field: str = ""


def what_is_said(draft: Draft) -> dict[str, frozenset[int]]:
    """What each way of marking says, by its name. Raises BadField for a key that means nothing."""
    options = draft.options
    said = {
        _("dấu sao"): frozenset(place for place, option in enumerate(options) if option.is_starred),
        _("dòng đáp án"): _places(draft.key, options),
        _("bảng đáp án"): _places(draft.table_key, options),
    }
    for mark, name in zip(MARKS, (_("chữ đậm"), _("gạch chân"), _("màu chữ")), strict=True):
        by_text = _marked(share_of(option.marks, option.text, mark) >= _CLEAR for option in options)
        by_letter = _marked(bool(option.letter_marks & mark) for option in options)
        is_told = 0 < len(by_text) < len(options)
        said[name] = by_text if is_told else by_letter
        if is_told and 0 < len(by_letter) < len(options):
            said[_("%(mark)s ở chữ cái") % {"mark": name}] = by_letter
    return said


def _marked(marks: Iterable[bool]) -> frozenset[int]:
    return frozenset(place for place, is_marked in enumerate(marks) if is_marked)


def _places(key: str, options: Sequence[Option]) -> frozenset[int]:
    return right_places([option.text for option in options], [key]) if key else frozenset()


def keys_of_line(text: str) -> list[tuple[str, str]]:
    """The numbers and letters of "1A 2B" or "Câu 1: C. Huế"; empty for any other line."""
    if KEY_LIST.fullmatch(text):
        return [(pair[0], pair[1]) for pair in KEY_PAIR.findall(text)]
    found = _NUMBERED_KEY.fullmatch(text)
    if found is None or KEY_PAIR.search(text, found.end(2)):
        return []
    return [(found[1], found[2])]


def keys_of_table(table: TableCells) -> list[tuple[str, str]]:
    """From a table of numbers and letters, in rows or in columns; empty for any other table."""
    if keys := _keys_under_headings(table.rows):
        return keys
    flat = [cell for row in table.rows for cell in row if cell]
    if any(len(cell) > _LONGEST_KEY_CELL for cell in flat):
        return []
    pairs = [KEY_PAIR.fullmatch(cell) for cell in flat]
    if flat and all(pairs):
        return [(pair[1], pair[2]) for pair in pairs if pair]
    keys = []
    for upper, lower in pairwise(table.rows):
        keys += _keys_of_pairs(zip(upper, lower, strict=False))
    for row in table.rows:
        keys += _keys_of_pairs(pairwise(row))
    return list(dict.fromkeys(keys))


def _keys_under_headings(rows: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """From columns "Câu" and "Đáp án", once or several times, whatever stands beside them."""
    names = [
        "number" if fold(cell) in _NUMBER_HEADINGS else words.heading_of(cell)
        for cell in (rows[0] if rows else ())
    ]
    numbers = [place for place, name in enumerate(names) if name == "number"]
    letters = [place for place, name in enumerate(names) if name == "key"]
    if any(name and name.startswith(("stem", "choice", "options")) for name in names):
        return []  # the questions themselves
    keys: list[tuple[str, str]] = []
    for row, (left, right) in product(rows[1:], zip(numbers, letters, strict=False)):
        if max(left, right) < len(row) and (row[left] or row[right]):
            number, letter = _NUMBER_CELL.fullmatch(row[left]), _KEY_CELL.fullmatch(row[right])
            if number is None or (letter is None and row[right]):
                return []
            keys += [(number[1], letter[1])] if letter else []
    return keys


def _keys_of_pairs(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        (found[1], letter.upper())
        for number, letter in pairs
        if re.fullmatch("[A-Ha-h]", letter) and (found := _NUMBER_CELL.fullmatch(number))
    ]
