"""Word files as offices write them: each way of marking the right option, and what is refused."""

import io
import zipfile

import pytest
from docx import Document
from docx.shared import RGBColor

from questionbank.formats.parsed import Problem
from questionbank.formats.reading import read_file
from questionbank.formats.registry import FORMATS

STEM = "Câu 1: Đề án Văn hóa công vụ được phê duyệt ngày nào?"
OPTIONS = ["27/12/2018", "14/6/2019", "Cả A và B"]


def saved(document):
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def read(document):
    return read_file(FORMATS["docx"], saved(document))


def right(parsed):
    assert parsed.problems == ()
    (question,) = parsed.questions
    return [choice.text for choice in question.choices if choice.is_correct]


def written(mark, *, stem=STEM, options=OPTIONS):
    document = Document()
    document.add_paragraph("SỞ NỘI VỤ")
    document.add_paragraph(stem)
    for letter, text in zip("ABCD", options, strict=False):
        paragraph = document.add_paragraph(f"{letter}. ")
        mark(paragraph, text, text == options[1])
    return document


def bold(paragraph, text, is_right):
    paragraph.add_run(text).bold = is_right


def underlined(paragraph, text, is_right):
    paragraph.add_run(text).underline = is_right


def red(paragraph, text, is_right):
    run = paragraph.add_run(text)
    if is_right:
        run.font.color.rgb = RGBColor(0xFF, 0, 0)


def starred(paragraph, text, is_right):
    paragraph.add_run(text + (" *" if is_right else ""))


def plain(paragraph, text, is_right):
    paragraph.add_run(text)


@pytest.mark.parametrize("mark", [bold, underlined, red, starred])
def test_the_right_option_is_found_by_its_mark(mark):
    assert right(read(written(mark))) == ["14/6/2019"]


@pytest.mark.parametrize("line", ["Đáp án: B", "ĐA: B.", "Answer: b", "Đáp án đúng: B"])
def test_the_right_option_is_found_by_a_line(line):
    document = written(plain)
    document.add_paragraph(line)

    assert right(read(document)) == ["14/6/2019"]


def test_several_right_options_make_a_question_of_several():
    document = written(plain, options=["27/12/2018", "14/6/2019", "10/10/2020"])
    document.add_paragraph("Đáp án: A, B")

    parsed = read(document)

    assert right(parsed) == ["27/12/2018", "14/6/2019"]
    assert parsed.questions[0].kind == "multiple_choice"


def test_a_letter_and_a_dash_within_an_option_begin_none():
    parsed = read(written(bold, options=["Từ điểm A đến B - một đoạn", "Hạng C- trở lên", "Không"]))

    (question,) = parsed.questions
    assert [choice.text for choice in question.choices] == [
        "Từ điểm A đến B - một đoạn",
        "Hạng C- trở lên",
        "Không",
    ]


@pytest.mark.parametrize("row", ["A - Một B - Hai C - Ba", "A. Một\tB - Hai   C – Ba"])
def test_options_in_a_row_may_have_dashes(row):
    document = Document()
    document.add_paragraph(STEM)
    document.add_paragraph(row)
    document.add_paragraph("Đáp án: B")

    assert right(read(document)) == ["Hai"]


def test_a_key_table_at_the_end():
    document = written(plain)
    document.add_paragraph("Câu 2. Ngày chuyển đổi số quốc gia?")
    document.add_paragraph("A. 10/10\tB. 20/11\tC. 02/9")
    document.add_paragraph("BẢNG ĐÁP ÁN")
    table = document.add_table(rows=2, cols=3)
    for row, cells in enumerate([["Câu", "1", "2"], ["Đáp án", "B", "A"]]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text

    parsed = read(document)

    assert parsed.problems == ()
    keys = [[it.text for it in q.choices if it.is_correct] for q in parsed.questions]
    assert keys == [["14/6/2019"], ["10/10"]]


def test_a_key_list_at_the_end():
    document = written(plain)
    document.add_paragraph("Đáp án")
    document.add_paragraph("1-B  2.A")

    assert right(read(document)) == ["14/6/2019"]


def test_other_fields_and_paragraphs():
    document = Document()
    document.add_heading("Văn hóa công vụ", level=1)
    for line in [
        *("1. Câu một đoạn", "và đoạn hai?", "a) Một", "b) Hai", "Đáp án: a"),
        *("Mức độ: Dễ", "Giải thích: Vì thế.", "Căn cứ: Điều 5 Nghị định số 61/2018/NĐ-CP"),
    ]:
        document.add_paragraph(line)

    (question,) = read(document).questions

    assert question.stem == "Câu một đoạn\n\nvà đoạn hai?"
    assert (question.topic, question.difficulty) == ("Văn hóa công vụ", "easy")
    assert question.explanation == "Vì thế."
    (source,) = question.sources
    assert (source.document, source.article) == ("61/2018/NĐ-CP", "Điều 5 Nghị định")


def test_marks_that_contradict_each_other_are_told():
    document = written(bold)
    document.add_paragraph("Đáp án: C")

    (problem,) = read(document).problems

    assert problem.where == "câu 1"
    assert problem.reason == "các dấu hiệu đáp án trái nhau (dòng đáp án: C; chữ đậm: B)."


def test_a_question_without_a_mark_or_options_is_told_and_the_next_is_read():
    document = written(plain)
    document.add_paragraph("Câu 2. Không có phương án?")
    document.add_paragraph("Câu 3. Ngày chuyển đổi số quốc gia?")
    for line in ("A. 10/10", "B. 20/11", "Đáp án: A"):
        document.add_paragraph(line)

    parsed = read(document)

    assert len(parsed.questions) == 1
    assert parsed.problems == (
        Problem("câu 1", "không thấy đáp án được đánh dấu."),
        Problem("câu 2", "không thấy các phương án A, B, C…"),
    )


def with_part(data, name, content):
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


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("word/vbaProject.bin", b"x", "macro"),
        ("word/document.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "thực thể"),
        ("word/document.xml", b"<w:document", "hỏng"),
        ("../x.xml", b"x", "không an toàn"),
        ("word/media/x.bin", b"\0" * (101 * 1024 * 1024), "100 MB"),
    ],
    ids=["macro", "entity", "cut", "path", "bomb"],
)
def test_a_hostile_file_is_refused_in_words(name, content, reason):
    parsed = read_file(FORMATS["docx"], with_part(saved(written(bold)), name, content))

    assert parsed.questions == ()
    (problem,) = parsed.problems
    assert reason in problem.reason


def test_an_old_word_file_is_asked_for_anew():
    (problem,) = read_file(FORMATS["docx"], b"\xd0\xcf\x11\xe0" + b"\0" * 600).problems

    assert "lưu lại dạng .docx" in problem.reason
