"""Spreadsheets that are broken, hostile, or not what they are called: read right or refused."""

import io
import time
import tracemalloc
import zipfile

import pytest
from openpyxl import load_workbook

from accounts.formats import safe_zip
from questionbank.enums import Difficulty, QuestionKind
from questionbank.formats.base import Bank
from questionbank.formats.parsed import ParsedChoice, ParsedQuestion
from questionbank.formats.reading import read_file
from questionbank.formats.registry import FORMATS, format_of
from tests.questionbank.formats.sheets import (
    HEADINGS,
    MAIN,
    ROW,
    inline,
    read,
    refusal,
    right,
    saved,
    sheet_xml,
    texts,
    with_part,
    with_rows,
    with_strings,
    workbook,
)

MEGABYTE = 2**20
GOOD = saved(workbook(ROW))
BROKEN = "tệp Excel bị hỏng hoặc không đúng định dạng."
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


def zip_of(**members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


# What is refused ------------------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000
STRINGS = f'<sst xmlns="{MAIN}"><si><t>một</t></si></sst>'
REFUSED = {
    "empty": (b"", "không phải là tệp .xlsx"),
    "old or with a password": (OLE, "Office đời cũ hoặc có mật khẩu; xin mở ra và lưu lại dạng"),
    "html called xls": (b"<html><table>", "không phải là tệp .xlsx; xin mở ra và lưu lại dạng"),
    "opendocument": (zip_of(**{"content.xml": "<x/>"}), "đây là tệp OpenDocument (.ods, .odt)"),
    "binary workbook": (zip_of(**{"xl/workbook.bin": "x"}), "không phải là tệp .xlsx"),
    "cut short": (GOOD[: len(GOOD) // 2], "tệp nén bị hỏng"),
    "cut at its end": (GOOD[:-10], "tệp nén bị hỏng"),
    "macro": (with_part(GOOD, "xl/vbaProject.bin", b"x"), "macro"),
    "macro of excel 4": (with_part(GOOD, "xl/macrosheets/sheet1.xml", b"<x/>"), "macro"),
    "bomb": (with_part(GOOD, "xl/media/a.bin", bytes(101 * MEGABYTE)), "quá 100 MB"),
    "entities in strings": (with_strings(f"{ENTITIES}<sst>&c;</sst>"), "thực thể XML"),
    "entities in a sheet": (
        with_part(GOOD, "xl/worksheets/sheet1.xml", f"{ENTITIES}<worksheet>&c;</worksheet>"),
        "thực thể XML",
    ),
    "entities in the styles": (with_part(GOOD, "xl/styles.xml", f"{ENTITIES}<x>&c;</x>"), "thực"),
    "entities in utf-16": (
        with_part(GOOD, "xl/styles.xml", f"{ENTITIES}<x>&c;</x>".encode("utf-16")),
        "thực thể XML",
    ),
    "strings that are not there": (with_strings(STRINGS), BROKEN),
    "no strings": (with_strings(b""), BROKEN),
    "no sheet": (with_part(GOOD, "xl/worksheets/sheet1.xml", b""), BROKEN),
    "no sheets": (with_part(GOOD, "xl/workbook.xml", b"<a/>"), "không trang tính nào có các cột"),
    "style that is not there": (
        with_rows(f'<row><c s="999"><v>1</v></c></row>{inline(*HEADINGS)}'),
        BROKEN,
    ),
    "strict": (
        with_part(
            GOOD,
            "xl/workbook.xml",
            '<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>',
        ),
        "Strict Open XML",
    ),
    "no headings": (saved(workbook(headings=["a", "b"])), "không thấy dòng tiêu đề"),
    "no questions": (saved(workbook()), "không có câu hỏi nào."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_workbook_that_cannot_be_read_is_refused_in_words(name):
    data, reason = REFUSED[name]

    assert reason in refusal(data)


def test_a_hundred_sheets_of_one_part_are_not_read_a_hundred_times():
    book = load_workbook(io.BytesIO(GOOD))
    book.create_sheet("Hai")
    relations = zipfile.ZipFile(io.BytesIO(saved(book))).read("xl/_rels/workbook.xml.rels")

    data = with_part(
        saved(book), "xl/_rels/workbook.xml.rels", relations.replace(b"sheet2", b"sheet1")
    )

    assert refusal(data) == BROKEN


# What would cost too much -----------------------------------------------------------------------


def cells(count):
    return with_rows("<row>" + "<c/>" * count + "</row>")


COSTLY = {
    "a cell of 99 MB": lambda: with_rows(inline("a" * (99 * MEGABYTE))),
    "a string of 99 MB": lambda: with_strings(
        f'<sst xmlns="{MAIN}"><si><t>{"a" * (99 * MEGABYTE)}</t></si></sst>'
    ),
    "20 million cells": lambda: cells(20_000_000),
    "10 million strings": lambda: with_strings(f'<sst xmlns="{MAIN}">{"<si/>" * 10_000_000}</sst>'),
    "a million styles": lambda: with_part(
        GOOD,
        "xl/styles.xml",
        f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 1_000_000}</cellXfs></styleSheet>',
    ),
    "a million names": lambda: with_part(
        GOOD,
        "xl/workbook.xml",
        f'<workbook xmlns="{MAIN}"><definedNames>{"<definedName/>" * 1_000_000}</definedNames>'
        "</workbook>",
    ),
    "a million empty rows": lambda: with_rows("<row/>" * 1_000_000 + inline(*HEADINGS)),
    "the last row there can be": lambda: with_rows('<row r="1048576"><c r="XFD1048576"/></row>'),
    "a row beyond that": lambda: with_rows('<row r="999999999"><c r="A999999999"/></row>'),
}


@pytest.mark.parametrize("name", COSTLY)
def test_what_would_cost_too_much_is_refused(name):
    parsed = read(COSTLY[name]())

    assert parsed.questions == ()
    assert len(parsed.problems) == 1


@pytest.mark.parametrize("name", ["a cell of 99 MB", "20 million cells", "a million styles"])
def test_what_would_cost_too_much_is_refused_in_bounded_memory(name):
    data = COSTLY[name]()
    tracemalloc.start()

    read(data)

    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 250 * MEGABYTE  # the largest part, and the pieces that it is made of


def test_the_time_grows_with_the_number_of_rows_and_no_faster():
    def seconds(count):
        data = with_rows(inline(*HEADINGS) + inline(*ROW) * count)
        return min(spent_on(data) for _time in range(3))

    def spent_on(data):
        began = time.process_time()
        read(data)
        return time.process_time() - began

    assert seconds(2000) < 10 * seconds(500)  # the square would be 16


def test_the_limit_of_unpacked_bytes_holds_for_a_cell(monkeypatch):
    monkeypatch.setattr(safe_zip, "LARGEST_UNPACKED", 100_000)

    assert "MB khi giải nén" in refusal(with_rows(inline("a" * 100_001)))


@pytest.mark.parametrize("claimed", ["A1:XFD1048576", "A1", "B2:B2", "rác"])
def test_what_a_sheet_claims_of_its_size_is_not_believed(claimed):
    xml = sheet_xml(inline(*HEADINGS) + inline(*ROW)).replace(
        "<sheetData>", f'<dimension ref="{claimed}"/><sheetData>'
    )
    data = with_part(GOOD, "xl/worksheets/sheet1.xml", xml)

    parsed = read(data)

    if claimed == "rác":
        assert parsed.questions == () or len(parsed.questions) == 1
    else:
        assert [right(one) for one in parsed.questions] == [["Bộ phận Một cửa"]]


@pytest.mark.parametrize("ref", ["A1:XFD1048576", "A2:A9999999", "rác", "A2:"])
def test_merged_cells_of_any_size_are_no_burden(ref):
    xml = sheet_xml(inline(*HEADINGS) + inline(*ROW)).replace(
        "</sheetData>", f'</sheetData><mergeCells><mergeCell ref="{ref}"/></mergeCells>'
    )

    parsed = read(with_part(GOOD, "xl/worksheets/sheet1.xml", xml))

    assert [right(one) for one in parsed.questions] in ([["Bộ phận Một cửa"]], [])


# Formulas ---------------------------------------------------------------------------------------


def formula_row(value):
    cells = [f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in ROW]
    cells[2] = f'<c t="str"><f>1+1</f>{value}</c>'
    return with_rows(inline(*HEADINGS) + f"<row>{''.join(cells)}</row>" + inline(*ROW))


def test_the_result_of_a_formula_is_read():
    first, second = read(formula_row("<v>Bộ phận</v>")).questions

    assert texts(first)[0] == "Bộ phận"
    assert texts(second)[0] == "Bộ phận Một cửa"


def test_a_formula_without_a_result_is_told_with_its_row_and_the_others_are_read():
    book = workbook(ROW, [*ROW[:5], '=CONCATENATE("a","b")', "A"], ROW)

    parsed = read(book)

    assert len(parsed.questions) == 2
    assert [str(problem) for problem in parsed.problems] == [
        "dòng 3: có ô bị lỗi công thức (#CHƯA TÍNH)."
    ]


INJECTIONS = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    '=HYPERLINK("http://x.vn")',
    "https://x.vn/",
]


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize("name", ["xlsx", "csv"])
def test_a_text_that_looks_like_a_formula_stays_a_text(name, text):
    choices = (ParsedChoice(text, is_correct=True), ParsedChoice("khác", is_correct=False))
    one = ParsedQuestion(
        text, QuestionKind.SINGLE_CHOICE, Difficulty.EASY, code=text, topic="Số", choices=choices
    )

    data = FORMATS[name].write(Bank([one]))

    assert read_file(FORMATS[name], data).questions == (one,)
    if name == "xlsx":
        row = load_workbook(io.BytesIO(data)).active[2]
        assert {cell.data_type for cell in row if cell.value is not None} == {"s"}
        assert not any(cell.hyperlink for cell in row)
    else:
        cells = data.decode("utf-8-sig").splitlines()[1].split(";")
        assert not any(cell.startswith(('"=', '"+', '"-', '"@')) for cell in cells)


@pytest.mark.parametrize("text", INJECTIONS[:4])
def test_a_formula_written_as_text_is_read_as_text(text):
    book = workbook(ROW)
    book.active["C2"] = text
    book.active["C2"].data_type = "s"

    assert texts(read(book).questions[0])[0] == text


# Names that do not fit --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["de.xlsx", "de.xls", "de.docx", "de.csv", "de.txt", "de"])
def test_a_workbook_is_known_whatever_it_is_called(name):
    assert format_of(name, GOOD).name == "xlsx"


# CSV ----------------------------------------------------------------------------------------------

LINES = "Chủ đề;Câu hỏi;A;B;C;Đáp án\nMột cửa;Nộp ở đâu?;Bộ phận Một cửa;Nhà riêng;Chợ;A\n"


def read_csv(data):
    return read_file(FORMATS["csv"], data if isinstance(data, bytes) else data.encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_every_encoding_and_separator(encoding, delimiter):
    (one,) = read_csv(LINES.replace(";", delimiter).encode(encoding)).questions

    assert (one.topic, texts(one)) == ("Một cửa", ["Bộ phận Một cửa", "Nhà riêng", "Chợ"])


def test_a_line_that_names_the_separator_is_no_heading():
    (one,) = read_csv("sep=;\n" + LINES).questions

    assert one.where == "dòng 3"


def test_a_file_typed_for_old_fonts():
    text = "Chñ ®Ò;C©u hái;A;B;§¸p ¸n\nC¶i c¸ch;Hå s¬ nép ë ®©u?;Bé phËn Mét cöa;Chî;A\n"

    (one,) = read_csv(text.encode("cp1252")).questions

    assert (one.topic, one.stem) == ("Cải cách", "Hồ sơ nộp ở đâu?")
    assert right(one) == ["Bộ phận Một cửa"]


def test_a_quote_that_is_not_closed_is_told_with_its_line():
    text = LINES + '"Một cửa;Hai?;x;y;z;A\nMột cửa;Ba?;x;y;z;B\n"Số";Bốn?;x;y;z;C\n'

    parsed = read_csv(text)

    assert [str(problem) for problem in parsed.problems] == [
        "tệp: dòng 3: dấu ngoặc kép mở ra mà không đóng lại, ô nuốt cả các dòng sau."
    ]


def test_a_cell_may_have_lines_and_commas():
    text = 'Câu hỏi,A,B,Đáp án\n"Gồm:\na, b, c, d, e, g",một,hai,A\n'

    (one,) = read_csv(text).questions

    assert one.stem == "Gồm: a, b, c, d, e, g"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (LINES.encode() + b"\0", "không phải là tệp chữ."),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "không phải là tệp chữ."),
        (b"a" * 900_000, "sai cú pháp CSV ở dòng 1: có ô quá dài"),
        (b";" * 900_000, "không thấy dòng tiêu đề"),
        (b";" * 5_000_000, "có dòng dài quá mức"),
        (b'"' * 900_001, "sai cú pháp CSV ở dòng 1: có ô quá dài"),
        (LINES.encode() + b'"' + b"a\n" * 200_000, "dòng 3: dấu ngoặc kép mở ra"),
    ],
    ids=["nul", "png", "cell", "separators", "line", "quotes", "open"],
)
def test_a_csv_that_cannot_be_read_is_refused_in_words(data, reason):
    problems = read_csv(data).problems

    assert len(problems) == 1
    assert problems[0].reason.startswith(reason)
