"""Question tables in Excel workbooks, and the template with its lists and examples."""

import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from accounts.rules.folding import fold
from questionbank.enums import Difficulty, QuestionKind, Scoring
from questionbank.formats import tabular
from questionbank.formats.base import MOST_QUESTIONS, BadFile, Bank, Format, Item
from questionbank.formats.office_files import check_office_file
from questionbank.formats.parsed import ParsedChoice, ParsedQuestion, ParsedSource

MOST_COLUMNS = 60
MOST_EMPTY_ROWS = 500  # below them nobody has written anything
_CREATED = datetime(2022, 2, 18)  # noqa: DTZ001 (the same bytes for the same questions)
_ASIDE = {"vi du", "huong dan", "danh muc", "example", "examples", "guide", "lists"}
_WIDTHS = {"stem": 60, "choice": 28, "other": 16}


def _read(data: bytes) -> Iterator[Item]:
    check_office_file(data, part="xl/workbook.xml", extension=".xlsx")
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [it for it in book.worksheets if fold(it.title) not in _ASIDE]
        yield from _items(sheets)
    except BadFile:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part leads it to
        raise BadFile(_("tệp Excel bị hỏng hoặc không đúng định dạng.")) from error


def _items(sheets: list[Any]) -> Iterator[Item]:
    found = False
    for sheet in sheets:
        sheet.reset_dimensions()  # what a file claims of its size is not believed
        try:
            yield from tabular.items_of(_rows(sheet), sheet=sheet.title if len(sheets) > 1 else "")
        except BadFile:
            if len(sheets) == 1:
                raise
        else:
            found = True
    if not found:
        raise BadFile(_("không trang tính nào có các cột “Câu hỏi” và “Đáp án”; xin xem tệp mẫu."))


def _rows(sheet: Any) -> Iterator[list[str]]:
    empty = 0
    for row in sheet.iter_rows(max_col=MOST_COLUMNS, max_row=3 * MOST_QUESTIONS):
        texts = [_text(cell) for cell in row]
        empty = 0 if any(texts) else empty + 1
        if empty > MOST_EMPTY_ROWS:
            return
        yield texts


def _text(cell: Any) -> str:
    """What the cell shows: numbers without a needless ".0", percentages with their sign."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Đúng" if value else "Sai"
    if isinstance(value, int | float):
        if str(cell.number_format).endswith("%"):
            return f"{value * 100:.10g}%"
        return f"{value:.15g}"
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    return str(value)


def _write(bank: Bank) -> bytes:
    return _workbook(bank.questions, examples=False)


def template() -> bytes:
    """An empty table with lists to choose from, and a sheet with an example of each kind."""
    return _workbook((), examples=True)


def _workbook(questions: Any, *, examples: bool) -> bytes:
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet(_("Câu hỏi"))
        _table(book, sheet, questions)
        if examples:
            _table(book, book.add_worksheet(_("Ví dụ")), _examples())
    return target.getvalue()


def _table(book: Any, sheet: Any, questions: Any) -> None:
    head = book.add_format(
        {"bold": True, "text_wrap": True, "bg_color": "#B3261E", "font_color": "#FFFFFF"}
    )
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    headings = tabular.headings()
    for column, heading in enumerate(headings):
        sheet.set_column(column, column, _width(heading), wrap)
        sheet.write_string(0, column, heading, head)
    sheet.freeze_panes(1, 1)
    for name, choices in (
        (_("Dạng"), QuestionKind),
        (_("Mức độ"), Difficulty),
        (_("Cách chấm"), Scoring),
    ):
        column = headings.index(name)
        labels = [str(label) for _value, label in choices.choices]
        sheet.data_validation(
            1, column, MOST_QUESTIONS, column, {"validate": "list", "source": labels}
        )
    for number, question in enumerate(questions, start=1):
        for column, text in enumerate(tabular.row_of(question)):
            if text:
                sheet.write_string(number, column, text, wrap)


def _width(heading: str) -> int:
    if heading in (_("Câu hỏi"), _("Giải thích")):
        return _WIDTHS["stem"]
    return _WIDTHS["choice" if heading.startswith(_("Phương án")) else "other"]


def _examples() -> list[ParsedQuestion]:
    """One of each kind; every key is checked against the document that it names."""
    culture = ParsedSource("1847/QĐ-TTg", "Điều 1")
    services = ParsedSource("42/2022/NĐ-CP", "Điều 11")
    programme = ParsedSource("76/NQ-CP", "Điều 1")
    return [
        ParsedQuestion(
            stem="Đề án Văn hóa công vụ được Thủ tướng Chính phủ phê duyệt ngày nào?",
            kind=QuestionKind.SINGLE_CHOICE,
            difficulty=Difficulty.EASY,
            code="VD-001",
            topic="Văn hóa công vụ",
            choices=_choices("27/12/2018", "14/6/2019", "15/7/2021", right="27/12/2018"),
            explanation="Quyết định số 1847/QĐ-TTg ngày 27/12/2018.",
            sources=(culture,),
            tags=("văn hóa công vụ",),
        ),
        ParsedQuestion(
            stem="Dịch vụ công trực tuyến được cung cấp theo những mức độ nào?",
            kind=QuestionKind.MULTIPLE_CHOICE,
            difficulty=Difficulty.MEDIUM,
            code="VD-002",
            topic="Dịch vụ công trực tuyến",
            choices=(
                ParsedChoice("Toàn trình", is_correct=True),
                ParsedChoice("Mức độ 3", is_correct=False),
                ParsedChoice("Một phần", is_correct=True),
                ParsedChoice("Mức độ 4", is_correct=False),
            ),
            scoring=Scoring.PARTIAL,
            sources=(services,),
        ),
        ParsedQuestion(
            stem="Dịch vụ công trực tuyến có bốn mức độ cung cấp.",
            kind=QuestionKind.TRUE_FALSE,
            difficulty=Difficulty.EASY,
            code="VD-003",
            topic="Dịch vụ công trực tuyến",
            choices=_choices("Đúng", "Sai", right="Sai"),
            explanation="Hai mức: toàn trình và một phần.",
            sources=(services,),
        ),
        ParsedQuestion(
            stem="Số, ký hiệu của quyết định phê duyệt Đề án Văn hóa công vụ là gì?",
            kind=QuestionKind.SHORT_TEXT,
            difficulty=Difficulty.HARD,
            code="VD-004",
            topic="Văn hóa công vụ",
            accepted=("1847/QĐ-TTg", "1847"),
            sources=(culture,),
        ),
        ParsedQuestion(
            stem=(
                "Chương trình tổng thể cải cách hành chính nhà nước giai đoạn 2021-2030 có bao"
                " nhiêu nội dung?"
            ),
            kind=QuestionKind.NUMBER,
            difficulty=Difficulty.EASY,
            code="VD-005",
            topic="Chương trình tổng thể cải cách hành chính nhà nước",
            number=Decimal(6),
            sources=(programme,),
        ),
    ]


def _choices(*texts: str, right: str) -> tuple[ParsedChoice, ...]:
    return tuple(ParsedChoice(text, is_correct=text == right) for text in texts)


FORMAT = Format(
    name="xlsx",
    label="Excel (XLSX)",
    extension=".xlsx",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    kinds=tabular.KINDS,
    fields=tabular.FIELDS,
    read=_read,
    write=_write,
)
