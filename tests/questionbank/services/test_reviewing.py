from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from questionbank.enums import QuestionKind, QuestionStatus, Verdict
from questionbank.errors import BankError
from questionbank.models import Question, Review
from questionbank.services.editing import revise_question
from questionbank.services.importing import Options, import_questions
from questionbank.services.reviewing import (
    answer_blind,
    comment,
    decide,
    retire,
    send_to_review,
    take_up_again,
)
from tests.factories import NOON, UserFactory
from tests.questionbank.files import file_of, question as parsed

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def author():
    return UserFactory()


@pytest.fixture
def reader():
    return UserFactory()


def drafted(author, **changes):
    changes.setdefault("sources", ())
    plan = file_of(parsed(1, **changes), documents=())
    import_questions(plan, at=NOON, options=Options(), author=author)
    return Question.objects.get()


def in_review(author, **changes):
    question = drafted(author, **changes)
    send_to_review(question_id=question.pk, actor=author, at=NOON)
    question.refresh_from_db()
    return question


def answered(question, reader, response="A", revision_number=1):
    return answer_blind(
        question_id=question.pk,
        revision_number=revision_number,
        reviewer=reader,
        response=response,
        at=NOON,
    )


def decided(question, reader, verdict, note=""):
    return decide(question_id=question.pk, reviewer=reader, verdict=verdict, note=note, at=LATER)


def test_a_question_is_approved_by_a_second_reader_who_answered_it(author, reader):
    question = in_review(author)
    answered(question, reader)

    review = decided(question, reader, Verdict.APPROVED)

    question.refresh_from_db()
    assert question.status == QuestionStatus.APPROVED
    assert question.approved_revision == question.current_revision == review.revision
    assert (review.matches_key, review.decided_at) == (True, LATER)
    assert list(AuditEntry.objects.order_by("id").values_list("action", "actor", "after")) == [
        ("question.send", author.pk, {"status": "in_review", "revision": 1}),
        ("question.approve", reader.pk, {"status": "approved", "revision": 1}),
    ]


def test_the_author_cannot_review_their_own_question(author):
    question = in_review(author)

    with pytest.raises(BankError) as refusal:
        answered(question, author)

    assert refusal.value.code == "own_question"
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(
            revision=question.current_revision,
            reviewer=author,
            author=author,
            response="A",
            matches_key=True,
            answered_at=NOON,
        )


def test_nobody_decides_before_answering(author, reader):
    question = in_review(author)

    with pytest.raises(BankError) as refusal:
        decided(question, reader, Verdict.APPROVED)

    assert refusal.value.code == "not_answered"


def test_the_first_blind_answer_stands(author, reader):
    question = in_review(author)
    answered(question, reader, "C")

    again = answered(question, reader, "A")

    assert (again.response, again.matches_key) == ("C", False)


def test_an_answer_to_a_wording_that_changed_meanwhile_is_not_kept(author, reader):
    question = in_review(author)
    content = replace(parsed(1, sources=()), stem="Đâu không phải là điều đúng?")
    revise_question(question_id=question.pk, content=content, based_on=1, author=author, at=NOON)
    send_to_review(question_id=question.pk, actor=author, at=NOON)

    with pytest.raises(BankError) as refusal:
        answered(question, reader, revision_number=1)
    review = answered(question, reader, revision_number=2)

    assert refusal.value.code == "changed_meanwhile"
    assert review.revision.number == 2


@pytest.mark.parametrize("verdict", Verdict)
def test_a_mismatch_or_a_return_wants_a_note(author, reader, verdict):
    question = in_review(author)
    answered(question, reader, "B")

    with pytest.raises(BankError) as refusal:
        decided(question, reader, verdict, note="  ")
    decided(question, reader, verdict, note="Đáp án đúng theo Điều 3.")

    assert refusal.value.code == "note_missing"
    question.refresh_from_db()
    wanted = QuestionStatus.APPROVED if verdict is Verdict.APPROVED else QuestionStatus.DRAFT
    assert question.status == wanted


@pytest.mark.parametrize(
    ("changes", "response", "matches"),
    [
        (
            {"kind": QuestionKind.SHORT_TEXT, "choices": (), "accepted": ("Bộ Nội vụ",)},
            "bo noi vu",
            True,
        ),
        ({"kind": QuestionKind.SHORT_TEXT, "choices": (), "accepted": ("Bộ Nội vụ",)}, "", False),
        (
            {
                "kind": QuestionKind.NUMBER,
                "choices": (),
                "number": Decimal("3.5"),
                "tolerance": Decimal("0.5"),
            },
            "4,0",
            True,
        ),
        (
            {"kind": QuestionKind.NUMBER, "choices": (), "number": Decimal(3)},
            "3,01",
            False,
        ),
    ],
)
def test_texts_and_numbers_are_compared_as_they_are_graded(
    author, reader, changes, response, matches
):
    question = in_review(author, **changes)

    assert answered(question, reader, response).matches_key is matches


def test_only_what_waits_for_a_reader_can_be_answered_or_decided(author, reader):
    question = drafted(author)

    with pytest.raises(BankError) as refusal:
        answered(question, reader)

    assert refusal.value.code == "not_in_review"


def test_sending_twice_changes_nothing_and_an_approved_one_is_not_sent(author, reader):
    question = in_review(author)
    send_to_review(question_id=question.pk, actor=author, at=LATER)
    answered(question, reader)
    decided(question, reader, Verdict.APPROVED)

    with pytest.raises(BankError) as refusal:
        send_to_review(question_id=question.pk, actor=author, at=LATER)

    assert refusal.value.code == "not_a_draft"
    assert AuditEntry.objects.filter(action="question.send").count() == 1


def test_a_retired_question_is_no_longer_drawn_and_may_come_back_as_a_draft(author, reader):
    question = in_review(author)
    answered(question, reader)
    decided(question, reader, Verdict.APPROVED)

    with pytest.raises(BankError):
        retire(question_id=question.pk, actor=reader, reason="", at=LATER)
    retire(question_id=question.pk, actor=reader, reason="Văn bản đã thay.", at=LATER)
    retire(question_id=question.pk, actor=reader, reason="Lần nữa.", at=LATER)

    assert not Question.objects.drawable(on=NOON.date()).exists()
    take_up_again(question_id=question.pk, actor=author, at=LATER)
    question.refresh_from_db()
    assert question.status == QuestionStatus.DRAFT
    assert AuditEntry.objects.filter(action="question.retire").count() == 1


def test_comments_stay_in_order(author, reader):
    question = drafted(author)

    comment(question_id=question.pk, author=author, text="Một", at=NOON)
    comment(question_id=question.pk, author=reader, text="Hai", at=LATER)

    assert [each.text for each in question.comments.all()] == ["Một", "Hai"]
