"""The dirt measured in a real office workbook of 1,225 questions (DOMAIN.md 4), item by item."""

from datetime import date, datetime, time

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from questionbank.enums import Difficulty, QuestionKind
from questionbank.formats.parsed import Problem
from questionbank.formats.words import heading_of
from questionbank.services.importing import Options, plan_import
from tests.questionbank.formats.sheets import (
    HEADINGS,
    ROW,
    question,
    read,
    refusal,
    right,
    texts,
    workbook,
)

MORNING = datetime(2018, 12, 27, 7, 30)  # noqa: DTZ001 (cells have no time zone)

# Marks typed apart ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("hô\u0309 sơ", "hổ sơ"),
        ("ho\u0302\u0309 so\u031b", "hổ sơ"),
        (
            "ho\u0309\u0302",
            "hỏ\u0302",
        ),  # hook before hat: another letter for Unicode, kept as it is
        ("Bộ\u00a0phận\u00a0Một\u00a0cửa", "Bộ phận Một cửa"),
        ("  Bộ phận Một cửa \t", "Bộ phận Một cửa"),
        ("Bộ phận\nMột cửa", "Bộ phận Một cửa"),
        ("Bộ phận_x000D_\nMột cửa", "Bộ phận Một cửa"),
        ("Bộ phận\u200b Một c\u00adửa\ufeff", "Bộ phận Một cửa"),
    ],
    ids=["half", "apart", "order", "nbsp", "edges", "newline", "escaped", "zero-width"],
)
def test_texts_are_composed_and_tidied(typed, read_as):
    one = question("Một cửa", typed, typed, "Nhà riêng", "Chợ", "Trường", "A")

    assert one.stem == read_as
    assert texts(one)[0] == read_as


def test_paragraphs_of_a_stem_are_kept():
    one = question("Một cửa", "Đọc đoạn sau.\n\nÝ nào đúng?", "x", "y", "z", "t", "A")

    assert one.stem == "Đọc đoạn sau.\n\nÝ nào đúng?"


# Numbers, dates and the like -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "number_format", "shown"),
    [
        (2, "General", "2"),
        (5.0, "General", "5"),
        (76.0, "0", "76"),
        (0.1 + 0.2, "General", "0.3"),
        (2.5, "General", "2.5"),
        (0.85, "0%", "85%"),
        (7, "000", "007"),
        (2021, "General", "2021"),
        (True, "General", "Đúng"),
        (date(2026, 7, 1), "d-mmm", "1/7"),
        (date(2026, 7, 1), "dd/mm", "1/7"),
        (date(2026, 7, 1), "mmm-yy", "07/2026"),
        (date(2018, 12, 27), "dd/mm/yyyy", "27/12/2018"),
        (date(2018, 12, 27), "[$-42A]dd/mm/yyyy;@", "27/12/2018"),
        (date(2018, 12, 27), "mm-dd-yy", "27/12/2018"),
        (MORNING, "dd/mm/yyyy h:mm", "27/12/2018 07:30"),
        (time(7, 30), "h:mm", "07:30"),
    ],
)
def test_what_excel_took_for_a_value_is_read_as_it_is_shown(stored, number_format, shown):
    book = workbook(["Một cửa", "Bao nhiêu?", stored, "khác", "nữa", "cuối", "A"])
    book.active["C2"].number_format = number_format

    (one,) = read(book).questions

    assert texts(one)[0] == shown


def test_options_and_a_key_that_are_numbers():
    one = question("Một cửa", "Mấy mức độ?", 2, 3, 4, 5, 5)

    assert texts(one) == ["2", "3", "4", "5"]
    assert right(one) == ["5"]


def test_a_number_that_is_both_an_option_and_a_place_is_refused():
    assert refusal(workbook(["Một cửa", "Mấy mức độ?", 2, 3, 4, 5, 4])).startswith(
        "đáp án “4” vừa là nội dung phương án C vừa là tên phương án D"
    )


def test_rich_text_is_read_as_its_letters():
    rich = CellRichText("Bộ phận ", TextBlock(InlineFont(b=True), "Một cửa"))
    book = workbook(ROW)
    book.active["C2"] = rich

    (one,) = read(book).questions

    assert texts(one)[0] == "Bộ phận Một cửa"


@pytest.mark.parametrize("fault", ["#N/A", "#REF!", "#DIV/0!"])
def test_an_error_in_a_cell_is_told_with_its_row(fault):
    book = workbook(ROW, [*ROW[:3], fault, *ROW[4:]])

    parsed = read(book)

    assert len(parsed.questions) == 1
    assert parsed.problems == (Problem("dòng 3", f"có ô bị lỗi công thức ({fault})."),)


def test_an_error_in_a_column_that_is_not_read_harms_nothing():
    book = workbook([*ROW, "#N/A"], headings=[*HEADINGS, "Ghi chú"])

    assert len(read(book).questions) == 1


# Headings and keys ---------------------------------------------------------------------------


def test_headings_and_keys_with_spaces_around_them():
    one = question(*ROW[:-1], "C ", headings=[*HEADINGS[:-1], "Đáp Án "])

    assert right(one) == ["Chợ"]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        *((it, "stem") for it in ("Câu hỏi", "CÂU HỎI", "Nội dung câu hỏi", "Nội dung", "Đề bài")),
        *((it, "stem") for it in ("Câu hỏi trắc nghiệm", "Nội dung câu hỏi thi", "Câu hỏi (*)")),
        *((it, "key") for it in ("Đáp án", "Đáp án đúng", "Trả lời", "Đáp án chính xác", "ĐA")),
        *((it, "key") for it in ("Phương án đúng", "Câu trả lời đúng", "Phương án trả lời đúng")),
        *((it, "topic") for it in ("Chủ đề", "Lĩnh vực", "Chuyên đề", "Nhóm câu hỏi", "Phần")),
        *((it, "difficulty") for it in ("Mức độ", "Độ khó", "Mức độ nhận thức", "Mức độ khó")),
        *((it, "sources") for it in ("Căn cứ", "Căn cứ pháp lý", "Nguồn", "Cơ sở pháp lý")),
        *((it, "documents") for it in ("Văn bản", "Số văn bản", "Tên văn bản", "Văn bản căn cứ")),
        *((it, "articles") for it in ("Điều khoản", "Điều, khoản", "Điều", "Điều/Khoản")),
        *((it, "explanation") for it in ("Giải thích", "Lời giải", "Giải thích đáp án")),
        *((it, "points") for it in ("Điểm", "Số điểm", "Thang điểm", "Trọng số")),
        *((it, "code") for it in ("Mã", "Mã câu hỏi", "Mã câu", "ID", "Mã số")),
        *((it, "kind") for it in ("Dạng", "Loại câu hỏi", "Kiểu câu hỏi", "Hình thức")),
        *((it, "tags") for it in ("Nhãn", "Từ khóa", "Thẻ")),
        *((it, "") for it in ("STT", "TT", "Số TT", "Ghi chú", "Người soạn", "Đơn vị")),
    ],
)
def test_headings_that_people_use(heading, name):
    assert heading_of(heading) == name


@pytest.mark.parametrize(
    "pattern",
    [
        *("Phương án {}", "{}", "Đáp án {}", "PA{}", "PA {}", "P.A {}", "Lựa chọn {}", "Câu {}"),
        *("Phương án trả lời {}", "Trả lời {}", "ĐA {}", "Ý {}", "Option {}", "Phương án số {}"),
        *("Câu trả lời {}", "{}.", "({})", "Đáp án lựa chọn {}"),
    ],
)
@pytest.mark.parametrize("names", ["ABCD", "1234", "abcd"])
def test_headings_of_options(pattern, names):
    headings = ["Chủ đề", "Câu hỏi", *map(pattern.format, names), "Đáp án"]

    one = question(*ROW, headings=headings)

    assert texts(one) == ROW[2:6]


def test_of_two_columns_for_one_field_the_surer_heading_counts():
    headings = ["Chủ đề", "Nội dung", "Câu hỏi", "A", "B", "Đáp án", "Đáp án đúng"]

    one = question("Số", "Phần 1", "Hỏi?", "x", "y", "x, y", "B", headings=headings)

    assert (one.stem, right(one)) == ("Hỏi?", ["y"])


def test_headings_below_titles_and_a_sheet_of_something_else():
    book = workbook(headings=["UBND TỈNH"], title="Đề")
    for row in (["BỘ CÂU HỎI"], [], ["STT", *HEADINGS], [1, *ROW]):
        book.active.append(row)
    book.create_sheet("Thống kê").append(["Tổng", 1])

    parsed = read(book)

    assert parsed.problems == ()
    assert [one.where for one in parsed.questions] == ["dòng 5 (Đề)"]


def test_every_sheet_with_headings_is_read_and_hidden_ones_are_not():
    book = workbook(ROW, title="Tuần 1")
    for title, state in (("Tuần 2", "visible"), ("Nháp", "hidden"), ("Ví dụ", "visible")):
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        sheet.append(HEADINGS)
        sheet.append([*ROW[:1], f"Câu của {title}?", *ROW[2:]])

    parsed = read(book)

    assert [one.where for one in parsed.questions] == ["dòng 2 (Tuần 1)", "dòng 2 (Tuần 2)"]


def test_rows_behind_a_filter_and_hidden_columns_are_read():
    book = workbook(ROW, ROW)
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["C"].hidden = True

    assert len(read(book).questions) == 2


def test_a_topic_merged_over_its_questions_is_that_of_each():
    rows = [[topic, f"Câu {n}?", *ROW[2:]] for n, topic in enumerate(("Một cửa", None, None, "Số"))]
    book = workbook(*rows)
    book.active.merge_cells("A2:A4")
    book.active.merge_cells("F2:G2")

    topics = [one.topic for one in read(book).questions]

    assert topics == ["Một cửa", "Một cửa", "Số"]  # the first lost its key under the merged cell


# Questions -----------------------------------------------------------------------------------


def test_three_options():
    assert len(question(*ROW[:5], None, "A").choices) == 3


def test_an_option_missing_in_the_middle_is_refused():
    assert refusal(workbook([*ROW[:3], None, *ROW[4:]])) == "thiếu trường “phương án B”."


@pytest.mark.parametrize("twin", ["Bộ phận Một cửa", "Bộ phận  Một cửa."])
def test_two_equal_options_are_refused_with_the_reason(twin):
    book = workbook([*ROW[:3], twin, *ROW[4:]])

    assert refusal(book) == "phương án A và B giống nhau."


@pytest.mark.parametrize(
    "text",
    [
        *("Cả 3 ý trên", "Cả ba ý trên", "Tất cả đều đúng", "Tất cả các phương án trên"),
        *("Cả 3 phương án trên đều đúng", "Cả A, B và C", "A và B", "Cả a và c", "A, C đúng"),
        *("Không có phương án nào đúng", "Đáp án khác", "Cả 03 đáp án trên", "Tất cả đáp án trên"),
        *(
            "Cả A và B đều đúng",
            "Cả hai phương án trên",
            "Cả 3 đáp án đều sai",
            "Cả A, B, C đều đúng",
        ),
    ],
)
def test_an_option_that_speaks_of_the_others_is_pinned(text):
    one = question(*ROW[:5], text, "D")

    assert [choice.is_pinned for choice in one.choices] == [False, False, False, True]


def test_long_texts():
    one = question("Một cửa", "dài " * 157, "vừa " * 112, "x", "y", "z", "A")

    assert (len(one.stem), len(texts(one)[0])) == (627, 447)


def test_the_same_stem_with_another_key_is_a_conflict(db):
    other = ["Một cửa", "Hồ sơ nộp ở đâu ?", "Chợ", "Nhà riêng", "Trường học", "Bộ phận", "A"]

    plan = plan_import(read(workbook(ROW, ROW, other)), options=Options())

    assert [row.outcome.value for row in plan.rows] == ["created", "duplicate", "created"]
    assert [(row.where, row.conflict_with) for row in plan.conflicts] == [("dòng 4", "dòng 2")]


def test_kinds_are_told_from_options_and_keys():
    rows = [
        ROW,
        ["Một cửa", "Chọn hai?", "x", "y", "z", None, "A, C"],
        ["Một cửa", "Chọn hai nữa?", "x", "y", "z", None, "A;C"],
        ["Một cửa", "Đúng không?", "Đúng", "Sai", None, None, "Sai"],
        ["Một cửa", "Bao nhiêu?", None, None, None, None, 76.0],
        ["Một cửa", "Tên gì?", None, None, None, None, "Một cửa|1 cửa"],
    ]

    parsed = read(workbook(*rows))

    assert parsed.problems == ()
    assert [one.kind for one in parsed.questions] == [
        QuestionKind.SINGLE_CHOICE,
        QuestionKind.MULTIPLE_CHOICE,
        QuestionKind.MULTIPLE_CHOICE,
        QuestionKind.TRUE_FALSE,
        QuestionKind.NUMBER,
        QuestionKind.SHORT_TEXT,
    ]


def test_levels_and_sources_as_people_write_them():
    one = question(
        *ROW,
        "Thông hiểu",
        "Khoản 2 Điều 3 Nghị định số 61/2018/NĐ-CP",
        headings=[*HEADINGS, "Độ khó", "Căn cứ pháp lý"],
    )

    assert one.difficulty is Difficulty.MEDIUM
    assert one.sources[0].document == "61/2018/NĐ-CP"
