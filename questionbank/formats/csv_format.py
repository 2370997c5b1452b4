"""Question tables in CSV, as spreadsheets save them."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from questionbank.formats import tabular
from questionbank.formats.base import BadFile, Bank, Format, Item
from questionbank.formats.text_files import decode

_DELIMITERS = ";,\t"
_FORMULA = ("=", "+", "-", "@", "'")  # a spreadsheet would take the cell for a formula


def _read(data: bytes) -> Iterator[Item]:
    text = decode(data)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        yield from tabular.items_of([_unguarded(cell) for cell in row] for row in rows)
    except csv.Error as error:
        raise BadFile(
            _("sai cú pháp CSV ở dòng %(line)d, hoặc có ô quá dài.") % {"line": rows.line_num}
        ) from error


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
    for question in bank.questions:
        writer.writerow([_guarded(cell) for cell in tabular.row_of(question)])
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
