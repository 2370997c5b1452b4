"""A table as CSV text that office programs in Vietnam open by a double click.

- UTF-8 with a byte order mark: without it Excel reads the file in the machine's old code page.
- Semicolons between the cells, because the Vietnamese locale writes decimals with a comma, and
  Excel never takes the decimal sign for the list separator: it splits at ";" there. ("sep=;" as a
  first line would make Excel forget the byte order mark.)
- Every cell in quotes: LibreOffice's import dialog offers to split at commas and semicolons at
  once, and "Sở, ban, ngành" or 9,50 must not fall apart there.
- Decimals with a comma and dates day first, for the same locale: "9.5" would become the ninth of
  May there. Programs should read the XLSX, whose cells carry types.
- A text cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV
  Injection").
- CRLF at line ends, quotes doubled (RFC 4180).
"""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

from contest.results.tables import Column, ColumnKind, Table, Value

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # full-width signs too: some locales read them
_ROWS_AT_ONCE = 500


def csv_chunks(table: Table) -> Iterator[bytes]:
    """The file in pieces of some hundred rows; the text is never held as a whole."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([plain_text(column.title) for column in table.columns])
    yield _BYTE_ORDER_MARK
    for number, row in enumerate(table.rows, start=1):
        cells = zip(table.columns, row, strict=True)
        writer.writerow([_cell(column, value) for column, value in cells])
        if number % _ROWS_AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def plain_text(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    starts = text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)
    return f"'{text}" if starts else text


def _cell(column: Column, value: Value) -> str:
    if value is None:
        return ""
    if column.kind is ColumnKind.PERCENT and isinstance(value, Decimal | float):
        return f"{value * 100:.2f}%".replace(".", ",")
    if isinstance(value, Decimal | float):
        return f"{value:.2f}".replace(".", ",")
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return plain_text(value) if isinstance(value, str) else str(value)


def _taken(buffer: StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
