"""The workbook that authors fill in, as openpyxl opens it."""

import io

import pytest
from openpyxl import load_workbook

from questionbank.enums import Difficulty, QuestionKind
from questionbank.formats.xlsx_template import template
from tests.questionbank.formats.sheets import read

TOPICS = ["Một cửa", 'Dịch vụ công, "trực tuyến"', "A" * 300]


@pytest.fixture
def book():
    return load_workbook(io.BytesIO(template(TOPICS)))


def lists(sheet):
    """The list to choose from under each heading that has one."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        column = str(rule.sqref).split(":")[0].rstrip("0123456789")
        found[sheet[f"{column}1"].value] = rule
    return found


def test_the_sheets_and_their_headings(book):
    assert book.sheetnames == ["Câu hỏi", "Hướng dẫn", "Ví dụ", "Danh mục"]
    assert book["Danh mục"].sheet_state == "hidden"
    assert [cell.value for cell in book["Câu hỏi"][1]] == [cell.value for cell in book["Ví dụ"][1]]
    assert book["Câu hỏi"].max_row == 1


def test_the_lists_to_choose_from(book):
    rules = lists(book["Câu hỏi"])

    assert set(rules) == {"Dạng", "Mức độ", "Cách chấm", "Đáp án", "Chủ đề"}
    assert rules["Dạng"].formula1 == f'"{",".join(map(str, QuestionKind.labels))}"'
    assert rules["Mức độ"].formula1 == f'"{",".join(map(str, Difficulty.labels))}"'
    assert rules["Đáp án"].formula1 == '"A,B,C,D,E,F,G,H"'
    assert rules["Chủ đề"].formula1 == "'Danh mục'!$A$1:$A$3"
    assert not rules["Chủ đề"].showErrorMessage  # a new topic may be written
    assert [row[0].value for row in book["Danh mục"].iter_rows()] == TOPICS


def test_the_guide_explains_every_column(book):
    explained = [row[0].value for row in book["Hướng dẫn"].iter_rows(min_row=2)]
    headings = [cell.value for cell in book["Câu hỏi"][1]]

    options = [it for it in headings if it.startswith("Phương án")]
    assert set(explained) == {*headings, "Phương án A…H"} - set(options)


def test_the_examples_can_be_brought_in_as_they_are(book):
    for name in ("Câu hỏi", "Hướng dẫn"):
        del book[name]
    book["Ví dụ"].title = "Câu hỏi của tôi"

    parsed = read(book)

    assert parsed.problems == ()
    assert [one.kind for one in parsed.questions] == list(QuestionKind)


def test_a_bank_without_topics_has_no_list_of_them():
    book = load_workbook(io.BytesIO(template()))

    assert "Danh mục" not in book.sheetnames
    assert "Chủ đề" not in lists(book["Câu hỏi"])
