"""What a format leaves out of the questions that are to be written in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, fields

from django.utils.translation import gettext_lazy as _

from questionbank.formats.base import Format
from questionbank.formats.parsed import ParsedQuestion

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
_USUAL = {
    field.name: field.default for field in fields(ParsedQuestion) if field.default is not MISSING
}


@dataclass(frozen=True)
class Losses:
    """`left_out` questions cannot be written at all; of others, `fields` are lost, by label."""

    left_out: int
    fields: dict[str, int]


def losses(file_format: Format, questions: Sequence[ParsedQuestion]) -> Losses:
    written = writable(file_format, questions)
    lost = Counter(
        str(_LABELS[name])
        for question in written
        for name in _LABELS.keys() - file_format.fields
        if name == "difficulty" or getattr(question, name) != _USUAL[name]
    )
    return Losses(len(questions) - len(written), dict(sorted(lost.items())))


def writable(file_format: Format, questions: Sequence[ParsedQuestion]) -> list[ParsedQuestion]:
    return [question for question in questions if question.kind in file_format.kinds]
