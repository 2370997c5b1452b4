"""What stands between the questions of a Word file: no line of it may slip into an option."""

import pytest

from tests.questionbank.formats.sheets import right, texts
from tests.questionbank.formats.test_word_oddities import lines, paragraph, read, run, table

FIRST = ["Câu 1: Một?", "A. x", "B. y"]
SECOND = ["Câu 2: Hai?", "A. m", "B. n", "Đáp án: A"]


def as_read(parsed):
    return [(one.stem, texts(one), right(one)) for one in parsed.questions]


WANTED = [("Một?", ["x", "y"], ["y"]), ("Hai?", ["m", "n"], ["m"])]


@pytest.mark.parametrize("key", [["Đáp án: B"], []], ids=["with a key", "without"])
@pytest.mark.parametrize(
    "line",
    [
        *("PHẦN II: LUẬT VIÊN CHỨC", "II. Luật Viên chức", "Phần 2. Cải cách", "Chương II"),
        *("---------", "..........", "* * *", "--- HẾT ---", "Trang 2/10", "Ghi chú: câu khó"),
        *("Giải thích: Theo Điều 5.", "Theo Điều 5 Luật Viên chức.", "Gợi ý: Điều 5"),
        *("Căn cứ pháp lý: Điều 5", "Nguồn: Luật Viên chức", "https://chinhphu.vn/luat"),
        *("Mức độ: NB", "Người soạn: Ban Tổ chức", "BẢNG ĐÁP ÁN CHI TIẾT"),
    ],
)
def test_what_is_no_option_is_known(line, key):
    body = lines(*FIRST, *key, line, *SECOND, *([] if key else ["ĐÁP ÁN", "1B"]))

    parsed = read(body)

    assert parsed.problems == ()
    assert as_read(parsed) == WANTED


@pytest.mark.parametrize(
    "line", ["SỞ NỘI VỤ TỈNH", "Đ. Ý khác", "Luật Viên chức 2010", "- Theo Điều 5", "Người lập"]
)
def test_what_could_be_anything_is_told(line):
    parsed = read(lines(*FIRST[:2], "B. y *", line, *SECOND))

    assert as_read(parsed) == WANTED[1:]
    (problem,) = parsed.problems
    assert problem.where == "câu 1"
    assert problem.reason.startswith(f"không rõ đoạn “{line}” đứng sau phương án cuối")


@pytest.mark.parametrize(
    ("options", "first"),
    [
        (["A. Nộp hồ sơ", "qua mạng", "B. y *"], "Nộp hồ sơ qua mạng"),
        (["A. Nộp ở", "Bộ phận Một cửa", "B. y *"], "Nộp ở Bộ phận Một cửa"),
        (["A. Gồm:", "- Đơn", "- Ảnh", "B. y *"], "Gồm: - Đơn - Ảnh"),
    ],
)
def test_an_option_of_several_paragraphs(options, first):
    (one,) = read(lines("Câu 1: Một?", *options)).questions

    assert texts(one) == [first, "y"]


def test_options_behind_the_title_of_a_part_are_told():
    parsed = read(lines(*FIRST, "PHẦN II: KHÁC", "C. z", "Đáp án: B"))

    assert [it.reason for it in parsed.problems] == [
        "có phương án đứng sau đáp án hoặc sau tiêu đề của phần."
    ]


@pytest.mark.parametrize(
    "keys",
    [
        ["ĐÁP ÁN ĐỀ SỐ 1", "1.B 2.A"],
        ["III. ĐÁP ÁN", "1-B; 2-A"],
        ["HƯỚNG DẪN CHẤM", "Câu 1: B (Điều 5)", "Câu 2: A. m"],
        ["ĐÁP ÁN", "Câu 1: Đáp án B", "Câu 2: Chọn A"],
    ],
)
def test_lists_of_keys_and_their_titles(keys):
    assert as_read(read(lines(*FIRST, *SECOND[:3], *keys))) == WANTED


@pytest.mark.parametrize(
    "rows",
    [
        [["Câu", "Đáp án", "Căn cứ"], ["1", "B", "Điều 5 Luật Viên chức năm 2010"], ["2", "A", ""]],
        [["Câu hỏi", "Đáp án"], ["Câu 1", "B"], ["Câu 2", "A"]],
        [["STT", "Đáp án đúng"], ["1", "B. y"], ["2", "a"]],
        [["Câu", "Đáp án", "Câu", "Đáp án"], ["1", "B", "2", "A"]],
    ],
)
def test_tables_of_keys(rows):
    assert as_read(read(lines(*FIRST, *SECOND[:3]) + table(*rows))) == WANTED


def test_a_table_that_gives_a_number_two_keys_is_told():
    parsed = read(lines(*FIRST, *SECOND) + table(["1", "2"], ["B", "A"], ["1", "2"], ["A", "A"]))

    assert as_read(parsed) == WANTED[1:]
    assert len(parsed.problems) == 1


def test_several_keys_of_one_number():
    (one,) = read(lines("Câu 1: Một?", "A. x", "B. y", "C. z", "ĐÁP ÁN", "Câu 1: A, C")).questions

    assert right(one) == ["x", "z"]


def test_points_and_levels_behind_the_number():
    body = lines("Câu 1 (0,5 điểm) [NB]: Một?", *FIRST[1:], "Đáp án: B", "Câu 2 (TCVN) là gì?")

    parsed = read(body + lines("A. m", "B. n *"))

    assert [(it.stem, it.difficulty, str(it.points)) for it in parsed.questions] == [
        ("Một?", "easy", "0.5"),
        ("(TCVN) là gì?", "medium", "1"),
    ]


@pytest.mark.parametrize(
    ("typed", "topics"),
    [
        ([*FIRST, "Đáp án: B", "Chủ đề: Một cửa", *SECOND, "Lĩnh vực: Tổ chức"], "Một cửa|Tổ chức"),
        (["Chủ đề: Một cửa", *FIRST, "Đáp án: B", "Chủ đề: Tổ chức", *SECOND], "Một cửa|Tổ chức"),
        (["Chủ đề: Một cửa", *FIRST, "Đáp án: B", *SECOND], "Một cửa|Một cửa"),
    ],
    ids=["below each", "above each", "above all"],
)
def test_whose_topic_a_line_is(typed, topics):
    assert "|".join(one.topic for one in read(lines(*typed)).questions) == topics


def test_a_numbered_line_below_a_question_without_options_is_no_question():
    doubtful = ["1. Xếp thứ tự:", "2. Nộp", "3. Nhận", "A. 2, 3 *", "B. 3, 2"]

    parsed = read(lines(*doubtful, "4. Bốn?", "A. x *", "B. y"))

    assert [one.stem for one in parsed.questions] == ["Bốn?"]
    assert [it.reason for it in parsed.problems] == [
        "không thấy các phương án A, B, C…",
        *["câu ngay trên không có phương án, nên không rõ câu này bắt đầu từ đâu."] * 2,
    ]


def test_a_table_of_figures_is_not_torn_to_lines():
    figures = table(["Năm", "Số"], ["2020", "5"])

    parsed = read(lines("Câu 1: Theo bảng?") + figures + lines("A. x *", "B. y"))

    assert [it.reason for it in parsed.problems] == ["có bảng trong lời câu hỏi, chưa được hỗ trợ."]


def test_cells_over_several_columns_do_not_shift_the_key():
    heads = [("Câu hỏi", 1), ("Phương án trả lời", 3), ("Đáp án", 1)]
    merged = "".join(
        f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{lines(text)}</w:tc>'
        for text, span in heads
    )
    below = table(["", "A", "B", "C", ""], ["Hỏi?", "x", "y", "z", "B"])

    parsed = read(below.replace("<w:tbl>", f"<w:tbl><w:tr>{merged}</w:tr>"))

    assert as_read(parsed) == [("Hỏi?", ["x", "y", "z"], ["y"])]


def test_stars_and_ticks_of_either_side():
    told = read(lines("Câu 1: Một?", "A. x", "✓ B. y", "Câu 2: Hai?", "☐ A. m", "☒ B. n"))
    signed = read(lines("Câu 1: Một?", "A. x", "B. y (Đúng)", "Câu 2: Hai?", "A. m ✓", "B. n"))
    doubtful = read(lines("Câu 1: Một?", "A. x ✓ B. y C. z"))

    assert as_read(told) == [("Một?", ["x", "y"], ["y"]), ("Hai?", ["m", "n"], ["n"])]
    assert as_read(signed) == WANTED
    assert [it.reason for it in doubtful.problems] == [
        "không rõ dấu sao, dấu tích là của phương án nào."
    ]


@pytest.mark.parametrize("colour", ["212529", "333333", "7F7F7F", "auto", "FFFFFF"])
def test_letters_that_look_black_or_grey_are_no_mark(colour):
    grey = run("x", f'<w:color w:val="{colour}"/>')
    red = run("y", '<w:color w:val="C00000"/>')
    body = lines("Câu 1: Một?") + paragraph(run("A. "), grey)

    assert as_read(read(body + paragraph(run("B. "), red))) == WANTED[:1]
    assert as_read(read(body + lines("B. y"))) == []


def test_a_link_is_no_mark():
    blue = '<w:color w:val="0563C1"/><w:u w:val="single"/>'
    link = f"<w:hyperlink>{run('chinhphu.vn', blue)}</w:hyperlink>"

    parsed = read(lines("Câu 1: Đâu?", "A. x") + paragraph(run("B. "), link))

    assert [it.reason for it in parsed.problems] == ["không thấy đáp án được đánh dấu."]


def test_raised_digits_and_signs_of_symbol_fonts():
    raised, lowered = (f'<w:vertAlign w:val="{it}script"/>' for it in ("super", "sub"))
    sign = '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>'
    squared = [run("Câu 1: 10"), run("2", raised), run(" ")]

    parsed = read(
        paragraph(*squared, sign, run(" CO"), run("2", lowered)) + lines("A. x", "B. y *")
    )

    assert as_read(parsed) == [("10² ≥ CO₂", ["x", "y"], ["y"])]


FORMULA = (
    '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
    "<m:r><m:t>x</m:t></m:r></m:oMath>"
)


@pytest.mark.parametrize(
    "lost",
    [
        FORMULA,
        '<w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml"/></w:pict></w:r>',
        '<w:r><w:sym w:font="Webdings" w:char="F041"/></w:r>',
    ],
    ids=["formula", "old picture", "unknown sign"],
)
def test_what_is_seen_and_is_no_text_is_told(lost):
    parsed = read(paragraph(run("Câu 1: Một "), lost, run("?")) + lines("A. x", "B. y *"))

    assert [str(it) for it in parsed.problems] == [
        "câu 1: trường “câu hỏi” có công thức, hình vẽ hoặc ký hiệu không đọc được thành chữ."
    ]


def test_a_file_without_numbers_is_told_how_to_begin():
    (problem,) = read(lines("Hỏi gì?", "A. x", "B. y *")).problems

    assert problem.reason == (
        "không thấy câu hỏi nào; xin bắt đầu mỗi câu bằng “Câu 1:” hoặc “1.” ở đầu đoạn."
    )
