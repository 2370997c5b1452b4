"""Which option of a question in Word is right: its marks, its key line, and the tables of keys."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from string import ascii_uppercase

from django.utils.translation import gettext as _

from questionbank.formats.base import RawPicture
from questionbank.formats.docx_lines import MARKS, TableCells, share_of
from questionbank.formats.fields import BadField
from questionbank.formats.keys import right_places

KEY_LETTERS = re.compile(r"\(?[A-Ha-h](?:\s*(?:,|;|/|và|\s)\s*[A-Ha-h])*\)?\s*\.?|[A-H]{2,8}")
_KEY_AND_TEXT = re.compile(r"([A-H])\s*[.):-]\s*\S.*")
KEY_TITLE = re.compile(
    r"(?:bảng )?(?:đáp án|answer key|answers|đáp án tham khảo)\s*:?", re.IGNORECASE
)
KEY_PAIR = re.compile(r"(?:câu\s*)?(\d{1,5})\s*[-.:)–]?\s*([A-Ha-h])(?![\w])", re.IGNORECASE)
KEY_LIST = re.compile(
    rf"(?:{KEY_TITLE.pattern}\s*)?((?:{KEY_PAIR.pattern}[\s,;|.]*)+)", re.IGNORECASE
)
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
    topic: str
    stem: list[str]
    options: list[Option] = field(default_factory=list)
    key: str = ""
    table_key: str = ""  # from a table or a list of keys further down
    fields: dict[str, list[str]] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    picture: RawPicture | None = None
    fault: str = ""
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
    if not key:
        return frozenset()
    if KEY_LETTERS.fullmatch(key):
        letters = re.findall("[A-H]", key.upper().replace("VÀ", " "))
        places = frozenset(map(ascii_uppercase.index, letters))
        if max(places) >= len(options):
            raise BadField(_("đáp án “%(key)s” không có trong các phương án.") % {"key": key})
        return places
    texts = [option.text for option in options]
    if found := _KEY_AND_TEXT.fullmatch(key):
        place = ascii_uppercase.index(found[1])
        if place < len(texts) and right_places(texts, [key[found.end(1) + 1 :]]) == {place}:
            return frozenset({place})
    return right_places(texts, [key])


def keys_of_table(table: TableCells) -> list[tuple[str, str]]:
    """From a table of numbers and letters, in rows or in columns; empty for any other table."""
    flat = [cell for row in table.rows for cell in row if cell]
    if any(len(cell) > _LONGEST_KEY_CELL for cell in flat):
        return []
    pairs = [KEY_PAIR.fullmatch(cell) for cell in flat]
    if flat and all(pairs):
        return [(pair[1], pair[2]) for pair in pairs if pair]
    keys: dict[str, str] = {}
    for upper, lower in pairwise(table.rows):
        keys |= _keys_of_pairs(list(zip(upper, lower, strict=False)))
    for row in table.rows:
        keys |= _keys_of_pairs(list(pairwise(row)))
    return list(keys.items())


def _keys_of_pairs(pairs: list[tuple[str, str]]) -> dict[str, str]:
    return {
        number.lower().removeprefix("câu").strip(): letter.upper()
        for number, letter in pairs
        if re.fullmatch(r"(?:câu\s*)?\d{1,5}", number, re.IGNORECASE)
        and re.fullmatch("[A-Ha-h]", letter)
    }
