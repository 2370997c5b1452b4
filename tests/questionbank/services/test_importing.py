from dataclasses import replace
from datetime import timedelta

import pytest

from questionbank.enums import QuestionStatus
from questionbank.formats.parsed import Problem
from questionbank.formats.yaml_format import read_questions
from questionbank.models import (
    Choice,
    LegalDocument,
    Question,
    QuestionSet,
    Revision,
    Source,
    Topic,
)
from questionbank.services.importing import ImportCounts, ImportRefused, import_questions
from tests.factories import NOON, QuestionFactory, UserFactory

pytestmark = pytest.mark.django_db

HEAD = """
topic: {code: dvc, name: Dịch vụ công}
documents:
  - {code: cu, number: 1/NQ-CP, title: Nghị quyết cũ, replaced_by: moi}
  - {code: moi, number: 2/NQ-CP, title: Nghị quyết mới}
questions:
"""
QUESTION = """
  - code: DVC-{number:03}
    kind: multiple_choice
    difficulty: hard
    set: {set}
    stem: Đâu là điều đúng ({number})?
    choices: [Một, Hai, Ba, Cả A và B]
    answer: [A, B]
    explanation: Theo Nghị quyết mới.
    sources: [{{document: moi, article: Điều 1}}, {{document: cu}}]
"""


def parsed_file(*numbers, set_code="tuan-1"):
    parts = [QUESTION.format(number=number, set=set_code) for number in numbers]
    return read_questions((HEAD + "".join(parts)).encode())


def counts():
    models = [Choice, LegalDocument, Question, QuestionSet, Revision, Source, Topic]
    return {model.__name__: model.objects.count() for model in models}


def test_import_questions_stores_everything():
    author = UserFactory()

    result = import_questions(
        parsed_file(1, 2), at=NOON, author=author, set_names={"tuan-1": "Tuần 1"}
    )

    assert result == ImportCounts(created=2, unchanged=0)
    question = Question.objects.get(code="DVC-001")
    assert question.status == QuestionStatus.APPROVED
    assert question.author == author
    assert question.topic.name == "Dịch vụ công"
    assert question.question_set.name == "Tuần 1"
    revision = question.current_revision
    assert (revision.question, revision.number, revision.created_at) == (question, 1, NOON)
    assert revision.stem == "Đâu là điều đúng (1)?"
    assert revision.search_key == "dau la dieu dung 1"
    assert list(revision.choices.values_list("text", "is_correct", "is_pinned")) == [
        ("Một", True, False),
        ("Hai", True, False),
        ("Ba", False, False),
        ("Cả A và B", False, True),
    ]
    assert list(revision.sources.values_list("document__code", "article")) == [
        ("cu", ""),
        ("moi", "Điều 1"),
    ]
    assert LegalDocument.objects.get(code="cu").replaced_by.code == "moi"


def test_import_questions_again_changes_nothing():
    import_questions(parsed_file(1, 2), at=NOON)
    before = counts()

    result = import_questions(parsed_file(1, 2), at=NOON + timedelta(days=1))

    assert result == ImportCounts(created=0, unchanged=2)
    assert counts() == before


def test_import_questions_adds_new_codes_and_leaves_known_ones_alone():
    QuestionFactory(code="DVC-001", revision__stem="Bản đã sửa tay?")

    result = import_questions(parsed_file(1, 2), at=NOON)

    assert result == ImportCounts(created=1, unchanged=1)
    question = Question.objects.get(code="DVC-001")
    assert question.current_revision.stem == "Bản đã sửa tay?"
    assert Revision.objects.count() == 2


def test_import_questions_keeps_the_name_of_a_known_set_and_document():
    QuestionSet.objects.create(code="tuan-1", name="Tên cũ")
    LegalDocument.objects.create(code="moi", number="x", title="Tên đã sửa")

    import_questions(parsed_file(1), at=NOON, set_names={"tuan-1": "Tên mới"})

    assert QuestionSet.objects.get().name == "Tên cũ"
    assert LegalDocument.objects.get(code="moi").title == "Tên đã sửa"


def test_import_questions_without_a_set_or_a_set_name():
    import_questions(parsed_file(1, set_code="~"), at=NOON)
    import_questions(parsed_file(2, set_code="tuan-2"), at=NOON)

    assert Question.objects.get(code="DVC-001").question_set is None
    assert Question.objects.get(code="DVC-002").question_set.name == "tuan-2"


def test_import_questions_as_drafts_are_not_drawable():
    import_questions(parsed_file(1), at=NOON, status=QuestionStatus.DRAFT)

    assert Question.objects.get().current_revision is not None
    assert not Question.objects.drawable().exists()


def test_refused_file_leaves_nothing_behind_and_gives_every_reason():
    parsed = parsed_file(1)
    problems = (Problem("DVC-002", "một"), Problem("DVC-003", "hai"))

    with pytest.raises(ImportRefused) as refusal:
        import_questions(replace(parsed, problems=problems), at=NOON)

    assert refusal.value.problems == problems
    assert set(counts().values()) == {0}


def test_replacing_document_must_be_known():
    parsed = parsed_file(1)
    orphan = replace(parsed.documents[0], replaced_by="la")

    with pytest.raises(ImportRefused) as refusal:
        import_questions(replace(parsed, documents=(orphan, parsed.documents[1])), at=NOON)

    assert [problem.where for problem in refusal.value.problems] == ["la"]
    assert set(counts().values()) == {0}


def test_import_questions_asks_the_database_as_often_for_one_as_for_thirty(
    django_assert_max_num_queries,
):
    with django_assert_max_num_queries(20):
        import_questions(parsed_file(1), at=NOON)
    with django_assert_max_num_queries(20):
        import_questions(parsed_file(*range(2, 32)), at=NOON)
