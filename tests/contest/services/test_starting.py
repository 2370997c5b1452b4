import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts.enums import PersonKind
from contest.enums import ClosedBy
from contest.errors import ContestError
from contest.models import Attempt, DivisionKind, Participant
from contest.services.starting import start_attempt
from questionbank.enums import QuestionStatus
from questionbank.models import Question
from tests.contest.papers import MINUTE, handed_in, playable_round, started_attempt
from tests.factories import (
    NOON,
    BlueprintRowFactory,
    DivisionFactory,
    QuestionFactory,
    RoundFactory,
    TopicFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MICROSECOND = timedelta(microseconds=1)


def test_start_attempt_lays_out_a_paper_of_the_blueprint():
    contest_round = playable_round(question_count=4)

    attempt = started_attempt(contest_round=contest_round)

    assert list(attempt.answers.values_list("position", "response")) == [
        (1, ""),
        (2, ""),
        (3, ""),
        (4, ""),
    ]
    assert attempt.deadline_at == NOON + contest_round.duration


def test_start_attempt_again_gives_the_same_paper():
    contest_round, user = playable_round(), UserFactory()

    first = started_attempt(contest_round=contest_round, user=user)
    again = started_attempt(contest_round=contest_round, user=user, at=NOON + MINUTE)

    assert again == first
    assert again.deadline_at == first.deadline_at


def test_start_attempt_keeps_name_unit_and_division_as_they_were():
    contest_round = playable_round()
    division = DivisionFactory(contest=contest_round.contest)
    DivisionKind.objects.create(
        contest=contest_round.contest, division=division, kind=PersonKind.OFFICIAL
    )
    user = UserFactory(kind=PersonKind.OFFICIAL)
    started_attempt(contest_round=contest_round, user=user)
    unit = user.unit

    user.full_name, user.unit = "Tên Mới", None
    user.save(update_fields=["full_name", "unit"])
    started_attempt(contest_round=contest_round, user=user)

    participant = Participant.objects.get(user=user)
    assert participant.full_name != "Tên Mới"
    assert (participant.unit, participant.division) == (unit, division)


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (NOON - timedelta(hours=1) - MICROSECOND, "not_open_yet"),
        (NOON + timedelta(hours=1), "round_closed"),
    ],
)
def test_start_attempt_outside_the_round_is_refused_and_leaves_nothing(at, code):
    contest_round = playable_round()

    with pytest.raises(ContestError) as refusal:
        started_attempt(contest_round=contest_round, at=at)

    assert refusal.value.code == code
    assert not Participant.objects.exists()


def test_start_attempt_at_the_edges_of_the_round_is_allowed():
    contest_round = playable_round()

    at_opening = started_attempt(contest_round=contest_round, at=contest_round.opens_at)
    at_last = started_attempt(contest_round=contest_round, at=contest_round.closes_at - MICROSECOND)

    assert at_opening.deadline_at == contest_round.opens_at + contest_round.duration
    assert at_last.deadline_at == contest_round.closes_at


def test_start_attempt_beyond_the_limit_is_refused():
    contest_round, user = playable_round(max_attempts=2), UserFactory()
    for number in (0, 1):
        attempt = started_attempt(contest_round=contest_round, user=user, at=NOON + number * MINUTE)
        handed_in(attempt, at=NOON + number * MINUTE)

    with pytest.raises(ContestError) as refusal:
        started_attempt(contest_round=contest_round, user=user, at=NOON + 2 * MINUTE)

    assert refusal.value.code == "attempts_used_up"
    assert Attempt.objects.count() == 2


def test_start_attempt_closes_an_expired_one_first():
    contest_round, user = playable_round(max_attempts=2), UserFactory()
    expired = started_attempt(contest_round=contest_round, user=user)

    fresh = started_attempt(contest_round=contest_round, user=user, at=NOON + 20 * MINUTE)

    expired.refresh_from_db()
    assert expired.closed_by == ClosedBy.EXPIRY
    assert fresh.number == 2


def test_start_attempt_without_enough_approved_questions_is_refused_and_leaves_no_attempt():
    contest_round = playable_round(question_count=2)
    Question.objects.filter(pk=Question.objects.first().pk).update(
        status=QuestionStatus.RETIRED, approved_revision=None
    )

    with pytest.raises(ContestError) as refusal:
        started_attempt(contest_round=contest_round)

    assert refusal.value.code == "bank_too_small"
    assert not Attempt.objects.exists()


def test_start_attempt_without_a_blueprint_is_refused():
    with pytest.raises(ContestError) as refusal:
        started_attempt(contest_round=RoundFactory())

    assert refusal.value.code == "bank_too_small"


def test_start_attempt_draws_in_a_constant_number_of_queries(django_assert_num_queries):
    small, large = playable_round(question_count=2), playable_round(question_count=30)
    for contest_round in (small, large):
        user = UserFactory()
        with django_assert_num_queries(14, exact=False):
            started_attempt(contest_round=contest_round, user=user)


def test_a_row_on_a_topic_draws_from_the_topics_below_it():
    area = TopicFactory()
    topic = TopicFactory(parent=area)
    contest_round = RoundFactory()
    inside = [
        QuestionFactory(topic=each, question_set=contest_round.question_set)
        for each in (area, topic, TopicFactory(parent=topic))
    ]
    QuestionFactory(question_set=contest_round.question_set)  # of a topic elsewhere
    BlueprintRowFactory(round=contest_round, topic=area, question_count=3)

    attempt = started_attempt(contest_round=contest_round)

    drawn = set(attempt.answers.values_list("revision", flat=True))
    assert drawn == {question.approved_revision_id for question in inside}


def test_starts_of_the_same_moment_read_the_bank_once(django_assert_num_queries):
    contest_round = playable_round(question_count=30)
    started_attempt(contest_round=contest_round)
    user = UserFactory()

    with django_assert_num_queries(10, exact=False):
        started_attempt(contest_round=contest_round, user=user)


@pytest.mark.django_db(transaction=True)
def test_start_attempt_by_many_hands_at_once_gives_one_paper():
    contest_round, user = playable_round(max_attempts=5), UserFactory()
    count = 64
    barrier = threading.Barrier(count)
    started, failures = [], []

    def start():
        try:
            barrier.wait(timeout=30)
            attempt = start_attempt(contest_round=contest_round, user=user, at=NOON)
            started.append(attempt.pk)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=start) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len(started) == count
    assert len(set(started)) == 1
    assert Attempt.objects.count() == 1
    assert Participant.objects.count() == 1
