from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.enums import PersonKind, UnitKind
from contest.enums import RoundKind
from contest.results.queries import contest_standings, round_standings
from tests.factories import (
    NOON,
    AttemptFactory,
    ContestFactory,
    DivisionFactory,
    ParticipantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def test_round_standings_say_who_and_how():
    contest_round = RoundFactory()
    unit = UnitFactory(name="UBND xã An Hiệp", kind=UnitKind.COMMUNE)
    participant = ParticipantFactory(
        contest=contest_round.contest,
        full_name="Đặng Thị Hoà",
        unit=unit,
        kind=PersonKind.CITIZEN,
        division=DivisionFactory(contest=contest_round.contest, name="Bảng B"),
    )
    attempt = SubmittedAttemptFactory(
        round=contest_round, participant=participant, score=17, elapsed_ms=125_250
    )

    standings = round_standings(contest_round)

    assert standings.rounds == (contest_round,)
    (row,) = standings.rows
    assert (row.place, row.score, row.max_score, row.correct_count) == (1, 17, 20, 17)
    assert row.elapsed_ms == 125_250
    assert row.submitted_at == attempt.submitted_at
    assert row.receipt_codes == [attempt.receipt_code]
    assert (row.entrant.full_name, row.entrant.unit) == ("Đặng Thị Hoà", "UBND xã An Hiệp")
    assert (row.entrant.division, row.entrant.kind_label) == ("Bảng B", "Người dân")
    assert row.entrant.unit_kind_label == "Ủy ban nhân dân cấp xã"


def test_round_standings_take_each_persons_best_submitted_attempt():
    contest_round = RoundFactory(max_attempts=3)
    someone = ParticipantFactory(contest=contest_round.contest)
    SubmittedAttemptFactory(round=contest_round, participant=someone, number=1, score=9)
    best = SubmittedAttemptFactory(round=contest_round, participant=someone, number=2, score=12)
    AttemptFactory(round=contest_round, participant=someone, number=3)
    other = SubmittedAttemptFactory(round=contest_round, score=11)
    SubmittedAttemptFactory(score=20)  # another round

    rows = round_standings(contest_round).rows

    assert [(row.place, row.receipt_codes) for row in rows] == [
        (1, [best.receipt_code]),
        (2, [other.receipt_code]),
    ]


def test_round_standings_share_a_place_when_all_is_equal():
    contest_round = RoundFactory()
    for _ in range(2):
        SubmittedAttemptFactory(round=contest_round, score=15)
    SubmittedAttemptFactory(round=contest_round, score=14)

    assert [row.place for row in round_standings(contest_round).rows] == [1, 1, 3]


def test_standings_of_a_round_nobody_took_are_empty():
    assert round_standings(RoundFactory()).rows == ()


def test_participant_without_unit_or_division_has_empty_texts():
    contest_round = RoundFactory()
    nobody = ParticipantFactory(contest=contest_round.contest, unit=None, division=None)
    SubmittedAttemptFactory(round=contest_round, participant=nobody)

    (row,) = round_standings(contest_round).rows

    assert (row.entrant.unit_id, row.entrant.unit, row.entrant.unit_kind_label) == (None, "", "")
    assert row.entrant.division == ""


def test_contest_standings_add_up_the_official_rounds_and_show_each():
    contest = ContestFactory()
    practice = RoundFactory(contest=contest, kind=RoundKind.PRACTICE)
    second = RoundFactory(contest=contest, opens_at=NOON - timedelta(minutes=30))
    first = RoundFactory(contest=contest)
    anh, binh = ParticipantFactory.create_batch(2, contest=contest)
    SubmittedAttemptFactory(round=practice, participant=anh, score=20)
    SubmittedAttemptFactory(round=first, participant=anh, score=10, elapsed_ms=60_000)
    SubmittedAttemptFactory(round=second, participant=anh, score=8, elapsed_ms=30_000)
    SubmittedAttemptFactory(round=second, participant=binh, score=19)

    standings = contest_standings(contest)

    assert standings.rounds == (first, second)
    top, next_one = standings.rows
    assert (top.entrant.full_name, top.score, top.max_score) == (binh.full_name, 19, 20)
    assert [part.score if part else None for part in top.parts] == [None, Decimal(19)]
    assert (next_one.score, next_one.max_score, next_one.correct_count) == (18, 40, 18)
    assert next_one.elapsed_ms == 90_000
    assert [part.score if part else None for part in next_one.parts] == [10, 8]
    assert len(next_one.receipt_codes) == 2


@pytest.mark.parametrize("count", [1, 30])
def test_standings_cost_the_same_for_one_row_and_for_thirty(count, django_assert_num_queries):
    contest_round = RoundFactory()
    SubmittedAttemptFactory.create_batch(count, round=contest_round)

    with django_assert_num_queries(2):  # with the contest's rules
        assert len(round_standings(contest_round).rows) == count
    with django_assert_num_queries(2):  # the rules are known by now
        assert len(contest_standings(contest_round.contest).rows) == count
