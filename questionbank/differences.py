"""What has changed from one wording of a question to another, word by word."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from string import ascii_uppercase

from django.utils.translation import gettext as _

from questionbank.formats.parsed import ParsedQuestion


@dataclass(frozen=True)
class Piece:
    """Some words; `sign` is "+" for new ones, "-" for those that went, "" for those that stayed."""

    text: str
    sign: str = ""


@dataclass(frozen=True)
class Change:
    label: str
    pieces: list[Piece]


def changes(old: ParsedQuestion, new: ParsedQuestion) -> list[Change]:
    """The parts of the question that differ, in the order people read them."""
    before, after = _parts(old), _parts(new)
    return [
        Change(label, _compared(before.get(label, ""), after.get(label, "")))
        for label in dict.fromkeys([*after, *before])
        if before.get(label, "") != after.get(label, "")
    ]


def _parts(question: ParsedQuestion) -> dict[str, str]:
    letters = zip(ascii_uppercase, question.choices, strict=False)
    right = [letter for letter, it in letters if it.is_correct]
    key = ", ".join([*right, *question.accepted])
    if question.number is not None:
        key = f"{question.number:f} ± {question.tolerance:f}"
    return {
        _("Câu hỏi"): question.stem,
        **{
            _("Phương án %(letter)s") % {"letter": letter}: choice.text
            for letter, choice in zip(ascii_uppercase, question.choices, strict=False)
        },
        _("Đáp án"): key,
        _("Dạng"): str(question.kind.label),
        _("Cách chấm"): str(question.scoring.label),
        _("Mức độ"): str(question.difficulty.label),
        _("Điểm"): f"{question.points:f}",
        _("Giải thích"): question.explanation,
        _("Căn cứ"): "; ".join(
            ", ".join(part for part in (it.article, it.document, it.link) if part)
            for it in question.sources
        ),
    }


def _compared(old: str, new: str) -> list[Piece]:
    before, after = old.split(), new.split()
    pieces: list[Piece] = []
    for deed, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if deed == "equal":
            pieces.append(Piece(" ".join(before[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(Piece(" ".join(before[i1:i2]), "-"))
        if j2 > j1:
            pieces.append(Piece(" ".join(after[j1:j2]), "+"))
    return pieces
