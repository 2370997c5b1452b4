from datetime import date

import pytest

from questionbank.enums import Difficulty, QuestionStatus
from questionbank.models import LegalDocument, Question
from questionbank.queries import IN_USE, coverage, drawable_pools, listed_questions
from tests.factories import NOON, QuestionFactory, QuestionSetFactory, TopicFactory

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
def test_search_for_what_is_not_there_finds_nothing(text):
    QuestionFactory(code="DVC-001", revision__stem="Thủ tục hành chính là gì?")

    assert codes(q=text) == []


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_to_search_for_finds_all(text):
    QuestionFactory(code="DVC-001")

    assert codes(q=text) == ["DVC-001"]


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


def test_coverage_counts_what_is_in_use_with_the_topics_below():
    area = TopicFactory(position=1)
    topic = TopicFactory(position=0, parent=area)
    empty = TopicFactory(position=2)
    QuestionFactory.create_batch(2, topic=topic)
    QuestionFactory(topic=area, revision__difficulty=Difficulty.HARD)
    Question.objects.create(code="nhap", topic=topic)  # a draft

    rows = coverage()

    assert [(row.topic, row.level, row.own, row.whole) for row in rows] == [
        (area, 1, 1, 3),
        (topic, 2, 2, 2),
        (empty, 1, 0, 0),
    ]
    assert [(cell.own, cell.whole) for cell in rows[0].cells] == [(0, 2), (0, 0), (1, 1)]


@pytest.mark.parametrize("count", [1, 3])
def test_coverage_costs_two_queries(count, django_assert_num_queries):
    for _number in range(count):
        QuestionFactory(topic=TopicFactory(parent=TopicFactory()))

    with django_assert_num_queries(2):
        coverage()


def test_the_questions_of_a_topic_are_those_below_it_too():
    area = TopicFactory()
    QuestionFactory(code="A", topic=area)
    QuestionFactory(code="B", topic=TopicFactory(parent=TopicFactory(parent=area)))
    QuestionFactory(code="C")

    assert codes(topic=area) == ["A", "B"]


def test_questions_in_use_are_those_with_an_approved_revision_and_by_its_difficulty():
    question = QuestionFactory(code="A")
    harder = question.revisions.create(
        number=2, kind="single_choice", difficulty="hard", stem="Khác?", created_at=NOON
    )
    Question.objects.update(current_revision=harder, status=QuestionStatus.DRAFT)
    Question.objects.create(code="nhap", topic=question.topic)

    assert codes(status=IN_USE) == ["A"]
    assert codes(status=IN_USE, difficulty="easy") == ["A"]
    assert codes(status=IN_USE, difficulty="hard") == []
    assert codes(difficulty="hard") == ["A"]


def test_a_pool_is_what_may_be_drawn_of_a_topic_and_those_below_it():
    area, week = TopicFactory(), QuestionSetFactory()
    topic = TopicFactory(parent=area)
    easy = QuestionFactory(topic=area, question_set=week)
    hard = QuestionFactory(topic=topic, question_set=week, revision__difficulty=Difficulty.HARD)
    other_week = QuestionFactory(topic=topic)
    expired = QuestionFactory(topic=topic, question_set=week)
    document = LegalDocument.objects.create(code="cu", number="cu", expires_on=date(2026, 1, 1))
    expired.approved_revision.sources.create(document=document)
    rows = [(area.pk, ""), (area.pk, "hard"), (topic.pk, "easy")]

    pools = drawable_pools(rows, question_set=week, on=NOON.date())
    of_all = drawable_pools([(topic.pk, "")], question_set=None, on=NOON.date())

    assert [pools[row] for row in rows] == [{easy.pk, hard.pk}, {hard.pk}, set()]
    assert of_all == {(topic.pk, ""): {hard.pk, other_week.pk}}
