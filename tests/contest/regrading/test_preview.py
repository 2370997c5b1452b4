"""What a regrade would do is told before it is done, and is what is then done."""

from datetime import timedelta

import pytest

from contest.enums import (
    BoardKind,
    Criterion,
    KeyChangeKind,
    PredictionScope,
    PredictionSubject,
    PredictionUnit,
    UnitCriterion,
)
from contest.models import Attempt, Decision, Participant, PredictionTruth, PrizeBoard
from contest.regrading.preview import preview_regrade
from contest.results.prizes import board_proposal
from contest.results.queries import AsIf, contest_standings, round_standings
from contest.rules.regrading import Shift
from contest.services.awarding import take_over
from contest.services.predicting import settle_due
from leaderboard.boards import round_board
from leaderboard.services.standings import read_board
from leaderboard.stores import main_store
from tests.contest.papers import playable_round, right_response
from tests.contest.regrading.test_applying import (
    AFTER,
    answered,
    jury as jury,
    proposed,
    regrade,
    undone,
)
from tests.factories import (
    NOON,
    DivisionFactory,
    PredictionQuestionFactory,
    RankingRulesFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest_round():
    """Three questions, four people with 3, 2, 1 and 0 right; the last two chose A in the first."""
    return taken_by_four(playable_round())


def taken_by_four(contest_round):
    questions = contest_round.question_set.questions.order_by("code")
    ids = [question.current_revision_id for question in questions]
    for wrong_ones in ([], [ids[2]], ids[:2], ids):
        answered(
            contest_round,
            lambda answer, wrong=wrong_ones: right_response(
                answer, "A" if answer.revision_id in wrong else "B"
            ),
        )
    return contest_round


def test_the_preview_says_who_is_touched_and_stores_nothing(contest_round):
    kind = KeyChangeKind.ACCEPT_MORE

    preview = preview_regrade(
        contest_round.contest, proposed(contest_round, kind, letters="A"), winner_count=2
    )

    assert (preview.seen, preview.touched_count, preview.changed_count) == (0, 4, 2)
    assert preview.score_shifts == ((1, 2),)
    bands = {it.percent_from: (it.before, it.after) for it in preview.bands}
    assert {percent: both for percent, both in bands.items() if any(both)} == {
        90: (1, 1),
        60: (1, 2),
        30: (1, 1),
        0: (1, 0),
    }
    assert sum(it.attempt_count for it in preview.units) == 2
    assert {it.mean_shift for it in preview.units} == {1}
    assert not Decision.objects.exists()


def test_who_comes_among_the_winners_and_who_leaves_them_is_told_by_board_and_division(
    contest_round,
):
    division = DivisionFactory(contest=contest_round.contest)
    second, third = Attempt.objects.order_by("pk")[1:3]
    Participant.objects.filter(pk=third.participant_id).update(division=division)
    Attempt.objects.filter(pk=third.pk).update(elapsed_ms=1)  # the faster one

    preview = preview_regrade(
        contest_round.contest,
        proposed(contest_round, KeyChangeKind.FULL_POINTS),
        winner_count=2,
    )

    whole, of_division = preview.boards
    assert (whole.division, whole.count, whole.moved_count) == ("", 4, 2)
    (coming,), (leaving,) = whole.coming, whole.leaving
    assert (coming.before.name, coming.before.beside) == (
        *(third.participant.full_name, third.participant.unit.name),
    )
    assert [(it.place, it.result[:8]) for it in (coming.before, coming.after)] == [
        *((3, "1/3 điểm"), (2, "2/3 điểm"))
    ]
    assert (leaving.before.pk, leaving.before.place, leaving.after.place) == (
        *(second.participant_id, 2, 3),
    )
    assert (of_division.division, of_division.count, of_division.moved_count) == (
        *(division.name, 1, 0),
    )


def winners(board):
    """By name, each with the place and the prize."""
    proposed_now = board_proposal(board)
    return {it.candidate.name: (it.candidate.place, it.prize.name) for it in proposed_now.winners}


def foretold(moves):
    return {
        it.after.name: ((it.before.place, it.prize_before), (it.after.place, it.prize_after))
        for it in moves
    }


def prize_board(contest, *, winner_count=2, **fields):
    """Of one first prize and several second ones."""
    board = PrizeBoard.objects.create(contest=contest, **fields)
    board.prizes.create(position=1, name="Giải Nhất", count=1, amount=0)
    board.prizes.create(position=2, name="Giải Nhì", count=winner_count - 1, amount=0)
    return board


@pytest.mark.parametrize("kind", KeyChangeKind)
def test_what_is_foretold_is_what_comes(
    contest_round, jury, kind, django_capture_on_commit_callbacks
):
    contest = contest_round.contest
    other = playable_round(contest=contest, opens_at=NOON - timedelta(hours=2))
    answered(other, right_response)
    letters = {"letters": "A"} if kind.has_key else {}
    live = round_board(contest_round, at=AFTER)
    read_board(live, lambda store: store.state(live.name))
    boards = [
        prize_board(contest, name="Cá nhân", round=contest_round),
        prize_board(
            contest,
            name="Đơn vị",
            kind=BoardKind.COLLECTIVE,
            criteria=[UnitCriterion.MEAN, UnitCriterion.PARTICIPANTS],
        ),
    ]

    preview = preview_regrade(contest, proposed(contest_round, kind, **letters))
    rankings = [lambda: round_standings(contest_round), lambda: contest_standings(contest)]
    before = [ranking() for ranking in rankings], [winners(board) for board in boards]
    with django_capture_on_commit_callbacks(execute=True):
        decision = regrade(contest_round, jury, kind, **letters)
    after = [ranking() for ranking in rankings], [winners(board) for board in boards]

    assert decision.regrade_rows.count() == preview.changed_count
    of_round, own_prizes, of_contest, unit_prizes = preview.boards
    for change, was, becomes in zip((of_round, of_contest), before[0], after[0], strict=True):
        places = {row.participant_id: row.place for row in becomes.rows}
        assert (change.count, change.moved_count, change.has_winners) == (
            len(places),
            sum(row.place != places[row.participant_id] for row in was.rows),
            False,
        )
    for change, had, has in zip((own_prizes, unit_prizes), before[1], after[1], strict=True):
        told = foretold(change.coming) | foretold(change.leaving) | foretold(change.changing)
        assert foretold(change.coming).keys() == has.keys() - had.keys()
        assert foretold(change.leaving).keys() == had.keys() - has.keys()
        assert foretold(change.changing).keys() == {
            name for name in had.keys() & has.keys() if had[name][1] != has[name][1]
        }
        assert {name: told[name][0] for name in told.keys() & had.keys()} == {
            name: had[name] for name in told.keys() & had.keys()
        }
        assert {name: told[name][1] for name in told.keys() & has.keys()} == {
            name: has[name] for name in told.keys() & has.keys()
        }
    assert main_store().state(live.name).version > 1


def test_another_attempt_may_become_the_one_that_counts(jury):
    """The first attempt is the faster one of two equals until the second gains a point."""
    contest_round = playable_round(max_attempts=2)
    question = contest_round.question_set.questions.order_by("code").first()
    first = answered(contest_round, right_response)
    user = first.participant.user
    second = answered(
        contest_round,
        lambda answer: right_response(
            answer, "A" if answer.revision_id == question.current_revision_id else "B"
        ),
        user=user,
    )
    Attempt.objects.filter(pk=second.pk).update(elapsed_ms=first.elapsed_ms + 1)
    before = round_standings(contest_round)

    decision = regrade(contest_round, jury, KeyChangeKind.CORRECT, letters="A")
    after = round_standings(contest_round)
    shifts = {
        row.attempt_id: Shift(
            row.score_after - row.score_before,
            row.max_score_after - row.max_score_before,
            row.correct_count_after - row.correct_count_before,
        )
        for row in decision.regrade_rows.all()
    }
    undone(decision, jury)

    assert round_standings(contest_round) == before
    assert [row.receipt_codes for row in before.rows] == [[first.receipt_code]]
    assert [row.receipt_codes for row in after.rows] == [[second.receipt_code]]
    assert round_standings(contest_round, as_if=AsIf(shifts, {})) == after


PREDICTION_CHAIN = [Criterion.SCORE, Criterion.NEAREST, Criterion.TIME_USED]


@pytest.mark.parametrize("unit", PredictionUnit)
@pytest.mark.parametrize("is_by_division", [False, True])
def test_predictions_are_compared_with_the_full_papers_there_will_be(jury, unit, is_by_division):
    """One full paper becomes three; among three equals the one who foretold three wins."""
    contest_round = playable_round()
    contest = contest_round.contest
    RankingRulesFactory(contest=contest, chain=PREDICTION_CHAIN)
    PredictionQuestionFactory(
        round=contest_round,
        subject=PredictionSubject.ALL_CORRECT,
        unit=unit,
        scope=PredictionScope.DIVISION if is_by_division else PredictionScope.ROUND,
    )
    division = DivisionFactory(contest=contest) if is_by_division else None
    wrong = contest_round.question_set.questions.order_by("code").first().current_revision_id
    people = []
    for misses, prediction in ((False, 1), (True, 2), (True, 3)):
        attempt = answered(
            contest_round,
            lambda answer, misses=misses: right_response(
                answer, "A" if misses and answer.revision_id == wrong else "B"
            ),
        )
        Attempt.objects.filter(pk=attempt.pk).update(prediction=prediction)
        Participant.objects.filter(pk=attempt.participant_id).update(division=division)
        people.append(attempt.participant.full_name)
    settle_due(at=AFTER)
    board = prize_board(contest, name="Cá nhân", round=contest_round, winner_count=2)
    assert winners(board) == {people[0]: (1, "Giải Nhất"), people[1]: (2, "Giải Nhì")}
    take_over(board_id=board.pk, actor=jury, at=AFTER)

    preview = preview_regrade(contest, proposed(contest_round, KeyChangeKind.VOID))
    decision = regrade(contest_round, jury, KeyChangeKind.VOID)

    change = preview.boards[-1]
    assert foretold(change.coming) == {people[2]: ((3, ""), (1, "Giải Nhất"))}
    assert foretold(change.leaving) == {people[0]: ((1, "Giải Nhất"), (3, ""))}
    assert foretold(change.changing) == {}
    assert change.is_outdated
    assert winners(board) == {people[2]: (1, "Giải Nhất"), people[1]: (2, "Giải Nhì")}
    take_over(board_id=board.pk, actor=jury, at=AFTER)  # the right number is counted already

    undone(decision, jury)
    truths = PredictionTruth.objects.order_by("pk").values_list("value", flat=True)
    assert list(truths) == [1, 3, 1]
    assert winners(board) == {people[0]: (1, "Giải Nhất"), people[1]: (2, "Giải Nhì")}


def test_equals_at_the_boundary_of_a_prize_are_told():
    contest_round = playable_round()
    contest = contest_round.contest
    RankingRulesFactory(contest=contest, chain=[Criterion.SCORE])
    taken_by_four(contest_round)
    prize_board(contest, name="Cá nhân", round=contest_round, winner_count=2)

    preview = preview_regrade(
        contest, proposed(contest_round, KeyChangeKind.ACCEPT_MORE, letters="A")
    )

    prizes = preview.boards[-1]  # 3, 2, 2 and 1 points: two equals for one second prize
    assert (prizes.tied_count, prizes.leaving_count, prizes.is_outdated) == (2, 1, False)
