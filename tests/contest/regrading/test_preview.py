"""What a regrade would do is told before it is done, and is what is then done."""

from datetime import timedelta

import pytest

from contest.enums import KeyChangeKind
from contest.models import Attempt, Decision, Participant
from contest.regrading.preview import Move, preview_regrade
from contest.results.queries import contest_standings, round_standings
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
)
from tests.factories import NOON, DivisionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest_round():
    """Three questions, four people with 3, 2, 1 and 0 right; the last two chose A in the first."""
    contest_round = playable_round()
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


def places(standings):
    return [(row.entrant.full_name, row.place, row.score) for row in standings.rows]


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
    assert (whole.division, whole.person_count, whole.moved_count) == ("", 4, 2)
    assert whole.coming == (
        Move(third.participant.full_name, third.participant.unit.name, 3, 2, 1, 2),
    )
    assert whole.leaving == (
        Move(second.participant.full_name, second.participant.unit.name, 2, 3, 2, 2),
    )
    assert (of_division.division, of_division.person_count, of_division.moved_count) == (
        *(division.name, 1, 0),
    )


@pytest.mark.parametrize("kind", KeyChangeKind)
def test_what_is_foretold_is_what_comes(
    contest_round, jury, kind, django_capture_on_commit_callbacks
):
    other = playable_round(contest=contest_round.contest, opens_at=NOON - timedelta(hours=2))
    answered(other, right_response)
    letters = {"letters": "A"} if kind.has_key else {}
    board = round_board(contest_round, at=AFTER)
    read_board(board, lambda store: store.state(board.name))

    preview = preview_regrade(
        contest_round.contest, proposed(contest_round, kind, **letters), winner_count=1
    )
    before = [round_standings(contest_round), contest_standings(contest_round.contest)]
    with django_capture_on_commit_callbacks(execute=True):
        decision = regrade(contest_round, jury, kind, **letters)
    after = [round_standings(contest_round), contest_standings(contest_round.contest)]

    assert decision.regrade_rows.count() == preview.changed_count
    for change, was, becomes in zip(preview.boards, before, after, strict=True):
        moved = {name: place for name, place, _score in places(was)}
        assert change.moved_count == sum(
            moved[name] != place for name, place, _score in places(becomes)
        )
    assert main_store().state(board.name).version > 1
