"""Rows of text from spreadsheets that people send: .xlsx and .csv, with bounds.

What only looks like such a file, carries macros or unpacks to too much is refused before a
library reads it.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from accounts.formats.bad_file import BadFile
from accounts.formats.office_files import OLE, check_office_file

LARGEST_FILE = 5 * 1024 * 1024  # bytes
MOST_ROWS = 20_000
MOST_COLUMNS = 30
LONGEST_CELL = 1000  # characters
_DELIMITERS = ";,\t"
_FORMULA = ("=", "+", "-", "@")


class BadSheet(ValueError):
    """The file cannot be taken; the message is for people."""


def read_rows(data: bytes, *, name: str) -> list[list[str]]:
    """The first sheet's rows, each cell as text; dates as 2025-07-01. Raises BadSheet."""
    if len(data) > LARGEST_FILE:
        raise BadSheet(_("Tệp lớn quá %(size)d MB.") % {"size": LARGEST_FILE // 1024**2})
    if data.startswith((b"PK", OLE)) or name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        return list(_workbook_rows(data))
    return list(_csv_rows(data))


def _workbook_rows(data: bytes) -> Iterator[list[str]]:
    _check_workbook(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # a wrong claim of theirs would cut rows off
        rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
        yield from _bounded([_text(value) for value in row] for row in rows)
    except BadSheet:
        raise
    except Exception as error:  # openpyxl raises whatever broken parts lead it to
        raise BadSheet(_("Tệp Excel bị hỏng, không đọc được.")) from error


def _check_workbook(data: bytes) -> None:
    try:
        check_office_file(
            data,
            part="xl/workbook.xml",
            extension=".xlsx",
            texts=("xl/worksheets/", "xl/sharedStrings"),
        )
    except BadFile as refusal:
        reason = str(refusal)
        raise BadSheet(f"{reason[:1].upper()}{reason[1:]}") from refusal


def _csv_rows(data: bytes) -> Iterator[list[str]]:
    text = _decoded(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        yield from _bounded(
            [_unguarded(cell) for cell in row[:MOST_COLUMNS]]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        )
    except csv.Error as error:
        raise BadSheet(_("Tệp CSV sai cú pháp.")) from error


def _decoded(data: bytes) -> str:
    utf_16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = data.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadSheet(_("Tệp CSV không ở bảng mã Unicode; xin lưu lại dạng CSV UTF-8.")) from error
    if "\0" in text:
        raise BadSheet(_("Không phải là tệp CSV."))
    return text


def _bounded(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise BadSheet(_("Tệp có quá %(count)d dòng.") % {"count": MOST_ROWS})
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise BadSheet(_("Dòng %(number)d có ô quá dài.") % {"number": number})
        yield row


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _unguarded(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking the cell for a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
