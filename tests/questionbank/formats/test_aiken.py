"""Aiken: what Moodle documents, what people write, and what they break."""

from pathlib import Path

import pytest
from hypothesis import assume, given, settings, strategies as st

from accounts.formats.bad_file import BadFile
from accounts.rules.folding import tidy
from questionbank.enums import Difficulty, QuestionKind
from questionbank.formats import aiken
from questionbank.formats.base import Bank, RawQuestion
from questionbank.formats.parsed import ParsedChoice, ParsedQuestion, Problem

SAMPLES = Path(__file__).parent / "samples" / "aiken"
GOOD = b"".join(path.read_bytes() for path in sorted(SAMPLES.iterdir()))
SPECIALS = "~=#{}:\\/%[]()<>&\"'.,;-_*?!|$ aAbBcCđĐ1̣ẾANSWER"
TEXTS = st.one_of(
    st.text(alphabet=SPECIALS, min_size=1, max_size=40),
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40),
    st.sampled_from(["A. x", "b) y", "ANSWER: B là gì?", "// x", "$CATEGORY: a", "Đáp án nào?"]),
).map(tidy)
FEW = settings(max_examples=200, deadline=None)


def read(text):
    return list(aiken.FORMAT.read(text.encode()))


def sample(name):
    return list(aiken.FORMAT.read((SAMPLES / name).read_bytes()))


@st.composite
def questions(draw):
    stem = draw(TEXTS.filter(bool))
    assume(aiken._ANSWER.fullmatch(stem) is None)  # a stem that is an answer line has no way in
    texts = draw(st.lists(TEXTS.filter(bool), min_size=2, max_size=8))
    right = draw(st.integers(0, len(texts) - 1))
    return ParsedQuestion(
        stem=stem,
        kind=QuestionKind.SINGLE_CHOICE,
        difficulty=Difficulty.EASY,
        choices=tuple(ParsedChoice(text, place == right) for place, text in enumerate(texts)),
    )


@FEW
@given(bank=st.lists(questions(), max_size=4))
def test_what_is_written_is_read_again(bank):
    items = list(aiken.FORMAT.read(aiken.FORMAT.write(Bank(bank))))

    assert [(item.stem, item.kind, item.choices, item.key) for item in items] == [
        (
            question.stem,
            question.kind,
            tuple(choice.text for choice in question.choices),
            tuple(
                "ABCDEFGH"[place]
                for place, choice in enumerate(question.choices)
                if choice.is_correct
            ),
        )
        for question in bank
    ]


@FEW
@given(data=st.data())
def test_only_bad_file_is_raised(data):
    content = bytearray(data.draw(st.sampled_from([b"", GOOD])))
    for _time in range(data.draw(st.integers(0, 8))):
        place = data.draw(st.integers(0, len(content)))
        content[place : place + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=9))

    try:
        items = list(aiken.FORMAT.read(bytes(content)))
    except BadFile:
        return

    assert all(isinstance(item, RawQuestion | Problem) and item.where for item in items)


def test_as_moodle_documents_it():
    first, second = sample("usual.txt")

    assert first == RawQuestion(
        where="câu 1 (dòng 1)",
        stem="Cơ quan nào tiếp nhận hồ sơ của người dân tại xã?",
        choices=("Bộ phận Một cửa", "Đội văn nghệ", "Ban quản lý chợ"),
        key=("A",),
        kind=QuestionKind.SINGLE_CHOICE,
    )
    assert second.where == "câu 2 (dòng 7)"
    assert second.choices == ("Qua bưu điện", "Không trả")


def test_as_people_write_it():
    first, second, third = sample("tolerant.txt")

    assert first.stem == "Theo anh chị, mục tiêu chính\ncủa cải cách thủ tục là gì?\n\nXin chọn:"
    assert first.choices == ("Thêm giấy tờ", "Bớt phiền hà cho người dân", "Tăng lệ phí")
    assert first.key == ("B",)
    assert second.stem == "Những việc sau:\na) niêm yết\nb) thu phí\nViệc nào là công khai?"
    assert second.choices == ("Việc a", "Việc b")
    assert third.key == ("B",)


def test_reading_goes_on_after_a_broken_question():
    items = sample("broken.txt")

    assert [str(item) if isinstance(item, Problem) else item.stem for item in items] == [
        "Câu tốt?",
        "câu 2 (dòng 6): thiếu dòng “ANSWER:” ghi đáp án.",
        "Câu sau vẫn đọc được?",
        "câu 4 (dòng 15): có dòng đáp án mà không có câu hỏi ở trên.",
        "câu 5 (dòng 17): phương án D không đúng thứ tự chữ cái.",
        "câu 6 (dòng 23): dòng đáp án phải ghi đúng một chữ cái.",
        "câu 7 (dòng 29): thiếu dòng “ANSWER:” ghi đáp án.",
    ]
    assert items[2].choices == ("Có", "Không")


@pytest.mark.parametrize(
    "line",
    ["ANSWER: B", "ANSWER:B", "answer b", "Answer : (b)", "Đáp án: B.", "ĐÁP ÁN B", "dap an: b"],
)
def test_answer_lines(line):
    (item,) = read(f"Chọn gì?\nA. Một\nB. Hai\n{line}\n")

    assert item.key == ("B",)


@pytest.mark.parametrize("line", ["Answers", "Đáp án nào đúng?", "Answer by mail"])
def test_lines_that_are_no_answer(line):
    (item,) = read(f"{line}\nA. Một\nB. Hai\nANSWER: A")

    assert item.stem == line


def test_a_question_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(aiken, "LONGEST_QUESTION", 50)

    items = read(f"Dài?\nA. {'x' * 60}\nANSWER: A\nNgắn?\nA. x\nB. y\nANSWER: B")

    assert items[0] == Problem("câu 1 (dòng 1)", "câu hỏi dài quá 50 ký tự.")
    assert items[1].stem == "Ngắn?"


@pytest.mark.parametrize(
    "text",
    [
        "ANSWER" + " " * 2_000_000 + "?",
        "Hỏi?\nA. x\n" + "thêm\n" * 400_000,
        "Hỏi?\n" + "\n" * 2_000_000,
        "đáp án " * 200_000,
        "A. x\n" * 300_000,
    ],
    ids=["spaces", "continued", "blank", "words", "options"],
)
def test_hostile_files_end(text):
    assert len(read(text)) <= len(text)
