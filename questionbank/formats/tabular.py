"""What question tables have in common: from rows of cells to raw questions, and back."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from string import ascii_uppercase

from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile
from accounts.rules.folding import fold, tidy
from questionbank.enums import QuestionKind, Scoring
from questionbank.formats import lettered, words
from questionbank.formats.base import (
    ALL_FIELDS,
    DOCUMENTS,
    FORMER_LAW,
    PINS,
    Item,
    RawQuestion,
    RawSource,
)
from questionbank.formats.keys import written_key
from questionbank.formats.parsed import ParsedQuestion, Problem
from questionbank.rules.legacy_encodings import all_to_unicode

Row = Sequence[str]
KINDS = frozenset(QuestionKind)
FIELDS = ALL_FIELDS - {"picture", PINS, FORMER_LAW, DOCUMENTS}
ROWS_BEFORE_HEADINGS = 20  # titles, the name of the office
MOST_COLUMNS = 60
CHOICES_WRITTEN = 8
_BETWEEN_NAMES = ", "  # of the right options
_BETWEEN = "\n"  # several accepted answers, sources or tags in one cell
NO_RESULT = "#CHƯA TÍNH"  # a formula that no spreadsheet has worked out yet
_FORMULA_FAULTS = {
    *("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"),
    NO_RESULT,
}
_NEEDED = {"stem", "key"}
_NUMBER_IN_STEM = re.compile(r"\s*câu(?: hỏi)?(?: số)?\s*\d{1,5}\s*[.:)/]\s*", re.IGNORECASE)
_NUMBER_ALONE = re.compile(r"(?:câu(?: hỏi)?(?: số)?\s*)?\d{1,5}\s*[.:)/]?", re.IGNORECASE)
_TRUTHS = ("Đúng", "Sai")
_TRUTH_OF = {"đúng": "Đúng", "đ": "Đúng", "sai": "Sai", "s": "Sai"}  # no "d", which is an option
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


def items_of(rows: Iterable[Row], *, sheet: str = "", is_tight: bool = False) -> Iterator[Item]:
    """A question for each row under the headings, which may come again in another order.

    In a tight table a row with more cells than there are headings has a separator too many.
    Raises BadFile when no headings are found, or two columns have the same.
    """
    columns: Columns | None = None
    headings: Row = ()
    for number, whole_row in enumerate(rows, start=1):
        row = whole_row[:MOST_COLUMNS]
        if found := _columns_here(row, headings if columns else ()):
            columns, headings = found, row
        elif columns is None and number >= ROWS_BEFORE_HEADINGS:
            break
        elif columns is not None and any(tidy(cell) for cell in columns.used(row)):
            where = _where(number, sheet)
            if is_tight and len(row) > len(headings):
                yield Problem(
                    where, _("có nhiều ô hơn dòng tiêu đề; có lẽ dấu ngăn cách ô đứng trong câu.")
                )
            else:
                yield _item(columns, row, where=where)
    if columns is None:
        raise BadFile(
            _("không thấy dòng tiêu đề có các cột “Câu hỏi” và “Đáp án”; xin xem tệp mẫu.")
        )


def _columns_here(row: Row, above: Row) -> Columns | None:
    """The columns if the row is one of headings; below others it may only say more of them.

    "Phương án trả lời" over "A", "B", "C" is one heading in two rows.
    """
    if not above:
        return columns_of(row)
    filled = [cell for cell in row if tidy(cell)]
    if len(filled) < 2 or any(words.heading_of(cell) is None for cell in filled):
        return None
    under = zip_longest(row, above, fillvalue="")
    return columns_of(row) or columns_of([lower if tidy(lower) else it for lower, it in under])


def columns_of(row: Row) -> Columns | None:
    """The columns that these headings name; None if they are not headings.

    Raises BadFile when two columns for the same thing are there with equal right.
    """
    fields: dict[str, int] = {}
    choices: dict[int, int] = {}
    twice: list[str] = []
    for place, heading in enumerate(all_to_unicode(row[:MOST_COLUMNS])):
        name = words.heading_of(heading) if tidy(heading) else None
        if not name:
            continue
        if name.startswith("choice:"):
            first = choices.setdefault(int(name.removeprefix("choice:")), place)
            twice += [heading] if first != place else []
        elif name not in fields or words.rank_of(heading) < words.rank_of(row[fields[name]]):
            fields[name] = place
        elif name in _NEEDED and fold(heading) == fold(row[fields[name]]):
            twice.append(heading)
    if not fields.keys() >= _NEEDED:
        return None
    if twice:
        raise BadFile(
            _("dòng tiêu đề có hơn một cột “%(heading)s”; xin để mỗi bảng ở một trang riêng.")
            % {"heading": tidy(twice[0])[:40]}
        )
    return Columns(fields, choices)


def _where(number: int, sheet: str) -> str:
    if sheet:
        return _("dòng %(number)d (%(sheet)s)") % {"number": number, "sheet": sheet}
    return _("dòng %(number)d") % {"number": number}


def _item(columns: Columns, row: Row, *, where: str) -> Item:
    if faults := [cell for cell in columns.used(row) if cell.strip() in _FORMULA_FAULTS]:
        return Problem(where, _("có ô bị lỗi công thức (%(fault)s).") % {"fault": faults[0]})
    kind, key = columns.text(row, "kind"), columns.text(row, "key")
    stem, choices = _stem_and_choices(columns, row)
    if _NUMBER_ALONE.fullmatch(tidy(stem)):
        return Problem(where, _("cột câu hỏi chỉ có số thứ tự; xin xem lại dòng tiêu đề."))
    said = words.kind_of(kind)
    if not choices and said is QuestionKind.TRUE_FALSE:
        choices, key = _TRUTHS, _LETTERS_OF_TRUTH.get(fold(key), key)
    truth = _TRUTH_OF.get(tidy(key).casefold())
    if truth and not choices and not tidy(kind):
        choices = _TRUTHS
    if truth and sorted(map(fold, choices)) == ["dung", "sai"]:
        key = truth
    is_untold = not columns.choices or len(tidy(key)) == 1  # "B" of options that nobody found
    if is_untold and not choices and not tidy(kind) and tidy(stem) and tidy(key):
        return Problem(
            where,
            _("không thấy phương án nào; câu trả lời ngắn, điền số xin ghi rõ ở cột “Dạng”."),
        )
    is_text = not choices and said is not QuestionKind.NUMBER
    return RawQuestion(
        where=where,
        stem=stem,
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


def _stem_and_choices(columns: Columns, row: Row) -> tuple[str, tuple[str, ...]]:
    """The options may stand in columns, or all in one cell: their own, or the question's."""
    stem = _NUMBER_IN_STEM.sub("", columns.text(row, "stem"), count=1)
    choices = columns.choice_texts(row)
    if choices:
        return stem, lettered.without_letters(choices)
    together = columns.text(row, "options")
    if tidy(together):
        return stem, tuple(lettered.split(together)[1])
    stem, options = lettered.split(stem)
    return stem, tuple(options)


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
    right = [place for place, choice in enumerate(question.choices) if choice.is_correct]
    texts = [choice.text for choice in question.choices]
    return _BETWEEN_NAMES.join(written_key(texts, right, between=_BETWEEN_NAMES))
