from datetime import timedelta
from threading import Barrier, Thread

import pytest

from leaderboard.services import counters
from leaderboard.services.counters import ContestCounters, contest_counters, forget_counters
from tests.factories import (
    NOON,
    AttemptFactory,
    ParticipantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
)

pytestmark = pytest.mark.django_db

FREEZE = NOON + timedelta(minutes=30)  # of a round that closes one hour after NOON


@pytest.fixture(autouse=True)
def fresh_counters():
    forget_counters()


def test_counters_of_a_contest():
    contest_round = RoundFactory()
    first = SubmittedAttemptFactory(round=contest_round)
    SubmittedAttemptFactory(round=contest_round, participant=first.participant, number=2)
    AttemptFactory(round=contest_round)
    AttemptFactory(round=RoundFactory(contest=contest_round.contest))
    ParticipantFactory(contest=contest_round.contest, unit=first.participant.unit)
    SubmittedAttemptFactory()  # of another contest

    assert contest_counters(contest_round.contest, NOON) == ContestCounters(4, 2, 2, 3)


def test_counters_of_an_empty_contest():
    assert contest_counters(RoundFactory().contest, NOON) == ContestCounters(0, 0, 0, 0)


def test_while_frozen_the_counters_are_those_of_the_freeze():
    contest_round = RoundFactory(freeze_minutes=30)
    SubmittedAttemptFactory(round=contest_round)
    AttemptFactory(round=contest_round)
    frozen = contest_counters(contest_round.contest, FREEZE)
    assert frozen == ContestCounters(2, 1, None, 2)

    late = ParticipantFactory(contest=contest_round.contest, joined_at=FREEZE)
    SubmittedAttemptFactory(round=contest_round, participant=late, started_at=FREEZE)
    forget_counters()

    assert contest_counters(contest_round.contest, FREEZE + timedelta(minutes=20)) == frozen


def test_after_the_release_everything_is_told():
    contest_round = RoundFactory(freeze_minutes=30, board_released_at=FREEZE)
    late = ParticipantFactory(contest=contest_round.contest, joined_at=FREEZE)
    SubmittedAttemptFactory(round=contest_round, participant=late, started_at=FREEZE)

    assert contest_counters(contest_round.contest, FREEZE) == ContestCounters(1, 1, 0, 1)


@pytest.mark.parametrize("count", [1, 20])
def test_counters_take_three_queries_and_then_none(django_assert_num_queries, count):
    contest_round = RoundFactory(freeze_minutes=30)
    SubmittedAttemptFactory.create_batch(count, round=contest_round)

    with django_assert_num_queries(3):
        contest_counters(contest_round.contest, FREEZE)
    with django_assert_num_queries(0):
        contest_counters(contest_round.contest, FREEZE)


def test_simultaneous_askers_wait_for_one_reading(monkeypatch):
    contest = RoundFactory().contest
    found = counters.participation(contest, at=NOON)
    read, barrier, answers = [], Barrier(50), []

    def participation(*args, **kwargs):
        read.append(1)
        return found

    monkeypatch.setattr(counters, "participation", participation)

    def ask():
        barrier.wait()
        answers.append(contest_counters(contest, NOON))

    threads = [Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(read), len(set(answers)), len(answers)) == (1, 1, 50)
