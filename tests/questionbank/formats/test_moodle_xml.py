import contextlib
import re
from base64 import b64decode
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from string import ascii_uppercase

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings, strategies as st

from accounts.formats.bad_file import BadFile
from accounts.rules.folding import fold, tidy
from questionbank.enums import Difficulty, QuestionKind, Scoring
from questionbank.formats import markup
from questionbank.formats.base import Bank, RawPicture, RawQuestion
from questionbank.formats.fields import tidy_paragraphs
from questionbank.formats.markup import plain_text
from questionbank.formats.moodle_xml import FORMAT
from questionbank.formats.parsed import ParsedChoice, ParsedQuestion, Problem
from questionbank.formats.reading import read_file

SAMPLE = (Path(__file__).parent / "samples/moodle/moodle.xml").read_bytes()
PICTURE = b64decode(re.search(rb"base64.>(.*?)</file>", SAMPLE)[1])


def read(text):
    data = text if isinstance(text, bytes) else text.encode()
    return list(FORMAT.read(data))


def question(inside, kind="multichoice"):
    return f'<quiz><question type="{kind}">{inside}</question></quiz>'


def answers(*fractions):
    return "".join(
        f'<answer fraction="{fraction}"><text>{letter}</text></answer>'
        for letter, fraction in zip("abcdefgh", fractions, strict=False)
    )


# What Moodle writes -----------------------------------------------------------------------------


def test_a_file_by_moodle_is_read_whole():
    topic = "Thủ tục hành chính / một cửa"
    assert read(SAMPLE) == [
        RawQuestion(
            where="câu 1",
            stem="Hồ sơ nộp tại Bộ phận\u00a0Một cửa được trả kết quả ở đâu?",
            choices=(
                "Ở bất kỳ cơ quan nào, miễn là < 10 km",
                "Tại nơi đã nộp hồ sơ",
                "Tại nhà văn hóa xã",
            ),
            key=("B",),
            kind="single_choice",
            code="MC-001",
            topic=topic,
            points="2.0000000",
            explanation=(
                "Kết quả được trả theo giấy hẹn:\n\n- tại nơi nộp hồ sơ;\n- hoặc qua bưu chính."
            ),
            tags=("một cửa", "hồ sơ"),
            picture=RawPicture(PICTURE, "Sơ đồ Bộ phận Một cửa"),
        ),
        RawQuestion(
            where="câu 2",
            stem="Những việc nào giảm thời gian của người dân?\n\n1. Chỉ tính việc đã làm.",
            choices=(
                "Cắt giảm giấy tờ",
                "Liên thông dữ liệu",
                "Thêm con dấu",
                "Nộp hồ sơ trực tuyến",
            ),
            key=("A", "B", "D"),
            kind="multiple_choice",
            code="CCHC-002",
            topic=topic,
            scoring="partial",
            points="1.0000000",
        ),
        RawQuestion(
            where="câu 3",
            stem="Nếu a < b & b < c thì a < c?",
            choices=("Đúng", "Sai"),
            key=("B",),
            kind="true_false",
            topic="Chuyển đổi số",
            points="1.0000000",
        ),
        RawQuestion(
            where="câu 4",
            stem="Cổng dịch vụ công dùng tên miền cấp hai nào?",
            key=("gov.vn", "*.gov.vn"),
            kind="short_text",
            code="TLN-01",
            topic="Chuyển đổi số",
            points="1.0000000",
        ),
        RawQuestion(
            where="câu 5",
            stem="Diện tích 1 km² bằng bao nhiêu m²?",
            key=("1000000",),
            kind="number",
            code="SO-01",
            topic="Chuyển đổi số",
            tolerance="0.5",
            points="0.5000000",
        ),
        Problem("câu 6", "dạng câu hỏi “essay” của Moodle chưa được hỗ trợ."),
    ]


def test_what_moodle_wrote_passes_the_checks():
    parsed = read_file(FORMAT, SAMPLE)

    assert len(parsed.questions) == 5
    assert len(parsed.problems) == 1


@pytest.mark.parametrize(
    ("single", "fractions", "kind", "key", "scoring"),
    [
        ("true", (0, 100, 0), "single_choice", "B", ""),
        ("true", (-50, 100, 0), "single_choice", "B", ""),
        ("true", (100, 100, 0), "single_choice", "AB", ""),
        ("false", (50, 50, -50), "multiple_choice", "AB", "partial"),
        ("false", (50, 50, 0), "multiple_choice", "AB", "partial"),
        ("false", (100, 100, 0), "multiple_choice", "AB", ""),
        ("false", (0, 100, 0), "multiple_choice", "B", "partial"),
        ("", (0, 100, 0), "single_choice", "B", ""),
        ("", (50, 50, 0), "multiple_choice", "AB", "partial"),
    ],
)
def test_kind_and_scoring_are_told_from_the_fractions(single, fractions, kind, key, scoring):
    element = f"<single>{single}</single>" if single else ""

    (raw,) = read(question(element + answers(*fractions)))

    assert (raw.kind, raw.key, raw.scoring) == (kind, tuple(key), scoring)


def test_the_all_or_nothing_plugin_is_read():
    (raw,) = read(question(answers(100, 100, 0), kind="multichoiceset"))

    assert (raw.kind, raw.key, raw.scoring) == ("multiple_choice", ("A", "B"), "")


@pytest.mark.parametrize(
    ("path", "topic"),
    [
        ("$course$/top", ""),
        ("$course$/top/A", "A"),
        ("$system$/top/A/B", "B"),
        ("top/A", "A"),
        ("A/B // C", "B / C"),
        ("$course$", ""),
        ("", ""),
    ],
)
def test_topic_is_the_last_part_of_the_category(path, topic):
    (raw,) = read(
        f'<quiz><question type="category"><category><text>{path}</text></category></question>'
        f'<question type="multichoice">{answers(100, 0)}</question></quiz>'
    )

    assert raw.topic == topic


@pytest.mark.parametrize(
    ("name", "idnumber", "code"),
    [
        ("A-1", "", "A-1"),
        ("A-1", "B-2", "B-2"),
        ("Câu một", "", ""),
        ("x" * 41, "", ""),
        ("A-1", "x" * 41, "A-1"),
    ],
)
def test_code_is_the_idnumber_or_a_name_like_one(name, idnumber, code):
    (raw,) = read(question(f"<name><text>{name}</text></name><idnumber>{idnumber}</idnumber>"))

    assert raw.code == code


@pytest.mark.parametrize(
    ("kind", "inside", "reason"),
    [
        ("cloze", "", "dạng câu hỏi “cloze” của Moodle chưa được hỗ trợ."),
        ("multichoice", answers("x", 1), "tỉ lệ điểm “x” không phải là số."),
        ("truefalse", answers(100, 0), "câu đúng hoặc sai không cho biết đáp án."),
        ("shortanswer", answers(50, 0), "không có đáp án nào được trọn điểm."),
        (
            "shortanswer",
            '<answer fraction="100"><text>một*</text></answer>',
            "đáp án có dấu * thay cho chữ bất kỳ chưa được hỗ trợ.",
        ),
        ("numerical", "", "không có đáp án nào được trọn điểm."),
        (
            "multichoice",
            f"<questiontext format='markdown'><text>{'a' * 10_001}</text></questiontext>",
            "có đoạn Markdown dài quá 10000 ký tự hoặc có quá nhiều dấu định dạng.",
        ),
        (
            "multichoice",
            f"<questiontext><text>{'&lt;b&gt;' * 1001}</text></questiontext>",
            "có đoạn văn bản dài quá 100000 ký tự hoặc có quá 1000 thẻ định dạng.",
        ),
    ],
)
def test_a_question_that_cannot_be_taken_is_a_problem_and_reading_goes_on(kind, inside, reason):
    good = f'<question type="multichoice">{answers(100, 0)}</question></quiz>'

    problem, raw = read(question(inside, kind).replace("</quiz>", good))

    assert problem == Problem("câu 1", reason)
    assert raw.where == "câu 2"


def test_tags_that_were_not_escaped_are_read():
    (raw,) = read(question("<questiontext><text><p>Một</p><p>Hai<br/>Ba</p></text></questiontext>"))

    assert raw.stem == "Một\n\nHai\nBa"


# What is refused --------------------------------------------------------------------------------

BOMB = """<!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<quiz><question type="essay"><name>&b;</name></question></quiz>"""


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "sai cú pháp XML"),
        (b"Xin ch\xc3\xa0o", "sai cú pháp XML"),
        (b"<quiz>", "sai cú pháp XML"),
        (BOMB.encode(), "khai báo DTD không được phép"),
        (b'<!DOCTYPE quiz SYSTEM "file:///etc/passwd"><quiz/>', "DTD"),
        (b"<html/>", "bắt đầu bằng <html>, không phải <quiz>"),
        (b'<?xml version="1.0" encoding="x-none"?><quiz/>', "sai cú pháp XML"),
        (b'<?xml version="1.0" encoding="unicode_escape"?><quiz/>', "sai cú pháp XML"),
        (b"<quiz>" + b"<a>" * 200, "quá lớn hoặc lồng nhau quá sâu"),
        (b"<quiz><question>" + b"<a/>" * 30_000, "quá lớn hoặc lồng nhau quá sâu"),
        (b"<quiz " + b'a="' + b"x" * 3_000_000, "quá lớn hoặc lồng nhau quá sâu"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(data, reason):
    with pytest.raises(BadFile, match=reason):
        read(data)


def test_many_elements_are_read_in_turn():
    count = 3 * markup.MOST_ELEMENTS

    assert len(read(b"<quiz>" + b"<question type='x'/>" * count + b"</quiz>")) == count


# HTML -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a &amp; b &lt;p&gt; &eacute;", "a & b <p> é"),
        ("1 < 2 và 3 > 2", "1 < 2 và 3 > 2"),
        ("<p>a</p>\n<p>b<br>c</p>", "a\n\nb\nc"),
        ("<ul><li>a</li><li><p>b</p></li></ul>c", "- a\n- b\n\nc"),
        ("x<script>y</script><style>z</style><!-- w -->", "x"),
        ("a\n  b <b>c</b>d", "a b cd"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        (
            "10<sup>6</sup>, H<sub>2</sub>O, x<sup>a+b</sup>, x<sub>ab</sub>",
            "10⁶, H₂O, x^(a+b), xab",
        ),
        ("&amp;lt;p&amp;gt;", "&lt;p&gt;"),
        ("<ol start=3><li>a</li><li>b</li></ol><ol><li>c</li></ol>", "3. a\n4. b\n\n1. c"),
        ("<ol type=A><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "A) a\n\n- b\n\nB) c"),
        ("<ol type=i start=x><li>a</ol></ol><li>b", "1. a\n\n- b"),
        ("", ""),
    ],
)
def test_plain_text(source, text):
    assert plain_text(source) == text


# There and back ---------------------------------------------------------------------------------

LETTERS = st.one_of(
    st.sampled_from("<>&\"'/*\\-$;:#]^`~≤≥≠±√∑∞×÷→ĐđƠơữệ²½“”…😀 \u200b"),
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
)
LINE = st.text(LETTERS, min_size=1, max_size=30).map(tidy).filter(bool)
STEM = st.lists(LINE, min_size=1, max_size=3).map("\n\n".join).map(tidy_paragraphs).filter(bool)
CODE = st.text(LETTERS, max_size=30).map(tidy).filter(lambda text: len(text) <= 40)
NUMBER = st.decimals(-(10**9), 10**9, places=3)
BASE = st.builds(
    ParsedQuestion,
    stem=STEM,
    kind=st.just(QuestionKind.SINGLE_CHOICE),
    difficulty=st.just(Difficulty.MEDIUM),
    code=CODE,
    topic=st.just("") | LINE,
    points=st.decimals(Decimal("0.01"), 100, places=2),
    explanation=st.just("") | STEM,
    tags=st.lists(LINE, max_size=3).map(tuple),
)
TRUTHS = st.sampled_from([("Đúng", "Sai"), ("Sai", "Đúng"), ("Có", "Không")])


@st.composite
def questions(draw):
    kind = draw(st.sampled_from(QuestionKind))
    base = replace(draw(BASE), kind=kind)
    if kind is QuestionKind.SHORT_TEXT:
        accepted = st.lists(LINE, min_size=1, max_size=4, unique_by=lambda text: fold(text) or text)
        return replace(base, accepted=tuple(draw(accepted)))
    if kind is QuestionKind.NUMBER:
        return replace(base, number=draw(NUMBER), tolerance=abs(draw(NUMBER)))
    if kind is QuestionKind.TRUE_FALSE:
        texts = draw(TRUTHS)
    else:
        texts = draw(st.lists(LINE, min_size=2, max_size=8, unique=True))
    right = {draw(st.integers(0, len(texts) - 1))}
    scoring = Scoring.ALL_OR_NOTHING
    if kind is QuestionKind.MULTIPLE_CHOICE:
        right |= draw(st.sets(st.integers(0, len(texts) - 1)))
        right = right if len(right) < len(texts) else {0}
        scoring = draw(st.sampled_from(Scoring))
    choices = tuple(
        ParsedChoice(text, place in right, draw(st.booleans())) for place, text in enumerate(texts)
    )
    return replace(base, choices=choices, scoring=scoring)


def assert_same(raw, question, fields):
    """The raw question says what the question was, in every field that the format keeps."""
    assert isinstance(raw, RawQuestion), raw
    letters = [
        letter
        for letter, choice in zip(ascii_uppercase, question.choices, strict=False)
        if choice.is_correct
    ]
    number = [] if question.number is None else [f"{question.number:f}"]
    assert raw.stem == question.stem
    assert raw.kind == question.kind
    assert raw.choices == tuple(choice.text for choice in question.choices)
    assert raw.pinned == {at for at, each in enumerate(question.choices) if each.is_pinned}
    assert raw.key == (*letters, *question.accepted, *number)
    assert raw.code == question.code
    assert Decimal(raw.tolerance or 0) == question.tolerance
    assert (raw.scoring or Scoring.ALL_OR_NOTHING) == question.scoring
    assert Decimal(raw.points) == question.points
    assert raw.explanation == question.explanation
    assert raw.topic == (question.topic if "topic" in fields else "")
    assert raw.tags == (question.tags if "tags" in fields else ())


@settings(deadline=None)
@given(st.lists(questions(), max_size=4))
def test_what_is_written_is_read_again(bank):
    raws = read(FORMAT.write(Bank(bank)))

    assert len(raws) == len(bank)
    for raw, each in zip(raws, bank, strict=True):
        assert_same(raw, each, FORMAT.fields)


def choice_question(**changes):
    choices = (ParsedChoice("Một", True), ParsedChoice("Hai", True), ParsedChoice("Ba", False))
    base = ParsedQuestion("Câu?", QuestionKind.MULTIPLE_CHOICE, Difficulty.EASY, choices=choices)
    return replace(base, **changes)


def test_moodle_is_given_shares_that_it_knows():
    quiz = fromstring(FORMAT.write(Bank([choice_question()])))

    fractions = [answer.get("fraction") for answer in quiz.iter("answer")]
    assert fractions == ["50", "50", "-100"]


def test_characters_that_xml_cannot_hold_are_left_out():
    data = FORMAT.write(Bank([choice_question(stem="a\x0b\ufffe\ud800b", code="c\x00")]))

    (raw,) = read(data)
    assert (raw.stem, raw.code) == ("ab", "c")


# Noise ------------------------------------------------------------------------------------------


def assert_read_or_refused(read_bytes, data):
    with contextlib.suppress(BadFile):
        for item in read_bytes(data):
            assert isinstance(item, RawQuestion | Problem)


@given(st.binary())
def test_anything_is_read_or_refused(noise):
    for data in (noise, b"<quiz>" + noise, b"<?xml version='1.0' encoding='" + noise):
        assert_read_or_refused(FORMAT.read, data)


def mutated(data):
    """Strategy: the data with a few places overwritten, cut out or said twice."""
    place = st.integers(0, len(data))
    change = st.tuples(place, st.integers(0, 40), st.binary(max_size=6) | st.just(data[:200]))

    def changed(changes):
        content = data
        for start, length, put in changes:
            content = content[:start] + put + content[start + length :]
        return content

    return st.lists(change, min_size=1, max_size=5).map(changed)


@settings(deadline=None)
@given(mutated(SAMPLE))
def test_a_changed_file_is_read_or_refused(data):
    assert_read_or_refused(FORMAT.read, data)


@settings(deadline=None)
@given(st.data())
def test_changed_values_are_read_or_refused(data):
    text = SAMPLE.decode()
    old = data.draw(
        st.sampled_from(["multichoice", "100", "1e6", "true", "$course$/top/", "html", "0.5"])
    )
    new = data.draw(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12))
    new = new.replace("&", "").replace("<", "").replace('"', "")
    assert_read_or_refused(FORMAT.read, text.replace(old, new).encode())
    read_file(FORMAT, text.replace(old, new).encode())
