"""Every format: what it writes it reads again, and nothing that it reads can break it."""

from dataclasses import fields, replace

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings, strategies as st

from questionbank.enums import Difficulty
from questionbank.formats.base import Bank
from questionbank.formats.losses import writable
from questionbank.formats.parsed import ParsedQuestion, ParsedTopic
from questionbank.formats.reading import FILE, read_file
from questionbank.formats.registry import FORMATS, format_of
from questionbank.services.exporting import export
from tests.questionbank.formats.drafts import drafts

NAMES = sorted(FORMATS)
TOPICS = [ParsedTopic("dich-vu-cong", "Dịch vụ công"), ParsedTopic("van-hoa", "Văn hóa công vụ")]
TOPIC_CODES = {topic.name: topic.code for topic in TOPICS}
FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
USUAL = ParsedQuestion(stem="", kind="", difficulty=Difficulty.MEDIUM)


def as_held(question, file_format):
    """The question with what the format has no place for as a reader would assume it."""
    lost = {
        field.name: getattr(USUAL, field.name)
        for field in fields(question)
        if field.name not in file_format.fields and field.name != "where"
    }
    return replace(question, **lost)


def by_code(question):
    return replace(question, topic=TOPIC_CODES.get(question.topic, question.topic))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", NAMES)
@FEW
@given(data=st.data())
def test_what_is_written_is_read_again(name, language, data):
    file_format = FORMATS[name]
    questions = data.draw(
        st.lists(
            drafts(kinds=file_format.kinds), min_size=1, max_size=4, unique_by=lambda q: q.code
        )
    )

    with translation.override(language):
        written = export(Bank(questions, TOPICS), file_format)
    parsed = read_file(file_format, written.data)

    held = writable(file_format, questions)
    assert parsed.problems == () or not held
    assert written.written == len(held)
    assert [by_code(question) for question in parsed.questions] == [
        as_held(question, file_format) for question in held
    ]


@pytest.mark.parametrize("name", NAMES)
@FEW
@given(noise=st.binary(max_size=400))
def test_noise_is_refused_in_words(name, noise):
    parsed = read_file(FORMATS[name], noise)

    assert parsed.problems
    assert all(problem.reason for problem in parsed.problems)


@pytest.mark.parametrize("name", NAMES)
@FEW
@given(data=st.data())
def test_a_file_with_a_few_wrong_bytes_breaks_nothing(name, data):
    file_format = FORMATS[name]
    questions = data.draw(st.lists(drafts(kinds=file_format.kinds), min_size=1, max_size=2))
    written = bytearray(export(Bank(questions, TOPICS), file_format).data)
    for _time in range(data.draw(st.integers(1, 8)) if written else 0):
        place = data.draw(st.integers(0, len(written) - 1))
        written[place] = data.draw(st.integers(0, 255))

    read_file(file_format, bytes(written))


@pytest.mark.parametrize("name", NAMES)
@FEW
@given(data=st.data())
def test_a_file_that_was_cut_short_breaks_nothing(name, data):
    file_format = FORMATS[name]
    questions = data.draw(st.lists(drafts(kinds=file_format.kinds), min_size=1, max_size=2))
    written = export(Bank(questions, TOPICS), file_format).data

    read_file(file_format, written[: data.draw(st.integers(0, max(len(written) - 1, 0)))])


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_file_is_told_so(name):
    parsed = read_file(FORMATS[name], b"")

    assert parsed.questions == ()
    assert {problem.where for problem in parsed.problems} == {FILE}


@given(data=st.data())
@FEW
def test_a_stem_that_looks_like_xml_of_the_library_is_text(data):
    question = replace(data.draw(drafts(kinds=FORMATS["xlsx"].kinds)), stem="<r>Thẻ nào?</r>")

    (read,) = read_file(
        FORMATS["xlsx"], export(Bank([question], TOPICS), FORMATS["xlsx"]).data
    ).questions

    assert read.stem == question.stem


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("de.XLSX", b"PK", "xlsx"),
        ("de.docx", b"PK", "docx"),
        ("de.txt", b"Ai?\nA. x\nB. y\nANSWER: A", "aiken"),
        ("de.txt", b"Ai? {=x ~y}", "gift"),
        ("de.txt", b"{Ai}?\nA. x\nB. y\nANSWER: A", "aiken"),
        ("de.txt", "{Ai}?\nA. x\nB. y\nĐáp án: A".encode("utf-16"), "aiken"),
        ("de.xml", b"<?xml version='1.0'?><quiz/>", "moodle"),
        ("de.xml", "<?xml version='1.0' encoding='utf-16'?><quiz/>".encode("utf-16"), "moodle"),
        ("de.xml", b"<!--" + b"x" * 9_000 + b"--><quiz/>", "moodle"),
        ("de.xml", b"<assessmentItem/>", "qti"),
        ("goi.zip", b"PK", "qti"),
        ("de.csv", b"", "csv"),
    ],
)
def test_the_format_of_a_file(name, data, found):
    assert format_of(name, data).name == found
