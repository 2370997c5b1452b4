"""Tables as offices lay them out: headings in two rows, options in one cell, other rows between."""

import io

import pytest
import xlsxwriter

from questionbank.enums import QuestionKind
from questionbank.formats.reading import read_file
from questionbank.formats.registry import FORMATS, format_of
from tests.questionbank.formats.sheets import (
    ROW,
    question,
    read,
    refusal,
    right,
    texts,
    workbook,
)

STEM, NUMBERS = "Cấp xã có mấy chức danh?", ["Năm", "Sáu", "Bảy", "Tám"]
UNDER = ["STT", "Câu hỏi", "Phương án trả lời", None, None, None, "Đáp án"]
IN_WORDS = ["Trả lời một", "Trả lời hai", "Trả lời ba"]
UNKNOWN_OPTIONS = "không thấy phương án nào; câu trả lời ngắn, điền số xin ghi rõ ở cột “Dạng”."


def sheet(*rows):
    """What is read of a sheet with these rows, the headings among them."""
    return read(workbook(*rows[1:], headings=rows[0]))


def read_csv(text):
    return read_file(FORMATS["csv"], text.encode())


def only(parsed):
    assert parsed.problems == ()
    (one,) = parsed.questions
    return one.stem, texts(one), right(one)


@pytest.mark.parametrize("letters", [["A", "B", "C", "D"], ["PA1", "PA2", "PA3", "PA4"]])
@pytest.mark.parametrize("above", ["Phương án trả lời", "Đáp án", "Các phương án"])
def test_headings_in_two_rows(above, letters):
    headings = ["STT", "Câu hỏi", above, None, None, None, "Đáp án đúng"]

    parsed = sheet(headings, [None, None, *letters, None], [1, STEM, *NUMBERS, "B"])

    assert only(parsed) == (STEM, NUMBERS, ["Sáu"])


def test_headings_merged_over_two_rows():
    book = workbook([None, None, *"ABCD", None], [1, STEM, *NUMBERS, "B"], headings=UNDER)
    for cells in ("A1:A2", "B1:B2", "C1:F1", "G1:G2"):
        book.active.merge_cells(cells)

    assert only(read(book)) == (STEM, NUMBERS, ["Sáu"])


def test_headings_that_come_again_in_another_order():
    again = ["STT", "Câu hỏi", "Đáp án", "A", "B"]
    table = ["STT", "Câu hỏi", "A", "B", "Đáp án"]

    parsed = sheet(table, [1, "Một?", "x", "y", "B"], table, again, [2, "Hai?", "A", "m", "n"])

    assert parsed.problems == ()
    found = [(one.stem, right(one)) for one in parsed.questions]
    assert found == [("Một?", ["y"]), ("Hai?", ["m"])]


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        (["Câu hỏi", "Đáp án"], [f"{STEM}\nA. Năm\nB. Sáu\nC. Bảy\nD. Tám", "B"]),
        (["Câu hỏi", "Phương án", "Đáp án"], [STEM, "A. Năm\nB. Sáu\nC. Bảy\nD. Tám", "B"]),
        (["Câu hỏi", "Lựa chọn", "Đáp án"], [STEM, "a) Năm  b) Sáu  c) Bảy  d) Tám", "Sáu"]),
        (["Câu hỏi", *"ABC", "Đáp án"], [f"Câu 7: {STEM}", "A. Năm", "B. Sáu", "C. Bảy", 2]),
        (["Câu hỏi", *IN_WORDS, "Đáp án"], [STEM, *NUMBERS[:3], "B"]),
    ],
    ids=["with the question", "in a cell", "in a line", "with letters", "in words"],
)
def test_options_wherever_they_stand(headings, cells):
    stem, options, key = only(sheet(headings, cells))

    assert (stem, options[:3], key) == (STEM, NUMBERS[:3], ["Sáu"])


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        (["Câu hỏi", "Ghi chú", "Đáp án"], [STEM, "Năm, Sáu", "B"]),
        (["Câu hỏi", "Phương án", "Đáp án"], [STEM, "Năm\nSáu", "x"]),
        (["Câu hỏi", "Phương án", "Đáp án"], [STEM, "A. Năm\nC. Sáu", "B"]),
        (["Câu hỏi", "Năm", "Đáp án"], [STEM, 2010, 2]),
        (["Câu hỏi", "A", "B", "Đáp án"], [STEM, None, None, "B"]),
    ],
)
def test_a_key_without_options_is_no_short_answer(headings, cells):
    assert refusal(workbook(cells, headings=headings)) == UNKNOWN_OPTIONS


@pytest.mark.parametrize(
    ("cells", "key"),
    [(["Đúng"], "Đúng"), (["S"], "Sai"), ([True], "Đúng"), (["Sai", "Đúng", "Đ"], "Đúng")],
)
def test_truth_without_a_kind(cells, key):
    headings = ["Câu hỏi", *"AB"[: len(cells) - 1], "Đáp án"]

    one = question("Trái đất tròn.", *cells, headings=headings)

    assert (one.kind, right(one)) == (QuestionKind.TRUE_FALSE, [key])


@pytest.mark.parametrize("number", [1, "Câu 1", "1."])
def test_a_column_of_numbers_is_no_question(number):
    headings = ["Câu hỏi", "Nội dung", "A", "B", "Đáp án"]

    reason = refusal(workbook([number, STEM, "x", "y", "A"], headings=headings))

    assert reason == "cột câu hỏi chỉ có số thứ tự; xin xem lại dòng tiêu đề."


def test_two_tables_side_by_side_are_refused():
    table = ["Câu hỏi", "A", "B", "Đáp án"]

    reason = refusal(workbook(["x?", "m", "n", "A"] * 2, headings=[*table, *table]))

    assert reason == "dòng tiêu đề có hơn một cột “Câu hỏi”; xin để mỗi bảng ở một trang riêng."


def test_rows_numbered_ahead_are_no_questions():
    rows = [[number, *[None] * 6] for number in range(2, 40)]

    parsed = sheet(["STT", "Câu hỏi", *"ABCD", "Đáp án"], [1, STEM, *NUMBERS, "B"], *rows)

    assert only(parsed) == (STEM, NUMBERS, ["Sáu"])


def test_words_of_an_old_font_are_told_by_the_whole_row():
    options = ["Quèc héi", "ChÝnh phñ", "Bé Néi vô", "Toµ ¸n"]

    one = question("Tæ chøc", "C¬ quan nµo ban hµnh?", *options, "Bé Néi vô")

    assert (one.topic, texts(one)) == ("Tổ chức", ["Quốc hội", "Chính phủ", "Bộ Nội vụ", "Toà án"])
    assert right(one) == ["Bộ Nội vụ"]


def test_headings_in_an_old_font():
    headings = ["C©u hái", "Ph­¬ng ¸n A", "Ph­¬ng ¸n B", "§¸p ¸n"]

    assert only(sheet(headings, [STEM, "x", "y", "A"])) == (STEM, ["x", "y"], ["x"])


def test_raised_digits_of_a_sheet():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        page.write_row("A1", ["Câu hỏi", "A", "B", "Đáp án"])
        page.write_row("A2", ["Số nào?", "", "102", "A"])
        page.write_rich_string("B2", "10", book.add_format({"font_script": 1}), "2", "!")

    assert only(read(target.getvalue())) == ("Số nào?", ["10²!", "102"], ["10²!"])


@pytest.mark.parametrize(
    ("key", "last"),
    [
        ("A, B", "Cả A và B"),
        ("A và B", "Chỉ A và B đúng"),
        ("ABC", "Cả 3 ý trên"),
        ("1,2,3", "Tất cả đều đúng"),
    ],
)
def test_a_key_that_says_what_another_option_says_is_refused(key, last):
    reason = refusal(workbook(["Một cửa", STEM, "Năm", "Sáu", "Bảy", last, key]))

    assert reason.endswith(f"nói cùng ý với phương án D (“{last}”); xin ghi rõ.")


@pytest.mark.parametrize("last", ["Tất cả đều sai", "Không có đáp án nào đúng", "A hoặc B", "Tám"])
def test_two_right_options_beside_one_that_says_something_else(last):
    one = question("Một cửa", STEM, "Năm", "Sáu", "Bảy", last, "A, B")

    assert right(one) == ["Năm", "Sáu"]


@pytest.mark.parametrize("sign", ["\ufffd", "\ufffc"])
def test_a_sign_that_was_lost_is_told(sign):
    reason = refusal(workbook([*ROW[:2], f"Bộ ph{sign}n", *ROW[3:]]))

    assert reason == (
        "trường “phương án A” có công thức, hình vẽ hoặc ký hiệu không đọc được thành chữ."
    )


# CSV -----------------------------------------------------------------------------------------


def test_bars_between_cells():
    assert only(read_csv("Câu hỏi|A|B|Đáp án\nMột?|x|y|B\n")) == ("Một?", ["x", "y"], ["y"])


def test_headings_with_lines_in_them():
    assert only(read_csv('"Câu\nhỏi",A,B,"Đáp\nán"\nMột?,x,y,B\n')) == ("Một?", ["x", "y"], ["y"])


def test_a_comma_within_a_question_shifts_no_key():
    parsed = read_csv(
        "Câu hỏi,A,B,C,Đáp án\nChọn chữ số, chữ cái?,A,B,C,C\nHai?,x,y,z,A\nBa, bốn?,x,y,A,\n"
    )

    assert [one.stem for one in parsed.questions] == ["Hai?"]
    reason = "có nhiều ô hơn dòng tiêu đề; có lẽ dấu ngăn cách ô đứng trong câu."
    assert [str(it) for it in parsed.problems] == [f"dòng 2: {reason}", f"dòng 4: {reason}"]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (
            '"Luật Cán bộ" nào?;x;y;A\n',
            "sai cú pháp CSV ở dòng 2: có ô quá dài, hoặc có dấu ngoặc kép",
        ),
        (
            '"Một?;x;y;A\nLuật "Viên chức" nào?;x;y;A\nBa?;x;y;B\n',
            "dòng 2: dấu ngoặc kép mở ra mà không đóng lại, ô nuốt cả các dòng sau.",
        ),
        ("x;" * 500_001, "có dòng dài quá mức; mỗi câu hỏi xin để trên một dòng."),
    ],
    ids=["not doubled", "closed by another", "long"],
)
def test_quotes_that_nobody_could_read_right(rows, reason):
    (problem,) = read_csv("Câu hỏi;A;B;Đáp án\n" + rows).problems

    assert problem.reason.startswith(reason)


def test_a_table_saved_as_unicode_text_is_known_by_its_headings():
    table = "Câu hỏi\tA\tB\tĐáp án\nMột?\tx\ty\tB\n"

    assert format_of("cau-hoi.txt", table.encode("utf-16")).name == "csv"
    assert format_of("cau-hoi.txt", "Một?\nA. x\nB. y\nANSWER: B\n".encode()).name == "aiken"
