import random

import pytest
from hypothesis import given, strategies as st

from contest.rules.drawing import Draft, PoolTooSmall, draw_paper, shuffle_choices

POOLS = {
    0: [Draft(pk, 4) for pk in range(1, 11)],
    1: [Draft(pk, 4) for pk in range(11, 16)],
}


@given(st.integers(0, 2**63 - 1))
def test_draw_paper_meets_the_blueprint(seed):
    paper = draw_paper(counts=[3, 2], pools=POOLS, seed=seed)

    drawn = [item.revision_id for item in paper]
    assert len(set(drawn)) == 5
    assert sum(revision_id <= 10 for revision_id in drawn) == 3
    assert sum(revision_id > 10 for revision_id in drawn) == 2


@given(st.integers(0, 2**63 - 1))
def test_draw_paper_is_replayed_by_its_seed_whatever_the_order_of_the_pool(seed):
    reversed_pools = {row: pool[::-1] for row, pool in POOLS.items()}

    again = draw_paper(counts=[3, 2], pools=reversed_pools, seed=seed)

    assert again == draw_paper(counts=[3, 2], pools=POOLS, seed=seed)


def test_draw_paper_takes_a_question_of_two_pools_once():
    shared = {0: [Draft(1, 4)], 1: [Draft(1, 4), Draft(2, 4)]}

    paper = draw_paper(counts=[1, 1], pools=shared, seed=7)

    assert {item.revision_id for item in paper} == {1, 2}


def test_draw_paper_refuses_a_pool_that_is_too_small():
    with pytest.raises(PoolTooSmall) as refusal:
        draw_paper(counts=[3, 6], pools=POOLS, seed=1)

    assert (refusal.value.row, refusal.value.wanted, refusal.value.found) == (1, 6, 5)


def test_draw_paper_refuses_an_empty_blueprint():
    with pytest.raises(PoolTooSmall):
        draw_paper(counts=[], pools={}, seed=1)


@given(st.integers(2, 8), st.integers())
def test_shuffle_choices_moves_all_but_the_pinned(choice_count, seed):
    last = choice_count - 1
    draft = Draft(1, choice_count, pinned=frozenset({last}))

    order = shuffle_choices(draft, random.Random(seed))

    assert sorted(order) == list("ABCDEFGH"[:choice_count])
    assert order[last] == "ABCDEFGH"[last]


def test_shuffle_choices_leaves_true_and_false_in_order():
    draft = Draft(1, 2, keeps_order=True)

    assert {shuffle_choices(draft, random.Random(seed)) for seed in range(20)} == {"AB"}
