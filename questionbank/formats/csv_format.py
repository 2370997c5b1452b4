"""Question tables in CSV, as spreadsheets save them."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile
from questionbank.formats import tabular
from questionbank.formats.base import Bank, Format, Item
from questionbank.formats.text_files import decode

_DELIMITERS = ";,\t|"
_LONGEST_LINE = 1_000_000  # characters
_HEAD = 100_000  # characters, among which the headings stand
_FEWEST_COLUMNS = 4  # a question, two options and the key
_FORMULA = ("=", "+", "-", "@", "'")  # a spreadsheet would take the cell for a formula


def _read(data: bytes) -> Iterator[Item]:
    text = decode(data)
    delimiter = _delimiter(text) or _DELIMITERS[0]
    yield from tabular.items_of(_rows(text, delimiter), is_tight=True)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows. Raises BadFile where a cell has swallowed others for want of a closing quote."""
    rows = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    begun, width = 1, _FEWEST_COLUMNS
    while (row := _next(rows, begun)) is not None:
        cells = row[: tabular.MOST_COLUMNS]
        if any("\n" in cell and _swallowed(cell, delimiter, width) for cell in cells):
            raise _unclosed(begun)
        begun, width = rows.line_num + 1, max(width, len(cells))
        yield [_unguarded(cell) for cell in cells]


def _lines(text: str) -> Iterator[str]:
    """Raises BadFile at a line of millions of cells, each of which would become an object."""
    for line in io.StringIO(text, newline=""):
        if len(line) > _LONGEST_LINE:
            raise BadFile(_("có dòng dài quá mức; mỗi câu hỏi xin để trên một dòng."))
        yield line


def _next(rows: Any, begun: int) -> list[str] | None:
    """The next row, which begins at that line; None at the end. Raises BadFile."""
    try:
        row: list[str] | None = next(rows, None)
    except csv.Error as error:
        if rows.line_num > begun:
            raise _unclosed(begun) from error
        raise BadFile(
            _(
                "sai cú pháp CSV ở dòng %(line)d: có ô quá dài, hoặc có dấu ngoặc kép trong ô chưa"
                " viết thành hai dấu."
            )
            % {"line": begun}
        ) from error
    return row


def _unclosed(line: int) -> BadFile:
    return BadFile(
        _("dòng %(line)d: dấu ngoặc kép mở ra mà không đóng lại, ô nuốt cả các dòng sau.")
        % {"line": line}
    )


def _swallowed(cell: str, delimiter: str, width: int) -> bool:
    """Whether a line within the cell looks like a row: people put a space behind a comma."""
    return any(
        len(re.findall(f"{re.escape(delimiter)}(?! )", line)) >= width - 1
        for line in cell.splitlines()
    )


def _delimiter(text: str) -> str | None:
    """The one that makes headings of one of the first rows, whatever stands in the cells."""
    for delimiter in _DELIMITERS:
        rows = csv.reader(io.StringIO(text[:_HEAD], newline=""), delimiter=delimiter)
        try:
            if any(map(tabular.columns_of, islice(rows, tabular.ROWS_BEFORE_HEADINGS))):
                return delimiter
        except csv.Error:
            continue
    return None


def is_table(data: bytes) -> bool:
    """Whether a file of no telling name holds such a table. Raises BadFile if it is no text."""
    return _delimiter(decode(data)) is not None


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
