"""Workbooks as offices and as attackers make them, built on the spot."""

import io
import zipfile

from openpyxl import Workbook

from questionbank.enums import Difficulty, QuestionKind
from questionbank.formats.base import Bank
from questionbank.formats.parsed import ParsedChoice, ParsedQuestion
from questionbank.formats.reading import read_file
from questionbank.formats.registry import FORMATS

HEADINGS = ["Chủ đề", "Câu hỏi", "A", "B", "C", "D", "Đáp án"]
ROW = ["Một cửa", "Hồ sơ nộp ở đâu?", "Bộ phận Một cửa", "Nhà riêng", "Chợ", "Trường học", "A"]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(*rows, headings=HEADINGS, title="Sheet1"):
    """With the headings and these rows; a cell may be any value that Excel stores."""
    book = Workbook()
    book.active.title = title
    for row in (headings, *rows):
        book.active.append(row)
    return book


def saved(book):
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read(book):
    """What is read of a workbook, or of its bytes."""
    return read_file(FORMATS["xlsx"], book if isinstance(book, bytes) else saved(book))


def question(*cells, headings=HEADINGS):
    """The one question of a sheet with this row."""
    parsed = read(workbook(cells, headings=headings))
    assert parsed.problems == ()
    return parsed.questions[0]


def refusal(book):
    """The one reason against a row or a file, none of which was taken."""
    parsed = read(book)
    assert parsed.questions == ()
    (problem,) = parsed.problems
    return problem.reason


def texts(one):
    return [choice.text for choice in one.choices]


def right(one):
    return [choice.text for choice in one.choices if choice.is_correct]


def with_part(data, name, content):
    """The archive with a member put in or replaced."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return target.getvalue()


def sheet_xml(rows):
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def with_rows(rows, *, name="xl/worksheets/sheet1.xml"):
    """A workbook whose sheet is this XML of rows."""
    return with_part(saved(workbook()), name, sheet_xml(rows))


def with_strings(content):
    """A workbook whose texts all stand in this part, as Excel writes them."""
    choices = (ParsedChoice("x", is_correct=True), ParsedChoice("y", is_correct=False))
    one = ParsedQuestion("Hỏi?", QuestionKind.SINGLE_CHOICE, Difficulty.EASY, choices=choices)
    return with_part(FORMATS["xlsx"].write(Bank([one])), "xl/sharedStrings.xml", content)


def inline(*cells):
    """A row of texts as a program without shared strings writes them."""
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in cells) + "</row>"
