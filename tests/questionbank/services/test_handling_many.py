"""Deeds for many questions: a few statements, each question recorded for itself."""

import pytest

from accounts.models import AuditEntry
from questionbank.enums import QuestionStatus
from questionbank.errors import BankError
from questionbank.models import Question
from questionbank.services.handling_many import move_all, retire_all, send_all_to_review
from questionbank.services.importing import Options, import_questions
from tests.factories import NOON, QuestionFactory, TopicFactory, UserFactory
from tests.questionbank.files import ONE_OF_EACH, file_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor():
    return UserFactory()


def keys():
    return list(Question.objects.values_list("pk", flat=True))


def test_drafts_are_sent_and_the_others_stay(actor):
    import_questions(file_of(*ONE_OF_EACH[:2]), at=NOON, options=Options())
    approved = QuestionFactory()

    assert send_all_to_review(question_ids=keys(), actor=actor, at=NOON) == 2
    assert send_all_to_review(question_ids=keys(), actor=actor, at=NOON) == 0

    approved.refresh_from_db()
    assert approved.status == QuestionStatus.APPROVED
    assert Question.objects.filter(status=QuestionStatus.IN_REVIEW).count() == 2
    logged = AuditEntry.objects.filter(action="question.send")
    assert {(it.before["status"], it.after["status"]) for it in logged} == {("draft", "in_review")}
    assert len({it.target for it in logged}) == 2


def test_questions_go_out_of_use_for_a_reason(actor):
    question = QuestionFactory()
    with pytest.raises(BankError) as refusal:
        retire_all(question_ids=keys(), reason=" ", actor=actor, at=NOON)

    assert retire_all(question_ids=keys(), reason=" Luật đã thay ", actor=actor, at=NOON) == 1
    assert retire_all(question_ids=keys(), reason="Lần nữa", actor=actor, at=NOON) == 0

    assert refusal.value.code == "note_missing"
    question.refresh_from_db()
    assert (question.status, question.approved_revision) == (QuestionStatus.RETIRED, None)
    assert AuditEntry.objects.get().reason == "Luật đã thay"


def test_questions_move_to_a_topic(actor):
    topic = TopicFactory(code="mot-cua")
    there, elsewhere = QuestionFactory(topic=topic), QuestionFactory()
    before = elsewhere.topic.code

    assert move_all(question_ids=keys(), topic=topic, actor=actor, at=NOON) == 1

    assert set(topic.questions.all()) == {there, elsewhere}
    logged = AuditEntry.objects.get()
    assert (logged.before, logged.after) == ({"topic": before}, {"topic": "mot-cua"})


def test_a_thousand_take_a_few_statements(actor, django_assert_max_num_queries):
    topic = TopicFactory()
    Question.objects.bulk_create(Question(code=f"N-{n}", topic=topic) for n in range(1001))
    other, chosen = TopicFactory(), keys()

    # a savepoint around all; read, record (on SQLite in a savepoint of its own), change
    with django_assert_max_num_queries(2 + 3 * 5):
        assert move_all(question_ids=chosen, topic=other, actor=actor, at=NOON) == 1001
