import random
import time
from itertools import combinations, product
from math import comb, sqrt

import pytest
from hypothesis import given, strategies as st

from questionbank.rules.blueprints import Filling, Row, expected_overlap, exposure, fill

ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.frozensets(st.integers(1, 6), max_size=5)), max_size=4
)


def most_placed(counts, pools):
    """By Hall's theorem for rows: what the worst set of rows leaves to place."""
    rows = range(len(counts))
    return sum(counts) - max(
        sum(counts[row] for row in chosen) - len(frozenset().union(*(pools[row] for row in chosen)))
        for size in range(len(counts) + 1)
        for chosen in combinations(rows, size)
    )


def can_be_filled(counts, pools):
    """By trying every row, or none, for every question."""
    questions = sorted(frozenset().union(*pools))
    fitting = [
        [None, *(row for row, pool in enumerate(pools) if question in pool)]
        for question in questions
    ]
    return any(
        all(given.count(row) == count for row, count in enumerate(counts))
        for given in product(*fitting)
    )


@given(ROWS)
def test_fill_is_what_trying_everything_finds(rows):
    counts, pools = [count for count, _ in rows], [pool for _, pool in rows]
    found = fill(counts, pools)

    assert sum(found.placed) == most_placed(counts, pools)
    assert [sum(pair) for pair in zip(found.placed, found.lacking, strict=True)] == counts
    assert found.is_full == can_be_filled(counts, pools)
    assert can_be_filled(found.placed, pools)


@given(ROWS)
def test_earlier_rows_are_served_first(rows):
    counts, pools = [count for count, _ in rows], [pool for _, pool in rows]
    found = fill(counts, pools)

    for end in range(len(rows) + 1):
        assert found.placed[:end] == fill(counts[:end], pools[:end]).placed


def test_rows_hand_questions_on():
    """Whichever the first two take, only one pair of questions leaves 3 to the third."""
    pools = [frozenset({1, 2}), frozenset({2, 3}), frozenset({3})]

    assert fill([1, 1, 1], pools) == Filling(placed=(1, 1, 1), lacking=(0, 0, 0))
    assert fill([2, 1, 1], pools) == Filling(placed=(2, 1, 0), lacking=(0, 0, 1))


def test_a_row_that_lacks_questions():
    row = Row(topic="Một cửa", difficulty="", count=5)
    found = fill([row.count, 1], [frozenset({1, 2, 3}), frozenset({9})])

    assert not found.is_full
    assert found.lacking == (2, 0)
    assert fill([], []).is_full


@pytest.mark.parametrize("counts", [[1], [1, -1], [1, 1, 1]])
def test_rows_and_pools_must_agree(counts):
    with pytest.raises(ValueError, match="for every row"):
        fill(counts, [frozenset({1}), frozenset({2})])


@pytest.mark.parametrize("chance_to_fit", [0.02, 0.1, 0.5])
def test_a_large_bank_is_no_work(chance_to_fit):
    chance = random.Random(1)
    pools = [
        frozenset(it for it in range(10_000) if chance.random() < chance_to_fit) for _ in range(30)
    ]
    began = time.process_time()
    found = fill([330] * 30, pools)

    assert sum(found.placed) <= len(frozenset().union(*pools))
    assert time.process_time() - began < 5


def test_fill_of_nested_topics():
    """A topic, its sub-topics and the whole bank."""
    pools = [frozenset(range(10_000)), frozenset(range(100)), frozenset(range(50))]

    assert fill([9_900, 50, 50], pools).is_full
    assert fill([9_900, 51, 50], pools).lacking == (0, 0, 1)


# Overlap --------------------------------------------------------------------------------------


def all_papers(counts, pools):
    rows = [combinations(sorted(pool), count) for count, pool in zip(counts, pools, strict=True)]
    return [frozenset().union(*parts) for parts in product(*rows)]


DISJOINT = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=2)


@given(DISJOINT)
def test_overlap_of_disjoint_pools_is_that_of_all_pairs_of_papers(rows):
    pools = [
        frozenset(range(10 * index, 10 * index + size)) for index, (_, size) in enumerate(rows)
    ]
    counts = [min(count, size) for count, size in rows]
    papers = all_papers(counts, pools)
    shared = [len(one & other) for one in papers for other in papers]
    found = expected_overlap([count for count, _ in rows], pools, participants=4)

    assert found.is_exact
    assert found.expected == pytest.approx(sum(shared) / len(shared))
    assert found.none == pytest.approx(shared.count(0) / len(shared))
    assert found.pairs_sharing == pytest.approx(6 * (1 - found.none))


def test_overlap_of_a_usual_paper():
    found = expected_overlap([10, 5], [frozenset(range(100)), frozenset(range(100, 150))], 1000)

    assert found.expected == pytest.approx(10 * 10 / 100 + 5 * 5 / 50)
    apart = comb(90, 10) / comb(100, 10) * comb(45, 5) / comb(50, 5)
    assert found.none == pytest.approx(apart)
    assert found.pairs_sharing == pytest.approx(499_500 * (1 - apart))


def test_overlap_of_overlapping_pools_is_near_that_of_all_draws():
    """One of {1, 2}, then two of {1, 2, 3, 4, 5} that are not drawn yet."""
    pools = [frozenset({1, 2, 3, 4, 5}), frozenset({1, 2})]
    papers = [
        frozenset({first, *others})
        for first in (1, 2)
        for others in combinations({1, 2, 3, 4, 5} - {first}, 2)
    ]
    shared = [len(one & other) for one in papers for other in papers]
    found = expected_overlap([2, 1], pools, participants=2)

    assert not found.is_exact
    assert found.expected == pytest.approx(sum(shared) / len(shared), abs=0.02)
    assert found.none == pytest.approx(shared.count(0) / len(shared), abs=0.02)
    assert found == expected_overlap([2, 1], pools, participants=2)


def test_the_simulation_agrees_with_the_exact_figures():
    """A question in two pools, of which a row asks for nothing, makes it simulate."""
    pools = [frozenset(range(60)), frozenset(range(60, 100))]
    exact = expected_overlap([6, 4], pools, 2)
    found = expected_overlap([6, 4, 0], [*pools, frozenset({1})], 2)

    assert not found.is_exact
    assert found.expected == pytest.approx(exact.expected, abs=0.02)
    assert found.none == pytest.approx(exact.none, abs=4 * sqrt(0.25 / 5000))


def test_overlap_when_rows_lack_questions():
    assert expected_overlap([5], [frozenset({1, 2})], 3).expected == 2
    assert expected_overlap([5], [frozenset()], 3).none == 1
    both = expected_overlap([2, 2], [frozenset({1, 2}), frozenset({2, 3})], 3)
    assert both.expected == pytest.approx(3)


# Exposure -------------------------------------------------------------------------------------


@given(st.integers(0, 40), st.integers(0, 8), st.integers(1, 12))
def test_exposure_is_that_of_a_deck_dealt_round_and_round(participants, count, size):
    times = [0] * size
    for card in range(participants * min(count, size)):
        times[card % size] += 1
    (found,) = exposure([count], [frozenset(range(size))], participants)

    assert found.average == pytest.approx(sum(times) / size)
    assert (found.least, found.most) == (min(times), max(times))


def test_exposure_of_an_empty_pool():
    (found,) = exposure([3], [frozenset()], 100)

    assert (found.average, found.least, found.most) == (0, 0, 0)


def test_exposure_where_a_question_fits_two_rows():
    """The two of the small pool stand on a paper for either row: 1/2, and then 1/9 of the rest."""
    small, large = frozenset({1, 2}), frozenset(range(1, 11))
    wide, narrow = exposure([1, 1], [large, small], participants=900)

    assert not wide.is_exact
    assert narrow.average == pytest.approx(900 * (1 / 2 + 1 / 2 / 9), abs=12)
    assert narrow.least == narrow.most == round(narrow.average)
    assert wide.least == pytest.approx(900 / 9, abs=12)
    assert wide.most == narrow.most
    assert wide.average == pytest.approx(900 * 2 / 10)
