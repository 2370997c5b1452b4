"""Question tables in Excel workbooks."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import column_index_from_string

from accounts.formats.bad_file import BadFile
from accounts.formats.office_files import check_office_file
from accounts.formats.safe_zip import SafeZip
from accounts.rules.folding import fold
from questionbank.enums import Difficulty, QuestionKind, Scoring
from questionbank.formats import tabular
from questionbank.formats.base import MOST_CHARACTERS, MOST_QUESTIONS, Bank, Format, Item
from questionbank.formats.parsed import ParsedQuestion
from questionbank.formats.signs import in_place

MOST_EMPTY_ROWS = 500  # below them nobody has written anything
_CREATED = datetime(2022, 2, 18)  # noqa: DTZ001 (the same bytes for the same questions)
_TAIL = 4 * 1024 * 1024  # bytes; merged cells are told behind all rows
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^<>]*?ref=\"([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})\""
)
_WITHOUT_RESULT = re.compile(rb"(?:</f>|<f\b[^<>]*/>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_ASIDE_IN_FORMAT = re.compile(r"\[[^\]]*\]|\"[^\"]*\"|\\.")
_LINE_END = re.compile(r"_x000[dD]_\n?|_x000[9aA]_")  # how Excel writes what XML would lose
_ASIDE = {"vi du", "huong dan", "danh muc", "example", "examples", "guide", "lists"}
_WIDTHS = {"stem": 60, "choice": 28, "other": 16}


def _read(data: bytes) -> Iterator[Item]:
    archive = check_office_file(
        data,
        part="xl/workbook.xml",
        extension=".xlsx",
        texts=("xl/worksheets/", "xl/sharedStrings"),
    )
    try:
        parts = _parts(data)
        yield from _items(_sheets(data), _formulas(archive, data), archive, parts)
    except BadFile:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part leads it to
        raise _broken() from error


def _broken() -> BadFile:
    return BadFile(_("tệp Excel bị hỏng hoặc không đúng định dạng."))


def _parts(data: bytes) -> dict[str, str]:
    """The member that each sheet is in, by its title. Raises BadFile if two are in one.

    A hundred sheets of one large part would be read a hundred times.
    """
    reader = ExcelReader(io.BytesIO(data), read_only=True)
    reader.read_manifest()
    reader.read_workbook()
    parts = {sheet.name: relation.target for sheet, relation in reader.parser.find_sheets()}
    if len(set(parts.values())) != len(parts):
        raise _broken()
    return parts


def _sheets(data: bytes, *, data_only: bool = True) -> list[Any]:
    """Those that people see, but for examples and lists."""
    book = load_workbook(
        io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False, rich_text=True
    )
    return [
        sheet
        for sheet in book.worksheets
        if sheet.sheet_state == "visible" and fold(sheet.title) not in _ASIDE
    ]


def _formulas(archive: SafeZip, data: bytes) -> list[Any]:
    """The sheets with formulas in place of results, if any formula has none; else nothing."""
    parts = [name for name in archive.names if name.startswith("xl/worksheets/")]
    if any(_WITHOUT_RESULT.search(archive.read(name)) for name in parts):
        return _sheets(data, data_only=False)
    return []


def _items(
    sheets: list[Any], formulas: list[Any], archive: SafeZip, parts: dict[str, str]
) -> Iterator[Item]:
    found = False
    for sheet, with_formulas in zip_longest(sheets, formulas):
        rows = _rows(sheet, merged=_merged(archive.read(parts[sheet.title])[-_TAIL:]))
        if with_formulas is not None:
            rows = _checked_rows(rows, with_formulas)
        try:
            yield from tabular.items_of(rows, sheet=sheet.title if len(sheets) > 1 else "")
        except BadFile:
            if len(sheets) == 1:
                raise
        else:
            found = True
    if not found:
        raise BadFile(_("không trang tính nào có các cột “Câu hỏi” và “Đáp án”; xin xem tệp mẫu."))


def _rows(sheet: Any, *, merged: dict[tuple[int, int], int]) -> Iterator[list[str]]:
    """The texts of each row; a cell merged with those above it has their text."""
    shared: dict[int, tuple[int, str]] = {}  # by column: the last row, and the text
    empty = 0
    for number, row in enumerate(_cells(sheet), start=1):
        texts = [_text(cell) for cell in row]
        empty = 0 if any(texts) else empty + 1
        if empty > MOST_EMPTY_ROWS:
            return
        if empty == 0:
            for column, (last, text) in shared.items():
                if number <= last and column < len(texts):
                    texts[column] = texts[column] or text
        for column, text in enumerate(texts):
            if bottom := merged.get((number, column)):
                shared[column] = bottom, text
        yield texts


def _cells(sheet: Any) -> Iterator[Any]:
    sheet.reset_dimensions()  # what a file claims of its size is not believed
    rows: Iterator[Any] = sheet.iter_rows(max_col=tabular.MOST_COLUMNS, max_row=3 * MOST_QUESTIONS)
    return rows


def _merged(end_of_sheet: bytes) -> dict[tuple[int, int], int]:
    """The last row of cells that are merged downwards, by the place of the first of them.

    The reader that streams leaves them out.
    """
    merged: dict[tuple[int, int], int] = {}
    for found in _MERGED.finditer(end_of_sheet):
        column, top, bottom = (part.decode() for part in found.groups())
        if int(bottom) > int(top):
            merged[int(top), column_index_from_string(column) - 1] = int(bottom)
    return merged


def _checked_rows(rows: Iterator[list[str]], with_formulas: Any) -> Iterator[list[str]]:
    """The rows, with a fault in the cells whose formula was never worked out."""
    for texts, formulas in zip(rows, _cells(with_formulas), strict=False):
        for column, cell in enumerate(formulas):
            if cell.data_type == "f" and not texts[column]:
                texts[column] = tabular.NO_RESULT
        yield texts


def _text(cell: Any) -> str:
    """What the cell shows: numbers without a needless ".0", percentages with their sign."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return "Đúng" if value else "Sai"
        case int() | float():
            return _shown_number(value, str(cell.number_format))
        case date() | time():
            return _shown_date(value, str(cell.number_format))
        case CellRichText():
            value = "".join(map(_shown_part, value))
    return _LINE_END.sub("\n", str(value)[: MOST_CHARACTERS + 1])


def _shown_part(part: str | TextBlock) -> str:
    if isinstance(part, str):
        return part
    return in_place(part.text, part.font.vertAlign or "")


def _shown_number(value: float, number_format: str) -> str:
    if number_format.endswith("%"):
        return f"{value * 100:.10g}%"
    if re.fullmatch("0{2,20}", number_format):
        return f"{value:.0f}".zfill(len(number_format))
    return f"{value:.15g}"


def _shown_date(value: date | time, number_format: str) -> str:
    """ "1/7" that Excel took for a date comes out as it was typed, a whole date as we write it."""
    plain = _ASIDE_IN_FORMAT.sub("", number_format.lower())
    parts = []
    if isinstance(value, date):
        parts.append(_shown_day(value, plain))
    if isinstance(value, time) or (isinstance(value, datetime) and "h" in plain):
        parts.append(f"{value:%H:%M:%S}".removesuffix(":00"))
    return " ".join(parts)


def _shown_day(value: date, plain_format: str) -> str:
    if "y" not in plain_format and "d" in plain_format:
        return f"{value.day}/{value.month}"
    return f"{value:%d/%m/%Y}" if "d" in plain_format else f"{value:%m/%Y}"


def _write(bank: Bank) -> bytes:
    target = io.BytesIO()
    with new_workbook(target) as book:
        topics = {topic.code: topic.name for topic in bank.topics}
        write_table(book, book.add_worksheet(_("Câu hỏi")), bank.questions, topics)
    return target.getvalue()


def new_workbook(target: io.BytesIO) -> Any:
    """One whose cells are texts, whatever they begin with: "=..." is no formula in a question."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"created": _CREATED})
    return book


def write_table(
    book: Any,
    sheet: Any,
    questions: Iterable[ParsedQuestion] = (),
    topics: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """The headings, with the lists to choose from, and a row for each question."""
    head = head_format(book)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    plain = book.add_format({})
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
        add_list(sheet, name, {"source": [str(label) for _value, label in choices.choices]})
    for number, question in enumerate(questions, start=1):
        for column, text in enumerate(tabular.row_of(question, topics)):
            if text.startswith("<r>"):  # XlsxWriter would take it for XML of its own
                sheet.write_rich_string(number, column, text[0], plain, text[1:], wrap)
            elif text:
                sheet.write_string(number, column, text, wrap)


def head_format(book: Any) -> Any:
    return book.add_format(
        {"bold": True, "text_wrap": True, "bg_color": "#B3261E", "font_color": "#FFFFFF"}
    )


def add_list(sheet: Any, heading: str, options: dict[str, Any]) -> None:
    """A list to choose from in every cell under the heading."""
    column = tabular.headings().index(heading)
    sheet.data_validation(1, column, MOST_QUESTIONS, column, {"validate": "list", **options})


def _width(heading: str) -> int:
    if heading in (_("Câu hỏi"), _("Giải thích")):
        return _WIDTHS["stem"]
    return _WIDTHS["choice" if heading.startswith(_("Phương án")) else "other"]


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
