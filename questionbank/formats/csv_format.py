"""Question tables in CSV, as spreadsheets save them."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile
from questionbank.formats import tabular
from questionbank.formats.base import Bank, Format, Item
from questionbank.formats.text_files import decode

_DELIMITERS = ";,\t"
_FEWEST_COLUMNS = 4  # a question, two options and the key
_FORMULA = ("=", "+", "-", "@", "'")  # a spreadsheet would take the cell for a formula


def _read(data: bytes) -> Iterator[Item]:
    text = decode(data)
    delimiter = _delimiter(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from tabular.items_of(_checked(rows, delimiter))
    except csv.Error as error:
        raise BadFile(
            _("sai cú pháp CSV ở dòng %(line)d, hoặc có ô quá dài.") % {"line": rows.line_num}
        ) from error


def _checked(rows: Any, delimiter: str) -> Iterator[list[str]]:
    """The rows. Raises BadFile where a cell has swallowed others for want of a closing quote."""
    begun, width = 1, _FEWEST_COLUMNS
    for row in rows:
        cells = row[: tabular.MOST_COLUMNS]
        if any("\n" in cell and _swallowed(cell, delimiter, width) for cell in cells):
            raise BadFile(
                _("dòng %(line)d: dấu ngoặc kép mở ra mà không đóng lại, ô nuốt cả các dòng sau.")
                % {"line": begun}
            )
        begun, width = rows.line_num + 1, max(width, len(cells))
        yield [_unguarded(cell) for cell in cells]


def _swallowed(cell: str, delimiter: str, width: int) -> bool:
    """Whether a line within the cell looks like a row: people put a space behind a comma."""
    return any(
        len(re.findall(f"{re.escape(delimiter)}(?! )", line)) >= width - 1
        for line in cell.splitlines()
    )


def _delimiter(text: str) -> str:
    """The one that makes headings of one of the first lines, whatever stands in the cells."""
    for line in text.splitlines()[: tabular.ROWS_BEFORE_HEADINGS]:
        for delimiter in _DELIMITERS:
            try:
                cells = next(csv.reader([line], delimiter=delimiter), [])
            except csv.Error:
                continue
            if tabular.columns_of(cells) is not None:
                return delimiter
    return _DELIMITERS[0]


def _write(bank: Bank) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)  # as Vietnamese Excel wants
    writer.writerow(tabular.headings())
    topics = {topic.code: topic.name for topic in bank.topics}
    for question in bank.questions:
        writer.writerow([_guarded(cell) for cell in tabular.row_of(question, topics)])
    return text.getvalue().encode("utf-8-sig")  # with the mark, or Excel reads no accents


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


FORMAT = Format(
    name="csv",
    label="CSV",
    extension=".csv",
    media_type="text/csv",
    kinds=tabular.KINDS,
    fields=tabular.FIELDS,
    read=_read,
    write=_write,
)
