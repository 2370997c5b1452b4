from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError

from questionbank.contents import bank_of, revision_contents
from questionbank.enums import QuestionStatus
from questionbank.formats.parsed import (
    ParsedSource,
    Problem,
)
from questionbank.models import (
    Choice,
    LegalDocument,
    Question,
    QuestionSet,
    Revision,
    Source,
    Topic,
)
from questionbank.services import importing
from questionbank.services.importing import (
    ImportRefused,
    Options,
    Outcome,
    import_questions,
    plan_import,
)
from tests.factories import NOON, QuestionFactory, TopicFactory, UserFactory
from tests.questionbank.files import OLD, ONE_OF_EACH, choices, file_of, question

pytestmark = pytest.mark.django_db
OPTIONS = Options()


def counts():
    models = [Choice, LegalDocument, Question, QuestionSet, Revision, Source, Topic]
    return {model.__name__: model.objects.count() for model in models}


def outcomes(plan):
    return [(row.where, row.outcome) for row in plan.rows]


def test_everything_of_every_kind_is_stored():
    author = UserFactory()

    plan = import_questions(
        file_of(*ONE_OF_EACH), at=NOON, options=OPTIONS, author=author, set_names={"tuan-1": "Một"}
    )

    assert plan.summary()["created"] == 5
    assert bank_of(Question.objects.all()).questions == ONE_OF_EACH
    stored = Question.objects.get(code="DVC-001")
    assert (stored.status, stored.author) == (QuestionStatus.DRAFT, author)
    assert (stored.current_revision.author, stored.current_revision.created_at) == (author, NOON)
    assert stored.approved_revision is None
    assert QuestionSet.objects.get().name == "Một"
    assert LegalDocument.objects.get(code="cu").replaced_by.code == "moi"


def test_a_plan_stores_nothing():
    plan = plan_import(file_of(*ONE_OF_EACH), options=OPTIONS)

    assert len(plan.of(Outcome.CREATED)) == 5
    assert set(counts().values()) == {0}


def test_the_same_file_again_changes_nothing():
    import_questions(file_of(*ONE_OF_EACH), at=NOON, options=OPTIONS)
    before = counts()

    plan = import_questions(file_of(*ONE_OF_EACH), at=NOON, options=OPTIONS)

    assert {row.outcome for row in plan.rows} == {Outcome.SKIPPED}
    assert counts() == before


def test_a_changed_question_gets_its_next_revision_and_the_approved_one_is_drawn_until_then():
    approved = replace(OPTIONS, status=QuestionStatus.APPROVED)
    import_questions(file_of(question(1)), at=NOON, options=approved)
    first = Question.objects.get().current_revision
    better = question(1, explanation="Rõ hơn.", tags=("DVC",))

    plan = import_questions(file_of(better), at=NOON + timedelta(days=1), options=OPTIONS)

    assert outcomes(plan) == [("dòng 1", Outcome.CHANGED)]
    stored = Question.objects.get()
    assert stored.current_revision.number == 2
    assert stored.approved_revision == first
    assert stored.status == QuestionStatus.DRAFT
    assert list(Question.objects.drawable(on=NOON.date())) == []  # it names a replaced document
    assert revision_contents([stored.current_revision_id]) == {stored.current_revision_id: better}


def test_known_codes_stay_as_they_are_if_told_so():
    import_questions(file_of(question(1)), at=NOON, options=OPTIONS)

    plan = import_questions(
        file_of(question(1, stem="Khác hẳn?"), question(2)),
        at=NOON,
        options=replace(OPTIONS, updates=False),
    )

    assert [row.outcome for row in plan.rows] == [Outcome.SKIPPED, Outcome.CREATED]
    assert Revision.objects.filter(stem="Khác hẳn?").count() == 0


def test_what_the_format_cannot_hold_is_kept():
    import_questions(file_of(question(1, points=Decimal(3))), at=NOON, options=OPTIONS)
    poorer = question(1, stem="Mới?", points=Decimal(1), sources=(), tags=(), explanation="")
    options = replace(OPTIONS, fields=frozenset({"stem", "kind", "choices"}))

    import_questions(file_of(poorer), at=NOON, options=options)

    (stored,) = bank_of(Question.objects.all()).questions
    assert stored == question(1, stem="Mới?", points=Decimal(3))


def test_refused_rows_stay_out_and_the_others_come_in():
    problem = Problem("dòng 2", "thiếu đáp án.")

    plan = import_questions(file_of(question(1), problems=[problem]), at=NOON, options=OPTIONS)

    assert plan.summary() == {
        "created": 1,
        "changed": 0,
        "skipped": 0,
        "refused": [{"row": "dòng 2", "reason": "thiếu đáp án."}],
        "conflicts": [],
        "duplicates": [],
    }


@pytest.mark.parametrize(
    "twin",
    [
        question(2, stem="đâu là  điều đúng (1)"),
        question(2, stem="Đâu là điều đúng (1)?", choices=choices("C", ("Ba", "Hai", "MỘT."))),
    ],
    ids=["spelling", "order of options"],
)
def test_an_exact_duplicate_is_left_out_unless_told_otherwise(twin):
    import_questions(file_of(question(1)), at=NOON, options=OPTIONS)

    plan = import_questions(file_of(twin), at=NOON, options=OPTIONS)
    taken = plan_import(file_of(twin), options=replace(OPTIONS, takes_duplicates=True))

    assert plan.summary()["duplicates"] == [{"row": "dòng 2", "of": "DVC-001"}]
    assert Question.objects.count() == 1
    assert outcomes(taken) == [("dòng 2", Outcome.CREATED)]


def test_a_duplicate_within_the_file_names_the_row_above():
    plan = plan_import(
        file_of(question(1, code=""), question(2, code="", stem=question(1).stem)), options=OPTIONS
    )

    assert plan.summary()["duplicates"] == [{"row": "dòng 2", "of": "dòng 1"}]


def test_the_same_words_with_another_key_are_a_conflict():
    import_questions(file_of(question(1)), at=NOON, options=OPTIONS)
    other = question(2, stem="Dau la dieu dung (1)?", choices=choices("B"))

    plan = import_questions(file_of(other), at=NOON, options=OPTIONS)

    assert plan.summary()["conflicts"] == [{"row": "dòng 2", "with": "DVC-001"}]
    assert Question.objects.count() == 2


def test_every_question_with_the_same_words_is_looked_at_for_another_key():
    rows = [
        question(1, code="", stem="Ai ban hành luật?", choices=choices("A")),
        question(2, code="", stem="Ai ban hành luật?", choices=choices("A", ("Một", "Bốn"))),
        question(3, code="", stem="Ai ban hành luật?", choices=choices("B", ("Năm", "Bốn"))),
    ]

    conflicts = plan_import(file_of(*rows), options=OPTIONS).summary()["conflicts"]

    assert conflicts == [{"row": "dòng 3", "with": "dòng 1"}]


@pytest.mark.parametrize("stem", ["Phát biểu nào sau đây đúng?", "Chọn phương án đúng nhất"])
def test_stems_that_say_nothing_make_no_conflict(stem):
    rows = [
        question(1, stem=stem, choices=choices("A", ("Luật do Quốc hội ban hành", "Không"))),
        question(2, stem=stem, choices=choices("A", ("Viên chức ký hợp đồng", "Ai cũng vậy"))),
    ]

    assert plan_import(file_of(*rows), options=OPTIONS).summary()["conflicts"] == []


def test_a_key_without_its_accents_is_no_other_key():
    rows = [
        question(1, choices=choices("A", ("Quốc hội", "Chính phủ"))),
        question(2, stem=question(1).stem, choices=choices("A", ("Quoc hoi", "Chinh phu"))),
    ]

    assert plan_import(file_of(*rows), options=OPTIONS).summary()["conflicts"] == []


def test_a_changed_key_is_no_conflict_with_the_question_itself():
    import_questions(file_of(question(1)), at=NOON, options=OPTIONS)

    plan = plan_import(file_of(question(1, choices=choices("B"))), options=OPTIONS)

    assert plan.summary()["changed"] == 1
    assert plan.summary()["conflicts"] == []


def test_questions_without_a_code_get_the_next_ones():
    QuestionFactory(code="CH-00007")

    import_questions(file_of(question(1, code=""), question(2, code="")), at=NOON, options=OPTIONS)

    assert set(Question.objects.values_list("code", flat=True)) == {
        "CH-00007",
        "CH-00008",
        "CH-00009",
    }


def test_topics_and_documents_are_found_by_name_number_or_made():
    topic = TopicFactory(code="mot-cua", name="Một cửa")
    LegalDocument.objects.create(
        code="118/2025/NĐ-CP-2025", number="118/2025/NĐ-CP", title="NĐ 118"
    )
    sources = (ParsedSource("118/2025/nđ-cp"), ParsedSource("61/2018/NĐ-CP", "Điều 5"))

    import_questions(
        file_of(
            question(1, topic="MỘT CỬA", sources=sources),
            question(2, topic="Văn hóa công vụ", sources=()),
            question(3, topic="văn hoá công vụ", sources=()),
            documents=(),
            topics=(),
        ),
        at=NOON,
        options=OPTIONS,
    )

    assert Question.objects.get(code="DVC-001").topic == topic
    assert set(Topic.objects.values_list("code", "name")) == {
        ("mot-cua", "Một cửa"),
        ("van-hoa-cong-vu", "Văn hóa công vụ"),
    }
    assert set(LegalDocument.objects.values_list("code", flat=True)) == {
        "118/2025/NĐ-CP-2025",
        "61/2018/NĐ-CP",
    }


def test_a_row_without_a_topic_takes_that_of_the_file():
    TopicFactory(code="chung")
    bare = file_of(question(1, topic="", sources=()), documents=(), topics=())

    plan = import_questions(bare, at=NOON, options=replace(OPTIONS, topic="chung"))

    assert plan.new_topics == ()
    assert Question.objects.get().topic.code == "chung"


def test_rows_for_which_nobody_names_a_topic_wait_together_to_be_sorted():
    bare = file_of(*(question(n, topic="", sources=()) for n in (1, 2)), documents=(), topics=())

    plan = import_questions(bare, at=NOON, options=OPTIONS)
    again = import_questions(bare, at=NOON, options=OPTIONS)

    assert [topic.name for topic in plan.new_topics] == ["Chưa phân loại"]
    assert {it.topic.name for it in Question.objects.all()} == {"Chưa phân loại"}
    assert (again.new_topics, len(again.of(Outcome.SKIPPED))) == ((), 2)


def test_a_known_question_stays_in_its_topic_where_the_file_names_none():
    import_questions(file_of(question(1)), at=NOON, options=OPTIONS)
    topic = Question.objects.get().topic
    bare = file_of(question(1, topic="", stem="Lời mới?"), topics=())

    plan = import_questions(bare, at=NOON, options=OPTIONS)

    assert len(plan.of(Outcome.CHANGED)) == 1
    assert Question.objects.get().topic == topic
    assert Topic.objects.count() == 1


def test_a_document_replaced_by_an_unknown_one_is_told():
    plan = plan_import(
        file_of(documents=(replace(OLD, replaced_by="dau-do"),), topics=()), options=OPTIONS
    )

    assert plan.summary()["refused"] == [
        {"row": "cu", "reason": "văn bản thay thế này chưa được khai báo."}
    ]


def test_a_race_with_another_import_stores_nothing(monkeypatch):
    def too_late(*_args, **_kwargs):
        raise IntegrityError

    monkeypatch.setattr(importing, "_make_current", too_late)

    with pytest.raises(ImportRefused, match="xin nhập lại"):
        import_questions(file_of(question(1)), at=NOON, options=OPTIONS)

    assert set(counts().values()) == {0}


def test_the_database_is_asked_as_often_for_one_as_for_thirty(django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        import_questions(file_of(question(1)), at=NOON, options=OPTIONS)
    with django_assert_max_num_queries(40):
        import_questions(
            file_of(*(question(number) for number in range(2, 32))), at=NOON, options=OPTIONS
        )
