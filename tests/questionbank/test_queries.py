import pytest

from questionbank.enums import Difficulty, QuestionStatus
from questionbank.models import Question
from questionbank.queries import coverage, listed_questions
from tests.factories import QuestionFactory, QuestionSetFactory, TopicFactory

pytestmark = pytest.mark.django_db


def codes(**filters):
    return [question.code for question in listed_questions(filters)]


@pytest.mark.parametrize(
    "text",
    [
        "thủ tục hành chính",
        "thu tuc hanh chinh",
        "HÀNH chính thủ",
        "thu\u0309 tu\u0323c",
        "hoà giải",  # written with the other tone placement
        "dvc-0",
        " DVC-001 ",
    ],
)
def test_search_finds_with_or_without_accents_or_by_code(text):
    QuestionFactory(code="DVC-001", revision__stem="Thủ tục hành chính về hòa giải là gì?")
    QuestionFactory(code="CCTC-001", revision__stem="Cải cách tài chính công là gì?")

    assert codes(q=text) == ["DVC-001"]


@pytest.mark.parametrize("text", ["thủ tục đất", "%", "_", "'"])
def test_search_for_what_is_not_there_finds_nothing_or_is_no_search(text):
    QuestionFactory(code="DVC-001", revision__stem="Thủ tục hành chính là gì?")

    assert codes(q=text) == ([] if "đất" in text else ["DVC-001"])


def test_search_looks_at_the_current_wording_only():
    question = QuestionFactory(code="DVC-001", revision__stem="Câu mới?")
    question.revisions.create(
        number=2,
        kind="single_choice",
        difficulty="easy",
        stem="Câu cũ?",
        search_key="cau cu",
        created_at=question.current_revision.created_at,
    )

    assert codes(q="cau cu") == []


def test_filters_narrow_down_together():
    topic, other = TopicFactory.create_batch(2)
    week = QuestionSetFactory()
    wanted = QuestionFactory(
        code="A", topic=topic, question_set=week, revision__difficulty=Difficulty.HARD
    )
    QuestionFactory(code="B", topic=other, question_set=week, revision__difficulty=Difficulty.HARD)
    QuestionFactory(code="C", topic=topic, revision__difficulty=Difficulty.HARD)
    QuestionFactory(code="D", topic=topic, question_set=week)
    retired = QuestionFactory(
        code="E", topic=topic, question_set=week, revision__difficulty=Difficulty.HARD
    )
    Question.objects.filter(pk=retired.pk).update(
        status=QuestionStatus.RETIRED, approved_revision=None
    )

    found = codes(topic=topic, question_set=week, difficulty="hard", status=QuestionStatus.APPROVED)

    assert found == [wanted.code]
    assert codes(q="", topic=None, question_set=None, difficulty="", status="") == list("ABCDE")


def test_coverage_counts_approved_questions_and_keeps_empty_topics():
    topic = TopicFactory(position=1)
    empty = TopicFactory(position=2)
    QuestionFactory.create_batch(2, topic=topic)
    QuestionFactory(topic=topic, revision__difficulty=Difficulty.HARD)
    Question.objects.create(code="nhap", topic=topic)  # a draft

    first, second = coverage()

    assert (first.topic, [cell.count for cell in first.cells], first.total) == (topic, [2, 0, 1], 3)
    assert (second.topic, second.total) == (empty, 0)
