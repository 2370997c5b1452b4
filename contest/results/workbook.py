"""Tables as an XLSX workbook, row by row in bounded memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from contest.results.tables import ColumnKind, Table, Value

_INK = "#1F2A44"
_A4 = 9
_NUMBER_FORMATS = {
    ColumnKind.TEXT: "@",
    ColumnKind.INTEGER: "0",
    ColumnKind.DECIMAL: "0.00",
    ColumnKind.PERCENT: "0.00%",
    ColumnKind.INSTANT: "dd/mm/yyyy hh:mm:ss",
}


@dataclass(frozen=True)
class Cover:
    """The sheet that says what the others are: labelled facts, and the title for every page."""

    title: str
    subtitle: str
    created_at: datetime  # wall clock
    facts: Sequence[tuple[str, str | int | datetime]]


def workbook_file(tables: Sequence[Table], cover: Cover) -> IO[bytes]:
    """An open temporary file with the workbook, at its start; closing it deletes it."""
    file = TemporaryFile()  # noqa: SIM115 (the caller sends and closes it)
    try:
        workbook = Workbook(file, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"})
        workbook.set_properties(
            {"title": cover.title, "subject": cover.subtitle, "created": cover.created_at}
        )
        formats = {kind: _cell_format(workbook, kind) for kind in ColumnKind}
        header = _header_format(workbook)
        for table in tables:
            _write_table(workbook.add_worksheet(table.title), table, cover, formats, header)
        _write_cover(workbook.add_worksheet(_("Thông tin")), cover, formats, header)
        workbook.close()
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


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
    sheet: Worksheet,
    table: Table,
    cover: Cover,
    formats: dict[ColumnKind, Format],
    header: Format,
) -> None:
    _set_up_page(sheet, cover, landscape=True)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 32)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, header)
    number = 0
    for number, row in enumerate(table.rows, start=1):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _write_cell(sheet, number, place, value, formats[column.kind])
    sheet.autofilter(0, 0, number, len(table.columns) - 1)


def _write_cell(sheet: Worksheet, row: int, place: int, value: Value, cell: Format) -> None:
    """By the value's own type: text stays text, whatever it begins with."""
    if value is None:
        sheet.write_blank(row, place, None, cell)
    elif isinstance(value, str):
        sheet.write_string(row, place, value, cell)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, place, value, cell)
    else:
        sheet.write_number(row, place, float(value) if isinstance(value, Decimal) else value, cell)


def _write_cover(
    sheet: Worksheet, cover: Cover, formats: dict[ColumnKind, Format], header: Format
) -> None:
    _set_up_page(sheet, cover, landscape=False)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 72)
    for number, (name, fact) in enumerate(cover.facts):
        sheet.write_string(number, 0, name, header)
        kind = ColumnKind.INTEGER
        if isinstance(fact, datetime):
            kind = ColumnKind.INSTANT
        elif isinstance(fact, str):
            kind = ColumnKind.TEXT
        _write_cell(sheet, number, 1, fact, formats[kind])


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
