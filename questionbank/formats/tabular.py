"""What question tables have in common: from rows of cells to raw questions, and back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from string import ascii_uppercase

from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile
from accounts.rules.folding import fold, tidy
from questionbank.enums import QuestionKind, Scoring
from questionbank.formats import words
from questionbank.formats.base import Item, RawQuestion, RawSource
from questionbank.formats.parsed import ParsedQuestion, Problem

Row = Sequence[str]
KINDS = frozenset(QuestionKind)
FIELDS = frozenset(ParsedQuestion.__dataclass_fields__) - {"where", "picture"}
ROWS_BEFORE_HEADINGS = 20  # titles, the name of the office
MOST_COLUMNS = 60
CHOICES_WRITTEN = 8
_BETWEEN = "\n"  # several accepted answers, sources or tags in one cell
NO_RESULT = "#CHƯA TÍNH"  # a formula that no spreadsheet has worked out yet
_FORMULA_FAULTS = {
    *("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"),
    NO_RESULT,
}
_LETTERS_OF_TRUTH = {
    **dict.fromkeys(("dung", "d", "true", "t", "1", "co"), "A"),
    **dict.fromkeys(("sai", "s", "false", "f", "0", "khong"), "B"),
}


@dataclass(frozen=True)
class Columns:
    """Where each field stands; `choices` by the place of the option."""

    fields: dict[str, int]
    choices: dict[int, int]

    def text(self, row: Row, name: str) -> str:
        place = self.fields.get(name)
        return row[place] if place is not None and place < len(row) else ""

    def used(self, row: Row) -> list[str]:
        places = {*self.fields.values(), *self.choices.values()}
        return [cell for place, cell in enumerate(row) if place in places]

    def choice_texts(self, row: Row) -> tuple[str, ...]:
        count = max(self.choices, default=-1) + 1
        places = [self.choices.get(number) for number in range(count)]
        texts = [row[it] if it is not None and it < len(row) else "" for it in places]
        while texts and not tidy(texts[-1]):
            texts.pop()
        return tuple(texts)


def items_of(rows: Iterable[Row], *, sheet: str = "") -> Iterator[Item]:
    """A question for each row under the headings. Raises BadFile when no headings are found."""
    columns: Columns | None = None
    for number, whole_row in enumerate(rows, start=1):
        row = whole_row[:MOST_COLUMNS]
        if columns is None:
            columns = columns_of(row)
            if columns is None and number >= ROWS_BEFORE_HEADINGS:
                break
        elif any(tidy(cell) for cell in row):
            yield _item(columns, row, where=_where(number, sheet))
    if columns is None:
        raise BadFile(
            _("không thấy dòng tiêu đề có các cột “Câu hỏi” và “Đáp án”; xin xem tệp mẫu.")
        )


def columns_of(row: Row) -> Columns | None:
    """The columns that these headings name; None if they are not headings."""
    fields: dict[str, int] = {}
    choices: dict[int, int] = {}
    for place, heading in enumerate(row[:MOST_COLUMNS]):
        name = words.heading_of(heading) if tidy(heading) else None
        if not name:
            continue
        if name.startswith("choice:"):
            choices.setdefault(int(name.removeprefix("choice:")), place)
        elif name not in fields or words.rank_of(heading) < words.rank_of(row[fields[name]]):
            fields[name] = place
    return Columns(fields, choices) if {"stem", "key"} <= fields.keys() else None


def _where(number: int, sheet: str) -> str:
    if sheet:
        return _("dòng %(number)d (%(sheet)s)") % {"number": number, "sheet": sheet}
    return _("dòng %(number)d") % {"number": number}


def _item(columns: Columns, row: Row, *, where: str) -> Item:
    if faults := [cell for cell in columns.used(row) if cell.strip() in _FORMULA_FAULTS]:
        return Problem(where, _("có ô bị lỗi công thức (%(fault)s).") % {"fault": faults[0]})
    kind = columns.text(row, "kind")
    key = columns.text(row, "key")
    choices = columns.choice_texts(row)
    if words.kind_of(kind) is QuestionKind.TRUE_FALSE and not choices:
        choices = ("Đúng", "Sai")
        key = _LETTERS_OF_TRUTH.get(fold(key), key)
    is_text = not choices and words.kind_of(kind) is not QuestionKind.NUMBER
    return RawQuestion(
        where=where,
        stem=columns.text(row, "stem"),
        choices=choices,
        key=_parts(key) if is_text else (key,),
        kind=kind,
        code=columns.text(row, "code"),
        topic=columns.text(row, "topic"),
        difficulty=columns.text(row, "difficulty"),
        set_code=columns.text(row, "set_code"),
        scoring=columns.text(row, "scoring"),
        tolerance=columns.text(row, "tolerance"),
        points=columns.text(row, "points"),
        explanation=columns.text(row, "explanation"),
        sources=tuple(_sources(columns, row)),
        tags=_parts(columns.text(row, "tags").replace(";", "\n").replace(",", "\n")),
    )


def _parts(cell: str) -> tuple[str, ...]:
    parts = cell.replace("|", "\n").splitlines()
    return tuple(part for part in parts if tidy(part))


def _sources(columns: Columns, row: Row) -> Iterator[RawSource]:
    for text in columns.text(row, "sources").replace(";", "\n").splitlines():
        yield RawSource(text=text)
    named = (columns.text(row, name).splitlines() for name in ("documents", "articles", "link"))
    for document, article, link in zip_longest(*named, fillvalue=""):
        yield RawSource(document=document, article=article, link=link)


def headings() -> list[str]:
    """What stands above the columns of `row_of`."""
    return [
        _("Mã"),
        _("Chủ đề"),
        _("Bộ câu hỏi"),
        _("Dạng"),
        _("Mức độ"),
        _("Câu hỏi"),
        *(_("Phương án %(letter)s") % {"letter": letter} for letter in _written_letters()),
        _("Đáp án"),
        _("Cách chấm"),
        _("Sai số"),
        _("Điểm"),
        _("Giải thích"),
        _("Văn bản"),
        _("Điều, khoản"),
        _("Liên kết"),
        _("Nhãn"),
    ]


def _written_letters() -> str:
    return ascii_uppercase[:CHOICES_WRITTEN]


def row_of(question: ParsedQuestion, topics: Mapping[str, str]) -> list[str]:
    """The cells of a question; `topics` are names by code, for people know no codes."""
    texts = [choice.text for choice in question.choices]
    texts += [""] * (CHOICES_WRITTEN - len(texts))
    partial = question.scoring is Scoring.PARTIAL
    return [
        question.code,
        topics.get(question.topic, question.topic),
        question.set_code,
        str(question.kind.label),
        str(question.difficulty.label),
        question.stem,
        *texts,
        _key(question),
        str(question.scoring.label) if partial else "",
        f"{question.tolerance:f}" if question.tolerance else "",
        f"{question.points:f}" if question.points != 1 else "",
        question.explanation,
        _lines(source.document for source in question.sources),
        _lines(source.article for source in question.sources),
        _lines(source.link for source in question.sources),
        _BETWEEN.join(question.tags),
    ]


def _lines(texts: Iterable[str]) -> str:
    return _BETWEEN.join(texts).rstrip(_BETWEEN)


def _key(question: ParsedQuestion) -> str:
    if question.number is not None:
        return f"{question.number:f}"
    if question.accepted:
        return _BETWEEN.join(question.accepted)
    return ", ".join(
        letter
        for letter, choice in zip(ascii_uppercase, question.choices, strict=False)
        if choice.is_correct
    )
