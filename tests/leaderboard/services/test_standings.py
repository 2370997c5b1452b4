from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from contest.enums import RoundKind
from contest.queries.results import contest_results, round_results
from contest.rules.ranking import rank
from contest.signals import attempt_graded
from leaderboard.boards import round_board, total_board, true_board
from leaderboard.queries import boards_of_attempt
from leaderboard.rules.members import decode
from leaderboard.services import standings
from leaderboard.services.standings import board_state, read_board, rebuild, record_result
from leaderboard.stores import local_store, main_store
from tests.factories import (
    NOON,
    ContestFactory,
    ParticipantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
)

pytestmark = pytest.mark.django_db


def order(board):
    """Place, participant and score as the board shows them."""
    found = read_board(
        board, lambda store: store.page(board.name, division_id=None, offset=0, limit=1000)
    )
    results = [decode(member) for member in found.members]
    return [
        (place, it.participant_id, it.score)
        for place, it in zip(found.places, results, strict=True)
    ]


def truth(results):
    return [(it.place, it.result.participant_id, it.result.score) for it in rank(results)]


@pytest.fixture
def quick_checks(monkeypatch):
    """Compare with the database on every look, not once a second."""
    monkeypatch.setattr(standings, "CHECK_SECONDS", 0.0)


def test_the_first_reader_builds_the_board():
    contest_round = RoundFactory()
    for score in (12, 15, 12, 9):
        SubmittedAttemptFactory(round=contest_round, score=score)

    assert order(round_board(contest_round, at=NOON)) == truth(
        round_results(round_id=contest_round.pk)
    )


def test_a_dropped_store_gives_the_same_board(drop_store):
    contest_round = RoundFactory()
    for score in (12, 15, 12, 9):
        SubmittedAttemptFactory(round=contest_round, score=score)
    board = round_board(contest_round, at=NOON)
    before, version = order(board), board_state(board).version

    drop_store()

    assert order(board) == before
    assert board_state(board).version > version


def test_only_the_best_attempt_of_a_person_counts():
    attempt = SubmittedAttemptFactory(score=15)
    board = round_board(attempt.round, at=NOON)
    order(board)

    SubmittedAttemptFactory(round=attempt.round, participant=attempt.participant, number=2, score=9)
    assert record_result([board], participant_id=attempt.participant_id) != [None]

    assert order(board) == [(1, attempt.participant_id, Decimal(15))]
    assert board_state(board).attempt_count == 2


def test_total_adds_the_official_rounds_and_leaves_practice_out():
    contest = ContestFactory()
    person, other = ParticipantFactory.create_batch(2, contest=contest)
    rounds = [
        RoundFactory(contest=contest),
        RoundFactory(contest=contest),
        RoundFactory(contest=contest, kind=RoundKind.PRACTICE),
    ]
    for contest_round, score in zip(rounds, (10, 5, 20), strict=True):
        SubmittedAttemptFactory(round=contest_round, participant=person, score=score)
    SubmittedAttemptFactory(round=rounds[0], participant=other, score=14)
    board = total_board(contest.pk, rounds, at=NOON)

    assert order(board) == [(1, person.pk, Decimal(15)), (2, other.pk, Decimal(14))]
    assert order(board) == truth(contest_results(contest_id=contest.pk))


def test_a_round_without_points_still_adds_its_time_to_the_total():
    contest = ContestFactory()
    rounds = RoundFactory.create_batch(2, contest=contest)
    slow, quick = ParticipantFactory.create_batch(2, contest=contest)
    SubmittedAttemptFactory(round=rounds[0], participant=slow, score=10, elapsed_ms=1000)
    SubmittedAttemptFactory(round=rounds[0], participant=quick, score=10, elapsed_ms=2000)
    board = total_board(contest.pk, rounds, at=NOON)
    assert [row[1] for row in order(board)] == [slow.pk, quick.pk]

    SubmittedAttemptFactory(round=rounds[1], participant=slow, score=0, elapsed_ms=9000)
    record_result([board], participant_id=slow.pk)

    assert [row[1] for row in order(board)] == [quick.pk, slow.pk]
    assert order(board) == truth(contest_results(contest_id=contest.pk))


def test_a_regraded_attempt_moves_down():
    best = SubmittedAttemptFactory(score=15)
    other = SubmittedAttemptFactory(round=best.round, score=12)
    board = round_board(best.round, at=NOON)
    order(board)

    best.score = 3
    best.save(update_fields=["score"])
    record_result([board], participant_id=best.participant_id)

    assert [row[1] for row in order(board)] == [other.participant_id, best.participant_id]


def test_an_attempt_that_was_taken_away_leaves_the_board():
    attempt = SubmittedAttemptFactory()
    board = round_board(attempt.round, at=NOON)
    order(board)

    attempt.delete()
    record_result([board], participant_id=attempt.participant_id)

    assert order(board) == []


def test_a_graded_attempt_reaches_its_boards():
    attempt = SubmittedAttemptFactory(score=15)
    contest_round = attempt.round
    boards = [
        round_board(contest_round, at=NOON),
        total_board(contest_round.contest_id, [contest_round], at=NOON),
    ]
    for board in boards:
        order(board)
    better = SubmittedAttemptFactory(round=contest_round, score=16)

    attempt_graded.send_robust(sender=type(better), attempt=better)

    assert [order(board)[0][1] for board in boards] == [better.participant_id] * 2


def test_a_listener_that_fails_never_reaches_the_submitter(monkeypatch, caplog):
    attempt = SubmittedAttemptFactory()
    monkeypatch.setattr("leaderboard.receivers.record_result", lambda *args, **kwargs: 1 / 0)

    answers = attempt_graded.send_robust(sender=type(attempt), attempt=attempt)

    assert [answer for _, answer in answers if isinstance(answer, Exception)] == []
    assert "did not reach its boards" in caplog.text


def test_boards_of_an_attempt_in_a_hidden_round_leave_the_total_out():
    attempt = SubmittedAttemptFactory(round__show_score="after_close")

    assert boards_of_attempt(attempt, at=NOON) == [(round_board(attempt.round, at=NOON), False)]


def test_what_another_process_wrote_is_noticed(quick_checks):
    attempt = SubmittedAttemptFactory(score=15)
    board = round_board(attempt.round, at=NOON)
    board_state(board)
    other = SubmittedAttemptFactory(round=attempt.round, score=16)  # nobody tells us

    board_state(board)  # sees it for the first time: it may be on its way
    board_state(board)  # sees it again: it is lost

    assert order(board)[0][1] == other.participant_id


def test_what_is_on_its_way_causes_no_rebuild(quick_checks, monkeypatch):
    attempt = SubmittedAttemptFactory()
    board = round_board(attempt.round, at=NOON)
    board_state(board)
    version = board_state(board).version
    other = SubmittedAttemptFactory(round=attempt.round)
    board_state(board)

    [put] = record_result([board], participant_id=other.participant_id)

    assert put == version + 1
    assert board_state(board).version == version + 1


def test_the_database_is_asked_once_a_second(django_assert_num_queries):
    board = round_board(SubmittedAttemptFactory().round, at=NOON)
    board_state(board)

    with django_assert_num_queries(0):
        board_state(board)


def test_without_redis_the_board_comes_from_the_database(monkeypatch, quick_checks):
    attempt = SubmittedAttemptFactory(score=15)
    board = round_board(attempt.round, at=NOON)

    class Broken:
        is_shared = True

        def __getattr__(self, name):
            raise RedisConnectionError

    monkeypatch.setattr(standings, "main_store", Broken)

    assert order(board) == [(1, attempt.participant_id, Decimal(15))]
    better = SubmittedAttemptFactory(round=attempt.round, score=16)
    for _look in range(3):
        board_state(board)
    assert order(board)[0][1] == better.participant_id
    assert local_store().state(board.name) is not None


def test_one_builder_while_the_others_wait(monkeypatch):
    board = round_board(SubmittedAttemptFactory().round, at=NOON)
    entries = list(standings.board_entries(board))
    barrier, built, found = Barrier(16), [], []

    def slow_entries(_board):
        built.append(1)
        standings.time.sleep(0.05)
        return entries

    monkeypatch.setattr(standings, "board_entries", slow_entries)

    def read():
        barrier.wait()
        found.append(order(board))

    threads = [Thread(target=read) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(built) == 1
    assert found == [found[0]] * 16


def test_a_builder_that_died_is_replaced(monkeypatch):
    monkeypatch.setattr(standings, "BUILDER_SECONDS", 0.05)
    attempt = SubmittedAttemptFactory(score=15)
    board = round_board(attempt.round, at=NOON)

    with main_store().building(board.name):  # somebody holds the lock and never builds
        assert order(board) == [(1, attempt.participant_id, Decimal(15))]


def test_rebuild_is_repeated_when_the_store_loses_its_data_meanwhile(monkeypatch):
    attempt = SubmittedAttemptFactory(score=15)
    board = round_board(attempt.round, at=NOON)
    entries, losses = list(standings.board_entries(board)), [1, 1]

    def losing(_board):
        if losses:
            losses.pop()
            main_store().clear(board.name)
        return entries

    monkeypatch.setattr(standings, "board_entries", losing)

    rebuild(board)

    assert order(board) == [(1, attempt.participant_id, Decimal(15))]


@pytest.mark.parametrize("count", [1, 50])
def test_record_result_asks_one_query_for_all_boards(django_assert_num_queries, count):
    attempt = SubmittedAttemptFactory()
    for number in range(2, count + 1):
        SubmittedAttemptFactory(
            round=attempt.round,
            participant=attempt.participant,
            number=number,
            started_at=NOON + timedelta(minutes=number),
        )
    board = round_board(attempt.round, at=NOON)

    with django_assert_num_queries(1):
        record_result([board, true_board(board)], participant_id=attempt.participant_id)


def test_a_board_that_another_builds_between_two_looks_is_found():
    board = round_board(SubmittedAttemptFactory().round, at=NOON)
    store, looks = main_store(), []

    def look(kept):
        looks.append(1)
        if len(looks) == 1:
            rebuild(board, store)  # the first look came too early
            return None
        return kept.state(board.name)

    assert read_board(board, look).participant_count == 1
