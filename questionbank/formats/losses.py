"""What a format leaves out of the questions that are to be written in it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass, fields

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from questionbank.enums import Difficulty
from questionbank.formats.base import DOCUMENTS, FORMER_LAW, PARAGRAPHS, PINS, Format
from questionbank.formats.parsed import ParsedChoice, ParsedQuestion
from questionbank.rules.pinning import refers_to_others

_LABELS = {
    "code": _("mã câu hỏi"),
    "topic": _("chủ đề"),
    "set_code": _("bộ câu hỏi"),
    "difficulty": _("mức độ"),
    "scoring": _("cách chấm từng phần"),
    "tolerance": _("sai số"),
    "points": _("điểm"),
    "explanation": _("giải thích"),
    "sources": _("căn cứ"),
    "tags": _("nhãn"),
    "picture": _("hình"),
}
_USUAL = {"difficulty": Difficulty.MEDIUM} | {
    field.name: field.default for field in fields(ParsedQuestion) if field.default is not MISSING
}


@dataclass(frozen=True)
class _Part:
    """A part of a field, told by itself where the format has the field but not this of it."""

    field: str
    label: str | Promise
    is_there: Callable[[ParsedQuestion], bool]


_PARTS = {
    PINS: _Part(
        "choices", _("vị trí cố định của phương án"), lambda it: bool(pins_to_tell(it.choices))
    ),
    FORMER_LAW: _Part(
        "sources",
        _("đánh dấu quy định trước đây"),
        lambda it: any(source.is_historical for source in it.sources),
    ),
    DOCUMENTS: _Part(
        "sources",
        _("tên và ngày của văn bản"),
        lambda it: any(source.document for source in it.sources),
    ),
    PARAGRAPHS: _Part("stem", _("chia đoạn"), lambda it: "\n" in it.stem),
}


@dataclass(frozen=True)
class Losses:
    """`left_out` questions cannot be written at all; of others, `fields` are lost, by label."""

    left_out: int
    fields: dict[str, int]


def losses(file_format: Format, questions: Sequence[ParsedQuestion]) -> Losses:
    written = writable(file_format, questions)
    lost = Counter(
        str(label) for question in written for label in _lost(question, file_format.fields)
    )
    return Losses(len(questions) - len(written), dict(sorted(lost.items())))


def writable(file_format: Format, questions: Sequence[ParsedQuestion]) -> list[ParsedQuestion]:
    """Those that the format can hold.

    Without its picture a question is another one, unless its code tells that it is the same.
    """
    keeps_pictures = not {"picture", "code"}.isdisjoint(file_format.fields)
    return [
        question
        for question in questions
        if question.kind in file_format.kinds and (keeps_pictures or question.picture is None)
    ]


def pins_to_tell(choices: Sequence[ParsedChoice]) -> list[int]:
    """The places, from 0, of options that are pinned although their text does not show it."""
    return [
        place
        for place, choice in enumerate(choices)
        if choice.is_pinned and not refers_to_others(choice.text)
    ]


def _lost(question: ParsedQuestion, held: frozenset[str]) -> list[str | Promise]:
    whole = [
        label
        for name, label in _LABELS.items()
        if name not in held and getattr(question, name) != _USUAL[name]
    ]
    parts = [
        part.label
        for name, part in _PARTS.items()
        if name not in held and part.field in held and part.is_there(question)
    ]
    return whole + parts
