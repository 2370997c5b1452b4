from datetime import timedelta
from decimal import Decimal

import pytest

from contest.results.progress import absent_units, contests_progress, rounds_progress
from contest.rules.timing import RoundState
from tests.factories import (
    NOON,
    AttemptFactory,
    ContestFactory,
    ParticipantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def test_rounds_progress_counts_persons_and_attempts():
    contest_round = RoundFactory(max_attempts=2)
    someone = ParticipantFactory(contest=contest_round.contest)
    SubmittedAttemptFactory(round=contest_round, participant=someone, number=1, score=10)
    SubmittedAttemptFactory(round=contest_round, participant=someone, number=2, score=15)
    AttemptFactory(round=contest_round)
    SubmittedAttemptFactory()  # of another contest

    (row,) = rounds_progress(contest=contest_round.contest, at=NOON)

    assert (row.round, row.state) == (contest_round, RoundState.OPEN)
    assert (row.person_count, row.running_count, row.submitted_count) == (2, 1, 2)
    assert row.mean_score == Decimal("12.5")


def test_rounds_progress_of_an_untouched_round():
    contest_round = RoundFactory()

    (row,) = rounds_progress(contest=contest_round.contest, at=NOON)

    assert (row.person_count, row.running_count, row.submitted_count) == (0, 0, 0)
    assert row.mean_score is None


@pytest.mark.parametrize(
    ("minutes", "is_unsettled"), [(59, False), (60, True)], ids=["a minute before", "at the close"]
)
def test_round_is_unsettled_when_closed_with_running_attempts(minutes, is_unsettled):
    contest_round = RoundFactory()
    AttemptFactory(round=contest_round)

    (row,) = rounds_progress(contest=contest_round.contest, at=NOON + timedelta(minutes=minutes))

    assert row.is_unsettled is is_unsettled


def test_closed_round_without_running_attempts_is_settled():
    contest_round = RoundFactory()
    SubmittedAttemptFactory(round=contest_round)

    (row,) = rounds_progress(contest=contest_round.contest, at=NOON + timedelta(days=1))

    assert row.is_unsettled is False


def test_contests_progress_counts_without_multiplying():
    contest = ContestFactory()
    RoundFactory(contest=contest)
    RoundFactory(contest=contest, closes_at=NOON)  # just closed
    ParticipantFactory.create_batch(3, contest=contest)

    (row,) = contests_progress(at=NOON)

    assert (row.participant_count, row.round_count, row.open_round_count) == (3, 2, 1)


def test_absent_units_are_those_of_the_day_without_a_participant():
    contest = ContestFactory()
    absent = UnitFactory()
    ParticipantFactory(contest=contest)
    elsewhere = ParticipantFactory().unit
    UnitFactory(valid_to=(NOON - timedelta(days=1)).date())

    assert set(absent_units(contest=contest, at=NOON)) == {absent, elsewhere}


@pytest.mark.parametrize("count", [1, 3])
def test_progress_costs_one_query_each(count, django_assert_num_queries):
    contest = ContestFactory()
    for contest_round in RoundFactory.create_batch(count, contest=contest):
        SubmittedAttemptFactory(round=contest_round)

    with django_assert_num_queries(3):
        rounds_progress(contest=contest, at=NOON)
        contests_progress(at=NOON)
        list(absent_units(contest=contest, at=NOON))
