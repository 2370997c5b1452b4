"""Rule sheets of real contests as settings, with the winners worked out by hand.

Where a sheet is silent, the reading that was chosen stands beside it.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.enums import Role
from contest.enums import (
    AttemptPolicy,
    BoardKind,
    Criterion,
    PredictionSubject,
    RoundsPolicy,
    UnitCriterion,
)
from contest.models import Participant, Registration
from contest.results.prizes import board_proposal
from contest.results.queries import contest_standings, round_standings
from contest.results.wording import contest_ranking_rule, lead_text
from contest.services.awarding import BoardDraft, PrizeDraft, save_prize_board, take_over
from contest.services.deciding import set_aside
from contest.services.predicting import settle_predictions
from tests.factories import (
    NOON,
    ContestFactory,
    DivisionFactory,
    ParticipantFactory,
    PredictionQuestionFactory,
    RankingRulesFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

SCORE, TIME, EARLIER = Criterion.SCORE, Criterion.TIME_USED, Criterion.EARLIER
NEAREST = Criterion.NEAREST
OVER = NOON + timedelta(hours=2)


def ruled(*chain, **fields):
    """A contest that ranks so."""
    contest = ContestFactory()
    RankingRulesFactory(contest=contest, chain=[it.value for it in chain], **fields)
    return contest


def asking(contest, subject=PredictionSubject.TAKING_PART, **fields):
    contest_round = RoundFactory(contest=contest, max_attempts=9, **fields)
    PredictionQuestionFactory(round=contest_round, subject=subject)
    return contest_round


def hand_in(contest_round, name, score, seconds=300, *, most=20, start=0, guess=None, **person):
    """An attempt of the person with that name, who is made on the first one."""
    contest = contest_round.contest
    who = Participant.objects.filter(contest=contest, full_name=name).first()
    who = who or ParticipantFactory(contest=contest, full_name=name, **person)
    return SubmittedAttemptFactory(
        round=contest_round,
        participant=who,
        number=contest_round.attempts.filter(participant=who).count() + 1,
        score=score,
        max_score=most,
        started_at=NOON + timedelta(seconds=start),
        elapsed_ms=int(seconds * 1000),
        prediction=guess,
    )


def settle(contest_round):
    (truth,) = settle_predictions(round_id=contest_round.pk, at=OVER)
    return truth.value


def order(standings):
    return [(row.place, row.entrant.full_name) for row in standings.rows]


def prizes(contest, contest_round, *counts, **fields):
    """A prize board with so many of each prize."""
    return save_prize_board(
        contest_id=contest.pk,
        board_id=None,
        draft=BoardDraft(
            **(
                {
                    "name": "Giải",
                    "kind": BoardKind.INDIVIDUAL,
                    "round": contest_round,
                    "division": None,
                    "prizes": [
                        PrizeDraft(f"Giải {number}", count, 500_000)
                        for number, count in enumerate(counts, start=1)
                    ],
                }
                | fields
            )
        ),
        actor=RoleGrantFactory(role=Role.ORGANISER).user,
        at=NOON,
    )


def winners(board):
    return [it.candidate.name for it in board_proposal(board).winners]


def test_cchc_hue_2025():
    """Weekly, once a week, officials and citizens apart; perfect papers are the norm, and the
    nearest guess of the number of perfect papers wins. Committee members get nothing."""
    contest = ruled(SCORE, NEAREST, EARLIER, rounds=RoundsPolicy.SEPARATE)
    officials, citizens = DivisionFactory.create_batch(2, contest=contest)
    week = asking(contest, PredictionSubject.ALL_CORRECT)
    hand_in(week, "An", 15, most=15, guess=5, division=officials)
    hand_in(week, "Bình", 15, most=15, guess=3, division=officials)
    hand_in(week, "Chi", 15, most=15, guess=2, start=10, division=officials)
    hand_in(week, "Dũng", 14, most=15, guess=4, division=officials)  # right, yet not perfect
    hand_in(week, "Giang", 15, most=15, guess=9, division=citizens)
    clerk = hand_in(week, "Thư ký", 15, most=15, guess=5, division=officials).participant
    jury = RoleGrantFactory(role=Role.JURY).user
    set_aside(participant=clerk, reason="Tổ thư ký", actor=jury, at=NOON)

    assert settle(week) == 5  # An, Bình, Chi, Giang and the clerk, whose paper was handed in
    board = prizes(contest, week, 1, 1, division=officials)
    assert winners(board) == ["An", "Bình"]  # 0, 2 and 3 off
    assert winners(prizes(contest, week, 1, division=citizens)) == ["Giang"]
    assert contest_standings(contest).rows == ()


def test_cchc_hai_duong_2024():
    """Four weeks, at most three attempts, the best kept by itself; the guess is not scored and
    parts equals. Units by rate, then mean; under 50 % they are not ranked."""
    contest = ruled(SCORE, NEAREST, TIME, rounds=RoundsPolicy.SEPARATE)
    week = asking(contest)
    tall, flat = UnitFactory(headcount=4), UnitFactory(headcount=4)
    rare = UnitFactory(headcount=5)
    hand_in(week, "An", 18, guess=6, unit=tall)
    hand_in(week, "An", 20, guess=3, start=400)  # the best: its guess is 3 off
    hand_in(week, "An", 19, guess=6, start=800)
    hand_in(week, "Bình", 20, guess=7, unit=tall)  # 1 off
    hand_in(week, "Chi", 20, 200, guess=5, unit=flat)  # 1 off, and quicker
    hand_in(week, "Dũng", 10, guess=6, unit=flat)
    hand_in(week, "Giang", 19, unit=rare)
    hand_in(week, "Hoa", 19, guess=6, unit=rare)

    assert settle(week) == 6  # persons, not attempts
    assert order(round_standings(week))[:3] == [(1, "Chi"), (2, "Bình"), (3, "An")]
    board = prizes(
        contest,
        week,
        1,
        1,
        kind=BoardKind.COLLECTIVE,
        criteria=[UnitCriterion.RATE, UnitCriterion.MEAN],
        min_percent=50,
    )
    # both 2 of 4; means 20 and 15; the third has 2 of 5
    assert winners(board) == [tall.name, flat.name]
    assert [reason for _unit, reason in board_proposal(board).left_out] == [
        "Chưa đạt tỷ lệ dự thi tối thiểu."
    ]


def test_cchc_bo_gtvt_2020():
    """One month, 15 questions; then the guess of how many take part; then the time used."""
    contest = ruled(SCORE, NEAREST, TIME)
    month = asking(contest)
    hand_in(month, "An", 15, 90, most=15, guess=10)  # 6 off
    hand_in(month, "Bình", 15, 120.5, most=15, guess=3)  # 1 off
    hand_in(month, "Chi", 15, 120.25, most=15, guess=5)  # 1 off, a quarter of a second quicker
    hand_in(month, "Dũng", 14, 10, most=15, guess=4)

    assert settle(month) == 4
    standings = round_standings(month)
    assert order(standings) == [(1, "Chi"), (2, "Bình"), (3, "An"), (4, "Dũng")]
    assert [lead_text(row.lead) for row in standings.rows] == [
        "làm nhanh hơn người sau 0,25 giây",
        "gần số dự đoán hơn người sau 5",
        "hơn người sau 1 điểm",
        "",
    ]


def test_vcnet_2019():
    """Weekly, many attempts: the most correct, earliest one counts; then the nearest guess; then
    the earlier submission, to the second and beyond."""
    contest = ruled(SCORE, NEAREST, EARLIER, rounds=RoundsPolicy.SEPARATE)
    week = asking(contest)
    hand_in(week, "An", 5, most=5, guess=9, start=0)  # counts: 6 off
    hand_in(week, "An", 5, 60, most=5, guess=3, start=400)  # as good and quicker, but later
    hand_in(week, "Bình", 5, most=5, guess=2, start=60)  # 1 off
    hand_in(week, "Chi", 5, most=5, guess=4, start=59)  # 1 off, a second earlier

    assert settle(week) == 3
    assert order(round_standings(week)) == [(1, "Chi"), (2, "Bình"), (3, "An")]
    assert lead_text(round_standings(week).rows[0].lead) == "nộp sớm hơn người sau 1 giây"


def test_moj_election_law_2021():
    """At most three attempts, the best counts; the guess is of those who answer all correctly."""
    contest = ruled(SCORE, NEAREST, TIME, EARLIER)
    month = asking(contest, PredictionSubject.ALL_CORRECT)
    for start, score, guess in [(0, 17, 3), (400, 19, 1), (800, 19, 3)]:
        hand_in(month, "An", score, most=19, start=start, guess=guess)
    hand_in(month, "Bình", 19, 299, most=19, guess=7)  # quicker than An, and farther off
    hand_in(month, "Chi", 18, most=19, guess=2)

    assert settle(month) == 2  # An once, though perfect twice
    # An's best: both took 300 s, so the earlier of the two counts, whose guess is 1 off
    assert order(round_standings(month)) == [(1, "An"), (2, "Bình"), (3, "Chi")]
    assert lead_text(round_standings(month).rows[0].lead) == "gần số dự đoán hơn người sau 4"


def test_dong_nai_2021():
    """The sum of all attempts; one person per prize."""
    contest = ruled(SCORE, TIME, attempts=AttemptPolicy.SUM, one_prize_per_person=True)
    season = RoundFactory(contest=contest, max_attempts=9)
    for start, score in [(0, 10), (400, 12), (800, 9)]:
        hand_in(season, "An", score, start=start)  # 31 in 900 s
    for start, score in [(0, 20), (400, 11)]:
        hand_in(season, "Bình", score, start=start)  # 31 in 600 s
    hand_in(season, "Chi", 20)

    standings = contest_standings(contest)
    assert order(standings) == [(1, "Bình"), (2, "An"), (3, "Chi")]
    assert [row.score for row in standings.rows] == [31, 31, 20]
    board = prizes(contest, season, 1)
    jury = RoleGrantFactory(role=Role.JURY).user
    take_over(board_id=board.pk, actor=jury, at=OVER)
    assert winners(prizes(contest, None, 1)) == ["An"]  # Bình has a prize already


def test_tinh_doan_quang_nam_2014():
    """Three rounds of two weeks, once each: the guess, then the time of taking part (read: the
    earlier submission)."""
    contest = ruled(SCORE, NEAREST, EARLIER, rounds=RoundsPolicy.SEPARATE)
    first = asking(contest)
    hand_in(first, "An", 15, most=15, guess=100, start=0)
    hand_in(first, "Bình", 15, most=15, guess=3, start=50)
    hand_in(first, "Chi", 15, most=15, guess=3, start=20)

    assert settle(first) == 3
    assert order(round_standings(first)) == [(1, "Chi"), (2, "Bình"), (3, "An")]
    assert winners(prizes(contest, first, 1, 2)) == ["Chi", "Bình", "An"]


def test_bac_tra_my_2021():
    """At most two attempts, the best counts: score, time, the extra question; then the committee
    decides, which the tie says."""
    contest = ruled(SCORE, TIME, NEAREST)
    only = asking(contest)
    hand_in(only, "An", 18, 200, guess=1)
    hand_in(only, "An", 20, 250, guess=9, start=400)
    hand_in(only, "Bình", 20, 250, guess=3)  # 1 off, before An's 5
    hand_in(only, "Chi", 20, 249.999, guess=0)
    hand_in(only, "Dũng", 20, 250, guess=5, start=40)  # 1 off, too

    assert settle(only) == 4
    assert order(round_standings(only)) == [
        (1, "Chi"),
        (2, "Bình"),
        (2, "Dũng"),
        (4, "An"),
    ]
    proposed = board_proposal(prizes(contest, only, 1, 1, 1))
    assert [it.candidate.name for it in proposed.winners] == ["Chi"]
    assert [[it.name for it in tie.candidates] for tie in proposed.ties] == [["Bình", "Dũng"]]
    assert [it.name for it in proposed.reserves] == ["An"]


def test_quan_doan_2019():
    """Weekly, once an account: correct answers, then duration, then the moment of entry."""
    contest = ruled(SCORE, TIME, EARLIER, rounds=RoundsPolicy.SEPARATE)
    week = RoundFactory(contest=contest)
    hand_in(week, "An", 19, 61)
    hand_in(week, "Bình", 20, 62, start=10)
    hand_in(week, "Chi", 20, 62, start=9)
    hand_in(week, "Dũng", 20, 61.999, start=99)

    assert order(round_standings(week)) == [(1, "Dũng"), (2, "Chi"), (3, "Bình"), (4, "An")]


def test_no_sheet_of_the_table_yet_asked_for_the_best_weeks_and_for_age():
    """Four weeks of which the three best count, equals by age, the older first."""
    contest = ruled(SCORE, Criterion.OLDER, rounds=RoundsPolicy.BEST_ROUNDS, best_rounds=3)
    weeks = [
        RoundFactory(contest=contest, opens_at=NOON - timedelta(minutes=60 - number))
        for number in range(4)
    ]
    for week, an, binh in zip(weeks, [20, 20, 0, 15], [15, 20, 20, 14], strict=True):
        hand_in(week, "An", an)
        hand_in(week, "Bình", binh)
    for name, born_on in [("An", date(1999, 1, 1)), ("Bình", date(1998, 12, 22))]:
        who = Participant.objects.get(full_name=name)
        Registration.objects.create(
            participant=who, born_on=born_on, name_key="", registered_at=NOON
        )

    standings = contest_standings(contest)

    assert [(row.entrant.full_name, row.score) for row in standings.rows] == [
        ("Bình", Decimal(55)),
        ("An", Decimal(55)),
    ]
    assert lead_text(standings.rows[0].lead) == "hơn người sau 10 ngày tuổi"
    assert contest_ranking_rule(contest) == (
        "Mỗi người được tính lượt thi tốt nhất. Qua các kỳ thi chính thức, cộng điểm và thời gian "
        "của 3 kỳ tốt nhất của mỗi người. Xét lần lượt: điểm cao hơn; nhiều tuổi hơn; vẫn bằng "
        "nhau thì đồng hạng."
    )
