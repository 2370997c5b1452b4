"""What else Word files hold: changes that are tracked, boxes, tables, old fonts, hostile depths."""

import pytest

from questionbank.formats.reading import read_file
from questionbank.formats.registry import FORMATS
from tests.questionbank.formats.sheets import with_part
from tests.questionbank.formats.word_files import Habit, written

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
GOOD = written(Habit())


def paragraph(*runs):
    return f"<w:p>{''.join(runs)}</w:p>"


def run(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def lines(*texts):
    return "".join(paragraph(run(text)) for text in texts)


def read(body):
    xml = (
        f'<w:document xmlns:w="{WORD}" xmlns:mc="{COMPATIBLE}"><w:body>{body}</w:body></w:document>'
    )
    return read_file(FORMATS["docx"], with_part(GOOD, "word/document.xml", xml))


def table(*rows):
    cells = ("".join(f"<w:tc>{lines(text)}</w:tc>" for text in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def only(parsed):
    assert parsed.problems == ()
    (one,) = parsed.questions
    return (
        one.stem,
        [it.text for it in one.choices],
        [it.text for it in one.choices if it.is_correct],
    )


def reasons(parsed):
    assert parsed.questions == ()
    return [problem.reason for problem in parsed.problems]


def test_inserted_text_is_kept_and_deleted_or_moved_text_is_not():
    body = (
        paragraph(
            run("Câu 1: Nộp "),
            f"<w:ins>{run('hồ sơ ')}</w:ins>",
            f"<w:del>{run('đơn ').replace('w:t', 'w:delText')}</w:del>",
            f"<w:moveFrom>{run('tại ')}</w:moveFrom>",
            f"<w:moveTo>{run('ở ')}</w:moveTo>",
            run("đâu?"),
        )
        + f"<w:ins>{lines('A. Một cửa')}</w:ins>"
        + lines("B. Chợ", "Đáp án: A")
    )

    assert only(read(body)) == ("Nộp hồ sơ ở đâu?", ["Một cửa", "Chợ"], ["Một cửa"])


def test_a_text_box_is_read_once():
    box = f"<w:txbxContent>{lines('Câu 1: Hỏi?', 'A. x', 'B. y', 'Đáp án: B')}</w:txbxContent>"
    drawn = (
        f"<mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    )

    assert only(read(paragraph(f"<w:r>{drawn}</w:r>"))) == ("Hỏi?", ["x", "y"], ["y"])


def test_a_table_with_a_question_in_each_row():
    body = table(
        ["STT", "Câu hỏi", "A", "B", "C", "Đáp án"],
        ["1", "Hỏi?", "x", "y", "z", "B"],
        ["2", "Nữa?", "x", "y", "z", ""],
    )

    parsed = read(body)

    assert [one.stem for one in parsed.questions] == ["Hỏi?"]
    assert [str(it) for it in parsed.problems] == ["dòng 3 (bảng): thiếu đáp án."]


def test_letters_of_old_fonts_are_read_as_they_are_shown():
    font = '<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>'
    capitals = font.replace("Time", "TimeH")
    vni = font.replace(".VnTime", "VNI-Times")
    body = (
        paragraph(run("C©u 1: ", font), run("Cã", capitals), run(" g×?", font))
        + paragraph(run("A. §óng", font))
        + paragraph(run("B. ", vni), run("Khoâng", vni))
        + lines("Đáp án: B")
    )

    stem, texts, right = only(read(body))

    assert (stem, texts[1], right) == ("CÓ gì?", "Không", ["Không"])


def test_a_style_may_mark_the_right_option():
    strong = '<w:rStyle w:val="Strong"/>'
    body = lines("Câu 1: Hỏi?", "A. x") + paragraph(run("B. "), run("y", strong))
    plain = paragraph(run("A. "), run("x", f'{strong}<w:b w:val="0"/>')) + lines("B. y")

    assert only(read(body)) == ("Hỏi?", ["x", "y"], ["y"])
    assert reasons(read(lines("Câu 1: Hỏi?") + plain)) == ["không thấy đáp án được đánh dấu."]


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (
            ["Câu 1: Hỏi?", "A. x", "B. y *", "Đáp án: C"],
            "đáp án “C” không có trong các phương án.",
        ),
        (
            ["Câu 1: Hỏi?", "A. x", "B. y *", "Đáp án: z"],
            "đáp án “z” không phải là chữ cái, số thứ tự hay nội dung của phương án nào.",
        ),
        (["Câu 1: Hỏi?", "A. x", "B. y", "Đáp án: A", "Đáp án: B"], "có hơn một dòng đáp án."),
        (
            ["Câu 1: Hỏi?", "A. x", "B. y Câu 2: Nữa?", "Đáp án: A"],
            "có dòng của câu khác hoặc dòng đáp án dính vào câu này.",
        ),
        (["Câu 1: Hỏi?", "A. x", "C. y", "Đáp án: A"], "các phương án không theo thứ tự A, B, C…"),
        (
            ["Câu 1: Hỏi?", "A. x", "B. y", "ĐÁP ÁN", "1A 1B"],
            "bảng đáp án có hơn một đáp án hoặc ứng với nhiều câu cùng số.",
        ),
    ],
)
def test_a_doubt_is_told_with_its_reason(texts, reason):
    assert reasons(read(lines(*texts))) == [reason]


def test_two_parts_that_count_alike_and_have_keys_of_their_own():
    part = ["Câu 1: {}?", "A. x", "B. y", "ĐÁP ÁN"]
    first = [text.format("Một") for text in part]
    second = [text.format("Hai") for text in part]

    parsed = read(lines(*first, "1A", *second, "1B"))
    together = read(lines(*first[:3], *second, "1A", "1B"))

    assert [one.choices[0].is_correct for one in parsed.questions] == [True, False]
    assert len(reasons(together)) == 2


def test_numbers_that_are_left_out_begin_a_question_all_the_same():
    parsed = read(lines("1. Một?", "A. x *", "B. y", "4. Bốn?", "A. x", "B. y *"))

    assert [one.where for one in parsed.questions] == ["câu 1", "câu 4"]


@pytest.mark.parametrize("depth", [25, 60, 5000])
def test_tables_within_tables_are_read_once_or_refused(depth):
    inner = lines("Câu 1: Hỏi?", "A. x *", "B. y")
    body = "<w:tbl><w:tr><w:tc>" * depth + inner + "</w:tc></w:tr></w:tbl>" * depth

    parsed = read(body)

    assert [one.stem for one in parsed.questions] == (["Hỏi?"] if depth < 200 else [])
    assert len(parsed.problems) == (0 if depth < 200 else 1)


@pytest.mark.parametrize(
    "body",
    [
        lines("Câu 1: x", " " * 500_000 + "x", "A." + " " * 500_000 + "x"),
        paragraph("<w:r>" + "<w:tab/>" * 200_000 + "</w:r>", run("x")),
        paragraph("<w:r>" + "<w:br/>" * 200_000 + "</w:r>", run("x")),
        lines("Câu 1: x", "A. a", *["nữa và nữa"] * 20_000),
        lines(*["Câu 1: x", "A. a"] * 2000, "ĐÁP ÁN", *["1A"] * 20_000),
        lines("1 " * 200_000),
    ],
    ids=["spaces", "tabs", "breaks", "continued", "keys", "numbers"],
)
def test_hostile_texts_end(body):
    assert read(body).questions == ()
