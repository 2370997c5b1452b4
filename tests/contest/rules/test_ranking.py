from datetime import timedelta
from decimal import Decimal

from hypothesis import given, strategies as st

from contest.rules.ranking import Result, best, rank, total
from tests.factories.clock import NOON

RESULTS = st.lists(
    st.builds(
        Result,
        participant_id=st.integers(1, 10_000),
        score=st.integers(0, 5).map(Decimal),
        elapsed_ms=st.integers(0, 3),
        submitted_at=st.integers(0, 2).map(lambda minute: NOON + timedelta(minutes=minute)),
    ),
    unique_by=lambda result: result.participant_id,
)


def result(participant_id, score=10, elapsed_ms=60_000, minute=0):
    return Result(participant_id, Decimal(score), elapsed_ms, NOON + timedelta(minutes=minute))


def places(results):
    return {standing.result.participant_id: standing.place for standing in rank(results)}


def test_rank_by_score_then_time_used_then_earlier_submission():
    results = [
        result(1, score=9, elapsed_ms=1),
        result(2, elapsed_ms=50_000, minute=2),
        result(3, elapsed_ms=50_000, minute=1),
        result(4, elapsed_ms=49_999, minute=9),
    ]

    assert places(results) == {4: 1, 3: 2, 2: 3, 1: 4}


def test_rank_equal_results_share_a_place_and_the_next_counts_them():
    assert places([result(1), result(2), result(3, score=9)]) == {1: 1, 2: 1, 3: 3}


@given(RESULTS)
def test_place_is_one_more_than_the_number_of_better_results(results):
    for standing in rank(results):
        better = [other for other in results if other.sort_key < standing.result.sort_key]
        assert standing.place == 1 + len(better)


@given(RESULTS, st.randoms())
def test_rank_does_not_depend_on_the_order_of_the_input(results, chance):
    shuffled = list(results)
    chance.shuffle(shuffled)

    assert rank(shuffled) == rank(results)


def test_best_is_the_higher_score_then_the_shorter_time():
    assert best([result(1, score=9, elapsed_ms=1), result(1, score=10, elapsed_ms=9)]).score == 10
    assert best([result(1, elapsed_ms=9), result(1, elapsed_ms=1)]).elapsed_ms == 1


def test_total_adds_scores_and_times_and_keeps_the_last_submission():
    both = total([result(1, score=9, minute=5), result(1, score=8, minute=3)])

    assert both == result(1, score=17, elapsed_ms=120_000, minute=5)
