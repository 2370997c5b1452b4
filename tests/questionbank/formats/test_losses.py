"""What goes out and comes back: the same, but for what the preview said would be lost."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from questionbank.contents import bank_of
from questionbank.enums import Difficulty, QuestionKind, Scoring
from questionbank.formats.base import Bank
from questionbank.formats.losses import losses, writable
from questionbank.formats.parsed import (
    ParsedChoice,
    ParsedDocument,
    ParsedQuestion,
    ParsedSource,
    ParsedTopic,
)
from questionbank.formats.reading import read_file
from questionbank.formats.registry import FORMATS
from questionbank.models import LegalDocument, Question, QuestionSet, Revision, Topic
from questionbank.services.exporting import export
from questionbank.services.importing import Options, import_questions
from tests.factories import NOON, TopicFactory
from tests.questionbank.files import file_of
from tests.questionbank.formats.drafts import PICTURES

pytestmark = pytest.mark.django_db
TOPIC = ParsedTopic("dvc", "Dịch vụ công/một cửa")
LAW = ParsedDocument("61-2018", "61/2018/NĐ-CP", "Nghị định về một cửa", date(2018, 4, 23))


def options(*texts, right="A", pinned=""):
    return tuple(
        ParsedChoice(text, letter in right, letter in pinned)
        for letter, text in zip("ABCDEFGH", texts, strict=False)
    )


PLAIN = ParsedQuestion(
    stem="Đâu là điều đúng?",
    kind=QuestionKind.SINGLE_CHOICE,
    difficulty=Difficulty.MEDIUM,
    code="C-1",
    topic="dvc",
    choices=options("Một", "Hai", "Ba"),
)
SEVERAL = replace(
    PLAIN, kind=QuestionKind.MULTIPLE_CHOICE, choices=options("Một", "Hai", "Ba", right="AB")
)
TRUTH = replace(PLAIN, kind=QuestionKind.TRUE_FALSE)
WRITTEN = replace(PLAIN, kind=QuestionKind.SHORT_TEXT, choices=())
ASKED = {
    "plain": PLAIN,
    "markup": replace(PLAIN, stem="a < b & <b>c</b> {x} ~ = # \\ :: // [html] &amp; **đậm** 2*3*4"),
    "letters": replace(PLAIN, choices=options("B", "A", "1", "2", "(A)")),
    "capitals": replace(PLAIN, choices=options("Ủy ban", "Ủy Ban", "ủy ban", right="B")),
    "formulas": replace(PLAIN, stem="=1+1?", choices=options("=2", "'3", "1/7", "007")),
    "truth": replace(TRUTH, choices=options("Đúng", "Sai", right="B")),
    "truth the other way round": replace(TRUTH, choices=options("Sai", "Đúng")),
    "truth in other words": replace(TRUTH, choices=options("Có", "Không")),
    "a choice of true and false": replace(PLAIN, choices=options("Đúng", "Sai")),
    "several": SEVERAL,
    "one of several": replace(SEVERAL, choices=options("Một", "Hai", "Ba")),
    "seven parts": replace(
        SEVERAL,
        scoring=Scoring.PARTIAL,
        choices=options("1a", "2b", "3c", "4d", "5e", "6g", "7h", "8i", right="ABCDEFG"),
    ),
    "texts": replace(WRITTEN, accepted=("Bộ Nội vụ", "BNV", "a*b", "x -> y", "15")),
    "number": replace(
        PLAIN,
        kind=QuestionKind.NUMBER,
        choices=(),
        number=Decimal("-1234567.5"),
        tolerance=Decimal("0.000001"),
    ),
}
# each is lost, by its label, exactly in the formats that are named
LOST = {
    "mã câu hỏi": (PLAIN, {"aiken"}),
    "chủ đề": (PLAIN, {"aiken", "qti"}),
    "bộ câu hỏi": (
        replace(PLAIN, set_code="tuan-1"),
        {"aiken", "docx", "gift", "moodle", "qti"},
    ),
    "mức độ": (replace(PLAIN, difficulty=Difficulty.HARD), {"aiken", "gift", "moodle", "qti"}),
    "điểm": (replace(PLAIN, points=Decimal("2.5")), {"aiken", "gift"}),
    "giải thích": (replace(PLAIN, explanation="Vì thế.\n\nVà #1 } {."), {"aiken"}),
    "căn cứ": (
        replace(PLAIN, sources=(ParsedSource(article="Điều 9", link="https://a.vn/?b=1&c=2"),)),
        {"aiken", "gift", "moodle", "qti"},
    ),
    "tên và ngày của văn bản": (
        replace(PLAIN, sources=(ParsedSource(LAW.code, "Điều 1"),)),
        {"csv", "docx", "xlsx"},
    ),
    "đánh dấu quy định trước đây": (
        replace(PLAIN, sources=(ParsedSource(article="Điều 1", is_historical=True),)),
        {"csv", "docx", "xlsx"},
    ),
    "nhãn": (replace(PLAIN, tags=("một cửa", "số")), {"aiken", "docx", "qti"}),
    "hình": (replace(PLAIN, picture=PICTURES[1]), {"csv", "gift", "xlsx"}),
    "vị trí cố định của phương án": (
        replace(PLAIN, choices=options("Một", "Hai", "Ba", pinned="B")),
        {"aiken", "csv", "docx", "xlsx"},
    ),
    "chia đoạn": (replace(PLAIN, stem="Đoạn một.\n\nĐoạn hai"), {"aiken"}),
}
EACH = {**ASKED, **{label: question for label, (question, _formats) in LOST.items()}}
CODE = "mã câu hỏi"


def all_of_them():
    """Each question with a code and words of its own."""
    return [
        replace(question, code=f"C-{number:02}", stem=f"{question.stem} ({number})")
        for number, question in enumerate(EACH.values(), start=1)
    ]


def emptied():
    Question.objects.update(current_revision=None, approved_revision=None)
    for model in (Question, LegalDocument, QuestionSet, Topic):
        model.objects.all().delete()


def told():
    """What the bank says of each question, its documents with it, in the order of their codes."""
    bank = bank_of(Question.objects.all())
    names = {topic.code: topic.name for topic in bank.topics}
    laws = {law.code: (law.number, law.title, law.issued_on) for law in bank.documents}
    return [
        (
            replace(it, topic=names[it.topic], sources=(), code=""),
            [(laws.get(each.document), replace(each, document="")) for each in it.sources],
        )
        for it in bank.questions
    ]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_what_comes_back_differs_exactly_where_a_loss_is_told(name):
    file_format = FORMATS[name]
    stored = file_of(*all_of_them(), topics=(TOPIC,), documents=(LAW,))
    import_questions(stored, at=NOON, options=Options(takes_duplicates=True))
    before = told()
    written = writable(file_format, bank_of(Question.objects.all()).questions)
    data = export(bank_of(Question.objects.all()), file_format).data
    parsed = read_file(file_format, data)

    options = Options(topic="chung", fields=file_format.fields)
    again = import_questions(parsed, at=NOON, options=options).summary()
    revisions = Revision.objects.count()
    emptied()
    TopicFactory(code="chung")
    import_questions(parsed, at=NOON, options=replace(options, takes_duplicates=True))

    assert (again["created"], again["changed"], again["refused"]) == (0, 0, [])
    assert revisions == len(EACH)
    sent = [pair for pair, it in zip(before, stored.questions, strict=True) if it in written]
    for (question, sources), back, it in zip(sent, told(), written, strict=True):
        is_lost = bool(losses(file_format, [it]).fields.keys() - {CODE})
        assert (back != (question, sources)) is is_lost, (it, back)
    codes = set(Question.objects.values_list("code", flat=True))
    assert (codes == {it.code for it in written}) is ("code" in file_format.fields)


@pytest.mark.parametrize("label", LOST)
def test_a_loss_is_told_in_the_formats_that_have_it_and_no_other(label):
    question, formats = LOST[label]

    lossy = {
        name
        for name, file_format in FORMATS.items()
        if label in losses(file_format, [question]).fields
    }

    assert lossy == formats


@pytest.mark.parametrize("question", ASKED.values(), ids=ASKED)
def test_nothing_else_is_told_of_a_plain_question(question):
    assert losses(FORMATS["json"], [question]).fields == {}
    assert losses(FORMATS["moodle"], [question]).fields == {}


def test_without_picture_and_code_a_question_would_be_another_and_is_left_out():
    pictured = replace(PLAIN, picture=PICTURES[1])

    assert export(Bank([pictured, PLAIN]), FORMATS["aiken"]).written == 1
    assert losses(FORMATS["aiken"], [pictured, PLAIN]).left_out == 1
