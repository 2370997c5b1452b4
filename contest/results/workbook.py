"""Tables as an XLSX workbook, row by row in bounded memory."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from contest.results.plain_rows import PlainRowsSheet, style_number
from contest.results.tables import Column, ColumnKind, Table, Value

_INK = "#1F2A44"
_A4 = 9
_PORTRAIT_WIDTH = 95  # characters that stay legible across an upright page
MOST_ROWS = 1_048_575  # of a sheet, below its header
_LONGEST_CELL = 32_767  # characters
_LONGEST_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]+")
_ROWS_PER_NEWS = 1000
_NUMBER_FORMATS = {
    ColumnKind.TEXT: "@",
    ColumnKind.INTEGER: "0",
    ColumnKind.DECIMAL: "0.00",
    ColumnKind.PERCENT: "0.00%",
    ColumnKind.DATE: "dd/mm/yyyy",
    ColumnKind.INSTANT: "dd/mm/yyyy hh:mm:ss",
}


@dataclass(frozen=True)
class Cover:
    """The sheet that says what the others are: labelled facts, and the title for every page."""

    title: str
    subtitle: str
    created_at: datetime  # wall clock
    facts: Sequence[tuple[str, str | int | datetime]]


def workbook_file(
    tables: Sequence[Table],
    cover: Cover,
    *,
    progress: Callable[[int], None] = lambda _rows: None,
) -> IO[bytes]:
    """An open temporary file with the workbook, at its start; closing it deletes it.

    A table longer than a sheet goes on on the next. `progress` hears how many rows are written.
    """
    file = TemporaryFile()  # noqa: SIM115 (the caller sends and closes it)
    try:
        with TemporaryDirectory() as folder:  # of rows on their way; they hold what people are
            _write(file, tables, cover, folder=folder, count=_Counter(progress))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _write(
    file: IO[bytes], tables: Sequence[Table], cover: Cover, *, folder: str, count: "_Counter"
) -> None:
    workbook = Workbook(
        file,
        {"constant_memory": True, "tmpdir": folder, "default_date_format": "dd/mm/yyyy"},
    )
    workbook.set_properties(
        {"title": cover.title, "subject": cover.subtitle, "created": cover.created_at}
    )
    try:
        _write_sheets(workbook, tables, cover, count)
        workbook.close()
    finally:
        for sheet in workbook.worksheets():
            if isinstance(sheet, PlainRowsSheet):
                sheet.close_rows()


def _write_sheets(
    workbook: Workbook, tables: Sequence[Table], cover: Cover, count: "_Counter"
) -> None:
    formats = {kind: _cell_format(workbook, kind) for kind in ColumnKind}
    header = _header_format(workbook)
    names = _SheetNames()
    for table in tables:
        rows = iter(table.rows)
        is_full = True
        while is_full:
            sheet = PlainRowsSheet.of(workbook, names.new(table.title))
            written = _write_table(sheet, table, count.through(rows), cover, formats, header)
            is_full = written == MOST_ROWS
    sheet = PlainRowsSheet.of(workbook, names.new(_("Thông tin")))
    _write_cover(sheet, cover, formats, header)


class _Counter:
    def __init__(self, progress: Callable[[int], None]) -> None:
        self._progress = progress
        self._done = 0

    def through(self, rows: Iterable[Sequence[Value]]) -> Iterator[Sequence[Value]]:
        for row in rows:
            yield row
            self._done += 1
            if self._done % _ROWS_PER_NEWS == 0:
                self._progress(self._done)


class _SheetNames:
    """Names that Excel takes: short, without some signs, each once whatever its case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, title: str) -> str:
        plain = " ".join(_NOT_IN_NAMES.sub(" ", title).split()).strip(" '") or "Sheet"
        name, number = plain[:_LONGEST_NAME].strip(" '"), 1
        while name.lower() in self._taken:
            number += 1
            ending = f" ({number})"
            name = plain[: _LONGEST_NAME - len(ending)].strip(" '") + ending
        self._taken.add(name.lower())
        return name


def _cell_format(workbook: Workbook, kind: ColumnKind) -> Format:
    wrap = kind is ColumnKind.TEXT
    return workbook.add_format(
        {"num_format": _NUMBER_FORMATS[kind], "valign": "top", "text_wrap": wrap, "border": 4}
    )


def _header_format(workbook: Workbook) -> Format:
    return workbook.add_format(
        {
            "bold": True,
            "font_color": "#FFFFFF",
            "bg_color": _INK,
            "border": 1,
            "valign": "vcenter",
            "text_wrap": True,
        }
    )


def _write_table(
    sheet: PlainRowsSheet,
    table: Table,
    rows: Iterator[Sequence[Value]],
    cover: Cover,
    formats: dict[ColumnKind, Format],
    header: Format,
) -> int:
    """How many rows of those that are left have been written: no more than a sheet holds."""
    _set_up_page(sheet, cover, landscape=_is_wide(table.columns))
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 32)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, header)
    styles = [style_number(formats[column.kind]) for column in table.columns]
    number = 0
    for number, row in enumerate(islice(rows, MOST_ROWS), start=1):
        sheet.write_plain_row(number, row, styles)
    sheet.autofilter(0, 0, number, len(table.columns) - 1)
    return number


def _is_wide(columns: Sequence[Column]) -> bool:
    return sum(column.width for column in columns) > _PORTRAIT_WIDTH


def _write_cover(
    sheet: Worksheet, cover: Cover, formats: dict[ColumnKind, Format], header: Format
) -> None:
    _set_up_page(sheet, cover, landscape=False)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 72)
    for number, (name, fact) in enumerate(cover.facts):
        sheet.write_string(number, 0, name, header)
        if isinstance(fact, datetime):
            sheet.write_datetime(number, 1, fact, formats[ColumnKind.INSTANT])
        elif isinstance(fact, str):
            sheet.write_string(number, 1, fact[:_LONGEST_CELL], formats[ColumnKind.TEXT])
        else:
            sheet.write_number(number, 1, fact, formats[ColumnKind.INTEGER])


def _set_up_page(sheet: Worksheet, cover: Cover, *, landscape: bool) -> None:
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.75)
    sheet.fit_to_pages(1, 0)
    # "&" starts a code in headers and footers
    sheet.set_header("&L" + _for_margin(cover.title) + "&R" + _for_margin(cover.subtitle))
    sheet.set_footer("&L" + f"{cover.created_at:%d/%m/%Y %H:%M}" + "&R" + _("Trang &P/&N"))


def _for_margin(text: str) -> str:
    return text.replace("&", "&&")[:110]  # a header or footer holds 255 characters
