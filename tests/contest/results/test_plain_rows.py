"""What is written as whole rows, opened again: each value as it was, whatever it looks like."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from xlsxwriter import Workbook

from contest.results.plain_rows import PlainRowsSheet, style_number
from contest.results.tables import Column, ColumnKind, Table
from contest.results.workbook import Cover, workbook_file

AT = datetime(2026, 9, 15, 12, 30, 5)  # noqa: DTZ001 (cells know no zones)


def written(*values):
    """The cells of a row below a header that was written cell by cell."""
    file = BytesIO()
    book = Workbook(file, {"constant_memory": True})
    sheet = PlainRowsSheet.of(book, "Trang")
    for place in range(len(values)):
        sheet.write_string(0, place, "Cột")
    styles = [style_number(book.add_format({"num_format": "0"})) for _value in values]
    sheet.write_plain_row(1, values, styles)
    sheet.write_plain_row(2, values, styles)
    book.close()
    found = load_workbook(file)["Trang"]
    assert [cell.value for cell in found[1]] == ["Cột"] * len(values)
    assert [cell.value for cell in found[2]] == [cell.value for cell in found[3]]
    return list(found[2])


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Thị Hòa",
        "0870123",
        "=1+1",
        '@SUM("A1")',
        "a & b < c > d \"e\" 'f'",
        "  trước và sau ",
        "hai\ndòng",
        "<r><t>đậm</t></r>",
        "]]>",
        "𠮷",
    ],
)
def test_text_stays_the_same_text(text):
    (cell,) = written(text)

    assert (cell.value, cell.data_type) == (text, "s")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b\rc", "a_x0000_b_x000D_c"),
        ("a\ufffeb\ud800", "a_xFFFE_b_xD800_"),
        ("_x0041_", "_x005F_x0041_"),
    ],
)
def test_letters_that_xml_has_not_are_codes_and_codes_are_not_letters(text, kept):
    """As Excel reads them back; openpyxl shows the codes."""
    (cell,) = written(text)

    assert cell.value == kept


def test_text_longer_than_a_cell_is_cut():
    (cell,) = written("x" * 40_000)

    assert len(cell.value) == 32_767


def test_numbers_and_nothing_are_themselves():
    cells = written(7, 0.125, Decimal("18.50"), Decimal("1E+3"), None, -1)

    assert [cell.value for cell in cells] == [7, 0.125, 18.5, 1000, None, -1]
    assert {cell.data_type for cell in cells} == {"n"}
    assert {cell.number_format for cell in cells} == {"0"}


def test_days_and_instants_are_dates():
    columns = [Column("Ngày", ColumnKind.DATE, 12), Column("Lúc", ColumnKind.INSTANT, 20)]
    table = Table("Lúc nào", columns, [[date(1987, 2, 28), AT]])

    with workbook_file([table], Cover("Hội thi", "Tuần", AT, [])) as file:
        row = load_workbook(file)["Lúc nào"][2]

    assert [cell.value for cell in row] == [datetime(1987, 2, 28), AT]  # noqa: DTZ001
    assert all(cell.is_date for cell in row)


def test_no_rows_on_their_way_are_left_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def broken():
        yield ["một"]
        raise RuntimeError("database")

    table = Table("Hỏng", [Column("Chữ", ColumnKind.TEXT, 10)], broken())

    with pytest.raises(RuntimeError):
        workbook_file([table], Cover("Hội thi", "Tuần", AT, []))

    assert list(tmp_path.iterdir()) == []
