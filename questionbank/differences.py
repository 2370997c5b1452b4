"""What differs between two wordings: of one question, or of two that are alike; word by word."""

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from string import ascii_uppercase

from django.utils.translation import gettext as _

from accounts.rules.folding import fold
from questionbank.formats.parsed import ParsedPicture, ParsedQuestion, ParsedSource


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


@dataclass(frozen=True)
class Side:
    """A part of one of two questions; `letter` and `is_right` are of an option."""

    pieces: list[Piece]
    letter: str = ""
    is_right: bool = False


@dataclass(frozen=True)
class Facing:
    """The same part of two questions, of which one may lack it. Pieces with a sign differ."""

    label: str
    left: Side | None
    right: Side | None


def side_by_side(a: ParsedQuestion, b: ParsedQuestion) -> list[Facing]:
    """The questions with their answers, and what else differs.

    Each option of b stands beside the one of a that it is likest.
    """
    rows = [Facing(_("Câu hỏi"), *_facing(a.stem, b.stem))]
    rows += _facing_options(a, b)
    mine, its = _parts(a), _parts(b)
    if not (a.choices and b.choices):
        rows.append(Facing(_("Đáp án"), *_facing(mine[_("Đáp án")], its[_("Đáp án")])))
    for label in (_("Dạng"), _("Mức độ"), _("Giải thích"), _("Căn cứ")):
        if mine[label] != its[label]:
            rows.append(Facing(label, *_facing(mine[label], its[label])))
    return rows


def _facing(a: str, b: str) -> tuple[Side, Side]:
    pieces = _compared(a, b)
    return (
        Side([piece for piece in pieces if piece.sign != "+"]),
        Side([piece for piece in pieces if piece.sign != "-"]),
    )


def _facing_options(a: ParsedQuestion, b: ParsedQuestion) -> list[Facing]:
    likeness = {
        (i, j): SequenceMatcher(None, fold(mine.text), fold(its.text), autojunk=False).ratio()
        for i, mine in enumerate(a.choices)
        for j, its in enumerate(b.choices)
    }
    partner: dict[int, int] = {}
    for i, j in sorted(likeness, key=lambda pair: (-likeness[pair], pair)):
        if i not in partner and j not in partner.values():
            partner[i] = j
    rest = [j for j in range(len(b.choices)) if j not in partner.values()]
    return [
        *(_facing_option(a, i, b, partner.get(i)) for i in range(len(a.choices))),
        *(_facing_option(a, None, b, j) for j in rest),
    ]


def _facing_option(a: ParsedQuestion, i: int | None, b: ParsedQuestion, j: int | None) -> Facing:
    mine = None if i is None else a.choices[i]
    its = None if j is None else b.choices[j]
    left, right = _facing(mine.text if mine else "", its.text if its else "")
    return Facing(
        _("Phương án"),
        None if mine is None else replace(left, letter=_letter(i), is_right=mine.is_correct),
        None if its is None else replace(right, letter=_letter(j), is_right=its.is_correct),
    )


def _letter(place: int | None) -> str:
    return "" if place is None else ascii_uppercase[place]


def _parts(question: ParsedQuestion) -> dict[str, str]:
    letters = zip(ascii_uppercase, question.choices, strict=False)
    right = [letter for letter, it in letters if it.is_correct]
    key = ", ".join(right) or " · ".join(question.accepted)
    letters = zip(ascii_uppercase, question.choices, strict=False)
    pinned = [letter for letter, it in letters if it.is_pinned]
    if question.number is not None:
        key = f"{question.number:f} ± {question.tolerance:f}"
    return {
        _("Câu hỏi"): question.stem,
        **_picture_parts(question.picture),
        **{
            _("Phương án %(letter)s") % {"letter": letter}: choice.text
            for letter, choice in zip(ascii_uppercase, question.choices, strict=False)
        },
        _("Đáp án"): key,
        _("Phương án giữ vị trí"): ", ".join(pinned),
        _("Dạng"): str(question.kind.label),
        _("Cách chấm"): str(question.scoring.label),
        _("Mức độ"): str(question.difficulty.label),
        _("Điểm"): f"{question.points:f}",
        _("Giải thích"): question.explanation,
        _("Căn cứ"): "; ".join(map(_source, question.sources)),
    }


def _source(source: ParsedSource) -> str:
    former = _("quy định trước đây") if source.is_historical else ""
    return ", ".join(filter(None, (source.article, source.document, source.link, former)))


def _picture_parts(picture: ParsedPicture | None) -> dict[str, str]:
    """A picture is told from another by its extent and the beginning of its digest."""
    if picture is None:
        return {}
    return {
        _("Hình"): f"{picture.width} × {picture.height} ({picture.digest[:8]})",
        _("Mô tả hình"): picture.description,
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
