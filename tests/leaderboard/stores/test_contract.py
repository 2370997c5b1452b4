"""What every store must do; in the Redis pass both stores are held to it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from contest.rules.ranking import Result, rank
from leaderboard.rules.members import decode, encode
from leaderboard.rules.units import UnitTally
from leaderboard.stores.base import BoardState, Entry, Rank
from tests.factories import NOON

BOARD = "round-1"


def entry(pk, score=10, elapsed_ms=1000, seconds=0, **fields):
    result = Result(pk, Decimal(score), elapsed_ms, NOON + timedelta(seconds=seconds))
    fields = {"division_id": None, "unit_id": None, "attempt_count": 1} | fields
    return Entry(participant_id=pk, member=encode(result), **fields)


def build(store, *entries, board=BOARD):
    return store.swap(board, entries, store.ticket(board))


def put(store, *entries, board=BOARD):
    return [store.put(board, it, store.ticket(board)) for it in entries][-1]


def page(store, *, division_id=None, offset=0, limit=50):
    """The order and the places of what `page` returns."""
    found = store.page(BOARD, division_id=division_id, offset=offset, limit=limit)
    ids = [decode(member).participant_id for member in found.members]
    return list(zip(found.places, ids, strict=True))


def test_a_board_that_was_never_built_is_reported(store):
    assert store.state(BOARD) is None
    assert store.page(BOARD, division_id=None, offset=0, limit=50) is None
    assert store.rank(BOARD, 1, division_id=None) is None
    assert store.units(BOARD, division_id=None) is None


def test_an_empty_board_is_built(store):
    version = build(store)

    assert store.state(BOARD) == BoardState(version, 0, 0)
    assert page(store) == []
    assert store.units(BOARD, division_id=None) == []


def test_equal_results_share_a_place_and_the_next_counts_them(store):
    build(store, entry(4, 9), entry(3, 10), entry(2, 10), entry(1, 11))

    assert page(store) == [(1, 1), (2, 2), (2, 3), (4, 4)]
    assert store.rank(BOARD, 3, division_id=None) == Rank(place=2, index=2)


def test_a_page_that_begins_amid_equals_keeps_their_place(store):
    build(store, *(entry(pk, 10) for pk in range(1, 5)), entry(5, 9))

    assert page(store, offset=2, limit=3) == [(1, 3), (1, 4), (5, 5)]


def test_less_time_and_the_earlier_submission_stand_before(store):
    build(store, entry(1, 10, 2000), entry(2, 10, 1000, seconds=2), entry(3, 10, 1000, seconds=1))

    assert page(store) == [(1, 3), (2, 2), (3, 1)]


def test_put_moves_the_participant_and_raises_the_version(store):
    first = build(store, entry(1, 10), entry(2, 11))

    second = put(store, entry(1, 12, attempt_count=2))

    assert second > first
    assert page(store) == [(1, 1), (2, 2)]
    assert store.state(BOARD) == BoardState(second, 2, 3)


def test_put_of_the_same_again_changes_nothing(store):
    version = build(store, entry(1, 10))

    assert put(store, entry(1, 10)) is None
    assert store.state(BOARD) == BoardState(version, 1, 1)


def test_put_may_make_a_result_worse(store):
    build(store, entry(1, 10), entry(2, 9))

    put(store, entry(1, 8))

    assert page(store) == [(1, 2), (2, 1)]


def test_put_with_an_older_ticket_loses(store):
    build(store, entry(1, 10))
    older, newer = store.ticket(BOARD), store.ticket(BOARD)

    assert store.put(BOARD, entry(1, 12), newer) is not None
    assert store.put(BOARD, entry(1, 11), older) is None
    assert page(store) == [(1, 1)]
    assert decode(store.page(BOARD, division_id=None, offset=0, limit=1).members[0]).score == 12


def test_put_with_a_ticket_of_a_lost_store_is_void(store):
    build(store, entry(1, 10))
    old = store.ticket(BOARD)
    store.clear(BOARD)
    build(store, entry(1, 12))

    assert store.put(BOARD, entry(1, 11), old) is None
    assert page(store) == [(1, 1)]


def test_swap_with_a_ticket_of_a_lost_store_is_void(store):
    old = store.ticket(BOARD)
    store.clear(BOARD)

    assert store.swap(BOARD, [entry(1)], old) is None
    assert store.state(BOARD) is None


def test_swap_keeps_what_was_put_while_it_read(store):
    build(store, entry(1, 10), entry(2, 9), entry(3, 8))
    ticket = store.ticket(BOARD)  # from here on the rebuild reads the database
    put(store, entry(3, 12, unit_id=7), entry(4, 11))
    store.remove(BOARD, 2, store.ticket(BOARD))

    store.swap(BOARD, [entry(1, 10), entry(2, 9), entry(3, 8)], ticket)

    assert page(store) == [(1, 3), (2, 4), (3, 1)]
    assert store.units(BOARD, division_id=None) == [UnitTally(7, 1, 1200)]
    assert store.state(BOARD).attempt_count == 3


def test_swap_replaces_what_was_put_before_it_read(store):
    put(store, entry(1, 12), entry(2, 11))

    build(store, entry(1, 10))

    assert page(store) == [(1, 1)]
    assert store.state(BOARD).participant_count == 1


def test_a_board_that_was_only_put_to_is_not_built(store):
    put(store, entry(1, 12))

    assert store.state(BOARD) is None


def test_put_before_the_first_swap_is_kept_when_it_is_newer(store):
    ticket = store.ticket(BOARD)
    put(store, entry(2, 12))

    store.swap(BOARD, [entry(1, 10)], ticket)

    assert page(store) == [(1, 2), (2, 1)]


def test_remove_takes_the_participant_off(store):
    build(store, entry(1, 10, division_id=5, unit_id=7), entry(2, 9))

    assert store.remove(BOARD, 1, store.ticket(BOARD)) is not None
    assert page(store) == [(1, 2)]
    assert page(store, division_id=5) == []
    assert store.rank(BOARD, 1, division_id=None) is None
    assert store.units(BOARD, division_id=None) == []


def test_remove_of_somebody_who_is_not_there_changes_nothing(store):
    build(store, entry(1, 10))

    assert store.remove(BOARD, 9, store.ticket(BOARD)) is None


def test_divisions_are_boards_of_their_own(store):
    build(store, entry(1, 12, division_id=1), entry(2, 11, division_id=2))
    put(store, entry(3, 10, division_id=2), entry(4, 9))

    assert page(store) == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert page(store, division_id=2) == [(1, 2), (2, 3)]
    assert store.rank(BOARD, 3, division_id=2) == Rank(place=2, index=1)
    assert store.rank(BOARD, 3, division_id=1) is None
    assert store.page(BOARD, division_id=2, offset=0, limit=1).participant_count == 2


def test_a_division_nobody_is_in_is_empty(store):
    build(store, entry(1, 12))

    assert page(store, division_id=99) == []


def test_moving_to_another_division_leaves_the_first(store):
    build(store, entry(1, 12, division_id=1, unit_id=3))

    put(store, entry(1, 12, division_id=2, unit_id=4))

    assert page(store, division_id=1) == []
    assert page(store, division_id=2) == [(1, 1)]
    assert store.units(BOARD, division_id=1) == []
    assert store.units(BOARD, division_id=2) == [UnitTally(4, 1, 1200)]


def test_units_are_added_up(store):
    build(store, entry(1, "7.25", unit_id=3, division_id=1), entry(2, 10, unit_id=3))
    put(store, entry(3, 5, unit_id=4), entry(2, 8, unit_id=3), entry(4, 5))

    tallies = {it.unit_id: it for it in store.units(BOARD, division_id=None)}

    assert tallies == {3: UnitTally(3, 2, 1525), 4: UnitTally(4, 1, 500)}
    assert store.units(BOARD, division_id=1) == [UnitTally(3, 1, 725)]


def test_a_unit_whose_points_are_all_zero_is_counted(store):
    build(store, entry(1, 0, unit_id=3))

    assert store.units(BOARD, division_id=None) == [UnitTally(3, 1, 0)]


def test_version_grows_past_a_loss(store):
    build(store, entry(1, 10))
    before = put(store, entry(1, 11))
    store.clear(BOARD)

    assert build(store, entry(1, 11)) > before


def test_boards_are_apart(store):
    build(store, entry(1, 10))
    build(store, entry(2, 10), board="round-2")

    assert page(store) == [(1, 1)]


def test_building_is_for_one_at_a_time(store):
    with store.building(BOARD) as first, store.building(BOARD) as second:
        assert (first, second) == (True, False)
    with store.building(BOARD) as third:
        assert third


def test_a_builder_that_was_refused_leaves_the_lock_with_its_owner(store):
    with store.building(BOARD):
        with store.building(BOARD):
            pass
        with store.building(BOARD) as again:
            assert not again


def test_simultaneous_puts_of_all_threads_arrive(store):
    build(store)
    barrier = Barrier(8)

    def run(worker):
        barrier.wait()
        for number in range(20):
            put(store, entry(worker * 100 + number, score=number, unit_id=1))

    threads = [Thread(target=run, args=(worker,)) for worker in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert store.state(BOARD).participant_count == 160
    assert store.units(BOARD, division_id=None) == [UnitTally(1, 160, 8 * 100 * sum(range(20)))]


HISTORY = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "put", "remove", "swap", "late swap"]),
        st.integers(1, 12),  # participant
        st.integers(0, 3),  # score: small ranges, so that equals are common
        st.integers(0, 2),  # elapsed
        st.integers(0, 2),  # submitted
        st.sampled_from([None, 1, 2]),  # division
        st.sampled_from([None, 7, 8]),  # unit
    ),
    max_size=40,
)


@given(HISTORY)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_after_any_history_order_and_places_are_those_of_the_rules(store, history):
    store.clear(BOARD)
    truth = {}
    build(store)
    for deed, pk, score, elapsed_ms, seconds, division_id, unit_id in history:
        made = entry(pk, score, elapsed_ms, seconds, division_id=division_id, unit_id=unit_id)
        ticket = store.ticket(BOARD)
        if deed == "swap":
            store.swap(BOARD, list(truth.values()), ticket)
            continue
        if deed == "late swap":  # a rebuild that began before this result came
            stale = list(truth.values())
            truth[pk] = made
            put(store, made)
            store.swap(BOARD, stale, ticket)
        elif deed == "remove":
            truth.pop(pk, None)
            store.remove(BOARD, pk, ticket)
        else:
            truth[pk] = made
            store.put(BOARD, made, ticket)

    for division_id in (None, 1, 2):
        shown = [it for it in truth.values() if division_id in (None, it.division_id)]
        standings = rank(decode(it.member) for it in shown)
        assert page(store, division_id=division_id) == [
            (standing.place, standing.result.participant_id) for standing in standings
        ]
        for index, standing in enumerate(standings):
            found = store.rank(BOARD, standing.result.participant_id, division_id=division_id)
            assert found == Rank(standing.place, index)
        sums = {}
        for it in shown:
            if it.unit_id is not None:
                count, points = sums.get(it.unit_id, (0, 0))
                points += int(decode(it.member).score * 100)
                sums[it.unit_id] = (count + 1, points)
        tallies = store.units(BOARD, division_id=division_id)
        assert {it.unit_id: (it.participant_count, it.total_hundredths) for it in tallies} == sums
    assert store.state(BOARD).attempt_count == len(truth)


@pytest.mark.parametrize("offset", [0, 2, 4, 9])
def test_pages_cut_the_same_order(store, offset):
    build(store, *(entry(pk, pk % 3) for pk in range(1, 8)))

    assert page(store, offset=offset, limit=2) == page(store)[offset : offset + 2]


def test_replaced_entry_is_equal_only_in_all_its_parts():
    made = entry(1)

    assert replace(made, attempt_count=2) != made
