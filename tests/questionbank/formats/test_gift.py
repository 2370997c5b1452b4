"""GIFT: what Moodle documents, what is written back, and what is broken."""

from decimal import Decimal
from pathlib import Path
from unicodedata import combining

import pytest
from hypothesis import given, settings, strategies as st

from accounts.formats.bad_file import BadFile
from accounts.rules.folding import tidy
from questionbank.enums import Difficulty, QuestionKind, Scoring
from questionbank.formats import gift
from questionbank.formats.base import Bank, RawQuestion
from questionbank.formats.parsed import ParsedChoice, ParsedQuestion, ParsedTopic, Problem

SAMPLES = Path(__file__).parent / "samples" / "gift"
GOOD = b"".join(path.read_bytes() for path in sorted(SAMPLES.iterdir()))
SPECIALS = "~=#{}:\\/%[]()<>&\"'.,;-_*?!|$ naA1tđ̣Ế0"
TEXTS = (
    st.one_of(
        st.text(alphabet=SPECIALS, min_size=1, max_size=40),
        st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40),
        st.sampled_from(
            ["[html]<b>", "%50%x", "[plain]", "####", "a -> b", "T", "// x", "::a::", "\\n", "#3"]
        ),
    )
    .map(tidy)
    .filter(lambda text: text and not combining(text[0]))  # it would join the sign before it
)
PARAGRAPHS = st.lists(TEXTS, min_size=1, max_size=3).map("\n\n".join)
NUMBERS = st.decimals(-(10**9), 10**9, places=6)
UNCLOSED = (
    "thiếu dấu ngoặc nhọn mở hoặc đóng phần đáp án; xin lưu ý trong một câu hỏi không được có"
    " dòng trống."
)
FEW = settings(max_examples=200, deadline=None)


def read(text):
    return list(gift.FORMAT.read(text.encode()))


def only(text):
    (item,) = read(text)
    return item


def sample(name):
    return list(gift.FORMAT.read((SAMPLES / name).read_bytes()))


def choices(draw, kind):
    if kind is QuestionKind.TRUE_FALSE:
        is_true = draw(st.booleans())
        return (ParsedChoice("Đúng", is_true), ParsedChoice("Sai", not is_true))
    texts = draw(st.lists(TEXTS, min_size=3, max_size=8))
    several = kind is QuestionKind.MULTIPLE_CHOICE
    count = draw(st.integers(1, len(texts) - 1)) if several else 1
    right = draw(st.permutations(range(len(texts))))[:count]
    return tuple(ParsedChoice(text, place in right) for place, text in enumerate(texts))


@st.composite
def questions(draw):
    kind = draw(st.sampled_from(list(QuestionKind)))
    fields = {}
    if kind.has_choices:
        fields["choices"] = choices(draw, kind)
    elif kind is QuestionKind.SHORT_TEXT:
        fields["accepted"] = tuple(draw(st.lists(TEXTS, min_size=1, max_size=20)))
    else:
        fields["number"] = draw(NUMBERS)
        fields["tolerance"] = abs(draw(NUMBERS))
    right = sum(choice.is_correct for choice in fields.get("choices", ()))
    if kind is QuestionKind.MULTIPLE_CHOICE and right > 1:
        fields["scoring"] = draw(st.sampled_from(list(Scoring)))
    return ParsedQuestion(
        stem=draw(PARAGRAPHS),
        kind=kind,
        difficulty=Difficulty.EASY,
        code=draw(st.one_of(st.just(""), TEXTS)),
        topic=draw(st.one_of(st.just(""), TEXTS)),
        explanation=draw(st.one_of(st.just(""), PARAGRAPHS)),
        tags=tuple(draw(st.lists(TEXTS, max_size=3))),
        **fields,
    )


def as_read(question, where):
    """The raw question that a reader should get, its numbers aside."""
    if question.kind is QuestionKind.NUMBER:
        key = (f"{question.number:f}",)
    else:
        right = (place for place, it in enumerate(question.choices) if it.is_correct)
        key = question.accepted or tuple("ABCDEFGH"[place] for place in right)
    return RawQuestion(
        where=where,
        stem=question.stem,
        choices=tuple(choice.text for choice in question.choices),
        key=key,
        kind=question.kind,
        code=question.code,
        topic=question.topic,
        explanation=question.explanation,
        tags=question.tags,
        tolerance=f"{question.tolerance:f}" if question.kind is QuestionKind.NUMBER else "",
        scoring=question.scoring if question.kind is QuestionKind.MULTIPLE_CHOICE else "",
    )


@FEW
@given(bank=st.lists(questions(), max_size=4))
def test_what_is_written_is_read_again(bank):
    items = list(gift.FORMAT.read(gift.FORMAT.write(Bank(bank))))

    assert items == [
        as_read(question, item.where) for question, item in zip(bank, items, strict=True)
    ]


@FEW
@given(data=st.data())
def test_only_bad_file_is_raised(data):
    content = bytearray(data.draw(st.sampled_from([b"", GOOD])))
    for _time in range(data.draw(st.integers(0, 8))):
        place = data.draw(st.integers(0, len(content)))
        content[place : place + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=9))

    try:
        items = list(gift.FORMAT.read(bytes(content)))
    except BadFile:
        return

    assert all(isinstance(item, RawQuestion | Problem) and item.where for item in items)


@FEW
@given(text=st.text(alphabet="~=#{}:\\%[]html/->.\n 15T", max_size=60))
def test_no_mix_of_signs_raises(text):
    assert all(isinstance(item, RawQuestion | Problem) for item in read(text))


def test_every_kind_as_moodle_documents_it():
    items = sample("every_kind.gift")

    assert items[0] == RawQuestion(
        where="câu 1 (dòng 5)",
        stem="Bộ phận nào tiếp nhận hồ sơ của người dân?",
        choices=("Bộ phận Một cửa", "Phòng Kế toán", "Đội xe"),
        key=("A",),
        kind=QuestionKind.SINGLE_CHOICE,
        code="TT-01",
        topic="Thủ tục hành chính",
        explanation="Hồ sơ nộp tại một nơi, trả kết quả cũng tại nơi đó.",
        tags=("một cửa", "ngoặc ] vuông"),
    )
    several, every, true, false, short, number, between, gap, html, escaped = items[1:]
    assert (several.code, several.key, several.scoring) == ("TT-02", ("A", "B"), "partial")
    assert several.kind == every.kind == QuestionKind.MULTIPLE_CHOICE
    assert (every.code, every.key, every.scoring) == ("", ("A", "B"), "")
    assert (true.choices, true.key) == (("Đúng", "Sai"), ("A",))
    assert true.explanation == "Phiếu đánh giá có ở quầy."
    assert (false.kind, false.key) == (QuestionKind.TRUE_FALSE, ("B",))
    assert (short.kind, short.key) == (QuestionKind.SHORT_TEXT, ("một cửa", "cơ chế một cửa"))
    assert short.topic == "Tài chính/ngân sách"
    assert (number.kind, number.key, number.tolerance) == (QuestionKind.NUMBER, ("3",), "0.5")
    assert (between.key, between.tolerance) == (("3",), "2")
    assert between.explanation == "Tùy loại hồ sơ."
    assert gap.stem == "Cơ quan _____ thủ tục cho dân biết."
    assert tidy(html.stem) == "Tỉ lệ tối thiểu là bao nhiêu? Chọn một."
    assert html.choices == ("90=90", "<80", "<70>")
    assert escaped.stem == (
        "Dấu nào đứng trước lựa chọn đúng: = hay ~ hay # hay { }?\nXem lại bài."
    )
    assert escaped.choices == ("=", "~", "\\n")


def test_reading_goes_on_after_a_broken_question():
    items = sample("broken.gift")

    assert [str(item) if isinstance(item, Problem) else item.stem for item in items] == [
        "Câu thứ nhất tốt.",
        "câu 2 (dòng 3): dạng câu ghép đôi chưa được hỗ trợ.",
        "câu 3 (dòng 5): dạng câu tự luận chưa được hỗ trợ.",
        "câu 4 (dòng 7): không có phần đáp án trong ngoặc nhọn { }.",
        f"câu 5 (dòng 9): {UNCLOSED}",
        "câu 6 (dòng 11): có hơn một cặp ngoặc nhọn { }; xin để một dòng trống giữa hai câu hỏi.",
        "câu 7 (dòng 14): đáp số “vài bước” không phải là số.",
        "câu 8 (dòng 16): câu điền số phải có đúng một đáp số được trọn điểm.",
        "Câu cuối cùng tốt.",
    ]


@pytest.mark.parametrize(
    ("title", "code"),
    [("Q1", "Q1"), ("Q\\:1", "Q:1"), ("hai chữ", ""), ("x" * 40, "x" * 40), ("x" * 41, "")],
)
def test_a_short_title_is_the_code(title, code):
    assert only(f"::{title}:: Hỏi? {{T}}").code == code


def test_comments_belong_to_the_question_that_they_touch():
    first, second = read("// [id:cũ] [tag:cũ]\n\nMột {T}\n// [id:M-1]\n\nHai {\n// [id:M-2]\nF}")

    assert (first.code, first.tags) == ("M-1", ())
    assert (second.code, second.key) == ("M-2", ("B",))


@pytest.mark.parametrize(
    ("path", "topic"),
    [
        ("a/b/c", "c"),
        ("$course$/top", ""),
        ("$course$/top/Một", "Một"),
        ("a//b", "a/b"),
        ("a/b/", "b"),
        ("", ""),
    ],
)
def test_the_topic_is_the_last_part_of_the_category(path, topic):
    assert only(f"$CATEGORY: {path}\nHỏi? {{T}}").topic == topic


@pytest.mark.parametrize(
    ("answers", "kind", "key", "scoring"),
    [
        ("=a ~b", "single_choice", "A", ""),
        ("~a =b ~%-50%c", "single_choice", "B", ""),
        ("~%100%a ~b", "multiple_choice", "A", "partial"),
        ("~%100%a ~%100%b ~c", "multiple_choice", "AB", ""),
        ("~%33.333%a ~%33.333%b ~%33,333%c ~d", "multiple_choice", "ABC", "partial"),
        ("=%50%a =%50%b ~c", "multiple_choice", "AB", "partial"),
        ("~a ~b", "multiple_choice", "", ""),
        ("=a ~%100%b ~c", "single_choice", "AB", ""),
        ("a ~b =c", "single_choice", "C", ""),
    ],
)
def test_which_options_are_right(answers, kind, key, scoring):
    item = only(f"Hỏi? {{{answers}}}")

    assert (item.kind, "".join(item.key), item.scoring) == (kind, key, scoring)


@pytest.mark.parametrize(
    ("answers", "key", "tolerance"),
    [
        ("#3", "3", "0"),
        ("#-1.5:0,25#gần đúng", "-1.5", "0.25"),
        ("#=3:1 =%0%4:2 ~sai rồi", "3", "1"),
        ("# 1 .. 4", "2.5", "1.5"),
        ("#1.5\\:0.5", "1.5", "0.5"),
    ],
)
def test_numbers(answers, key, tolerance):
    item = only(f"Hỏi? {{{answers}}}")

    assert (item.key, item.tolerance) == ((key,), tolerance)


@pytest.mark.parametrize("said", ["T", "TRUE", "true", "Đ", "Đúng", "T#sai#đúng####vì thế"])
def test_ways_to_say_true(said):
    assert only(f"Hỏi? {{{said}}}").key == ("A",)


def test_general_feedback_follows_an_empty_feedback():
    item = only("Hỏi? {=a ~b#####[html]<b>Vì</b> thế}")

    assert (item.choices, item.explanation) == (("a", "b"), "Vì thế")


def test_true_and_false_in_other_words_or_another_order_stay_as_they_are():
    question = ParsedQuestion(
        stem="Hỏi?",
        kind=QuestionKind.TRUE_FALSE,
        difficulty=Difficulty.EASY,
        choices=(ParsedChoice("Sai", is_correct=True), ParsedChoice("Đúng", is_correct=False)),
    )

    (item,) = gift.FORMAT.read(gift.FORMAT.write(Bank([question])))

    assert (item.kind, item.choices, item.key) == ("true_false", ("Sai", "Đúng"), ("A",))


def test_a_topic_is_written_by_its_name():
    question = ParsedQuestion(
        stem="Hỏi?",
        kind=QuestionKind.NUMBER,
        difficulty=Difficulty.EASY,
        topic="dvc",
        number=Decimal(6),
    )

    written = gift.FORMAT.write(Bank([question], [ParsedTopic("dvc", "Dịch vụ công/Một cửa")]))

    assert written.decode() == "$CATEGORY: Dịch vụ công//Một cửa\n\n[plain]Hỏi? {#6:0}\n"


def test_too_many_options_and_too_much_text_are_refused(monkeypatch):
    monkeypatch.setattr(gift, "LONGEST_QUESTION", 200)

    many, long, good = read(
        f"Nhiều {{={'~x' * 30}}}\n\nDài {'x' * 300}\nvà {'y' * 300} {{T}}\n\nTốt {{T}}"
    )

    assert many.reason == "có 31 phương án, nhiều hơn mức 26."
    assert long.reason == "câu hỏi dài quá 200 ký tự."
    assert good.stem == "Tốt"


def test_html_with_too_many_tags_is_refused():
    assert isinstance(only("[html]" + "<p>" * 5000 + "{T}"), Problem)


@pytest.mark.parametrize(
    "text",
    [
        "// " + "[id:" * 400_000 + "\\",
        "x{~" * 500_000,
        "x{=a" + "\\~" * 400_000 + "}",
        "::" + "a:" * 900_000,
        "$CATEGORY: " + "a/" * 900_000,
        "x{#" + "1 " * 400_000 + "}",
        "\n" * 2_000_000,
    ],
    ids=["marks", "signs", "escapes", "title", "category", "number", "blank"],
)
def test_hostile_files_end(text):
    assert len(read(text)) <= 1
