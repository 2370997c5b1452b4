import random
import statistics
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from contest.rules.drawing import Deal, Draft, PoolTooSmall, draw_paper, shuffle_choices
from questionbank.rules.blueprints import expected_overlap, exposure, fill

POOLS = [
    [Draft(pk, 4) for pk in range(1, 11)],
    [Draft(pk, 4) for pk in range(11, 16)],
]
seeds = st.integers(0, 2**63 - 1)
deals = st.builds(Deal, deck_seed=seeds, number=st.integers(1, 2**40))


def drawn(counts, pools, number, seed=1):
    deal = Deal(deck_seed=20260915, number=number)
    paper = draw_paper(counts=counts, pools=pools, seed=seed, deal=deal)
    return [item.revision_id for item in paper]


@given(seeds, deals)
def test_draw_paper_meets_the_blueprint(seed, deal):
    paper = draw_paper(counts=[3, 2], pools=POOLS, seed=seed, deal=deal)

    revisions = [item.revision_id for item in paper]
    assert len(set(revisions)) == 5
    assert sum(revision_id <= 10 for revision_id in revisions) == 3
    assert sum(revision_id > 10 for revision_id in revisions) == 2


@given(seeds, deals)
def test_draw_paper_is_replayed_by_its_seed_whatever_the_order_of_the_pool(seed, deal):
    reversed_pools = [pool[::-1] for pool in POOLS]

    again = draw_paper(counts=[3, 2], pools=reversed_pools, seed=seed, deal=deal)

    assert again == draw_paper(counts=[3, 2], pools=POOLS, seed=seed, deal=deal)


def test_ten_thousand_draws_meet_the_blueprint_and_expose_every_question_alike():
    easy = [Draft(pk, 4) for pk in range(60)]
    hard = [Draft(pk, 4) for pk in range(60, 100)]
    exposed = Counter()

    for number in range(10_000):
        paper = drawn([12, 8], [easy, hard], number, seed=number)
        assert sum(revision_id < 60 for revision_id in paper) == 12
        assert len(set(paper)) == 20
        exposed.update(paper)

    assert set(exposed.values()) == {2000}


@pytest.mark.parametrize(("size", "count"), [(47, 20), (60, 7), (7, 2), (5, 3), (5, 4), (9, 9)])
def test_exposure_stays_even_when_the_deck_does_not_come_out_even(size, count):
    pool = [Draft(pk, 4) for pk in range(size)]
    exposed = Counter(dict.fromkeys(range(size), 0))

    for number in range(500):
        paper = drawn([count], [pool], number)
        assert len(set(paper)) == count
        exposed.update(paper)
        assert max(exposed.values()) - min(exposed.values()) <= 1


@given(st.integers(1, 60), st.data())
def test_exposure_is_even_over_any_run_of_papers(size, data):
    count = data.draw(st.integers(1, size))
    first = data.draw(st.integers(0, 2**40))
    pool = [Draft(pk, 4) for pk in range(size)]
    exposed = Counter(dict.fromkeys(range(size), 0))

    for number in range(first, first + 30):
        exposed.update(drawn([count], [pool], number))

    assert max(exposed.values()) - min(exposed.values()) <= 2  # it may begin amid a shuffle


def test_two_who_start_one_after_the_other_share_no_question_within_a_deck():
    pool = [Draft(pk, 4) for pk in range(80)]
    papers = [drawn([20], [pool], number) for number in range(4, 8)]

    for one, next_one in pairwise(papers):
        assert set(one).isdisjoint(next_one)


def test_draw_paper_takes_a_question_of_two_pools_once():
    shared = [[Draft(1, 4)], [Draft(1, 4), Draft(2, 4)]]

    assert set(drawn([1, 1], shared, 7)) == {1, 2}


@pytest.mark.parametrize("number", range(20))
def test_a_wide_row_never_takes_what_a_narrow_one_needs(number):
    wide, narrow = [Draft(pk, 4) for pk in range(6)], [Draft(pk, 4) for pk in range(2)]

    assert sorted(drawn([4, 2], [wide, narrow], number)) == [0, 1, 2, 3, 4, 5]


def test_a_wide_row_hands_on_what_a_narrow_one_needs():
    # the first two rows have pools of the same size, and the third leaves them one way only
    pools = [[1, 2], [2, 3], [1, 3, 4]]
    drafts = [[Draft(pk, 4) for pk in pool] for pool in pools]

    for number in range(50):
        assert sorted(drawn([1, 1, 2], drafts, number)) == [1, 2, 3, 4]


CROSSING = st.lists(
    st.tuples(st.integers(1, 4), st.frozensets(st.integers(1, 9), min_size=1)),
    min_size=1,
    max_size=5,
)


@given(CROSSING, st.integers(1, 1000))
def test_draw_paper_succeeds_exactly_when_the_bank_can_fill_the_blueprint(rows, number):
    counts, pools = [count for count, _pool in rows], [pool for _count, pool in rows]
    drafts = [[Draft(pk, 4) for pk in pool] for pool in pools]

    try:
        paper = drawn(counts, drafts, number)
    except PoolTooSmall:
        assert not fill(counts, pools).is_full
    else:
        assert fill(counts, pools).is_full
        assert len(set(paper)) == len(paper) == sum(counts)
        of_paper = [pool & set(paper) for pool in pools]
        assert fill(counts, of_paper).is_full  # every row has its own questions among them
        assert paper == drawn(counts, [pool[::-1] for pool in drafts], number)


def test_exposure_stays_even_among_questions_that_fit_the_same_rows():
    easy, other = range(30), range(30, 60)
    pools = [[Draft(pk, 4) for pk in easy], [Draft(pk, 4) for pk in (*easy, *other)]]

    exposed = Counter()
    for number in range(6000):
        exposed.update(drawn([2, 3], pools, number))

    # by chance alone the spread would be some 20 and 16
    assert statistics.pstdev(exposed[pk] for pk in easy) < 10
    assert statistics.pstdev(exposed[pk] for pk in other) < 10


def test_draw_paper_refuses_a_pool_that_is_too_small():
    with pytest.raises(PoolTooSmall) as refusal:
        drawn([3, 6], POOLS, 1)

    assert (refusal.value.row, refusal.value.wanted, refusal.value.found) == (1, 6, 5)


def test_draw_paper_refuses_an_empty_blueprint():
    with pytest.raises(PoolTooSmall):
        drawn([], [], 1)


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


def test_a_question_that_is_answered_in_writing_has_no_options_to_order():
    assert shuffle_choices(Draft(1, 0), random.Random(1)) == ""


@pytest.mark.parametrize(
    ("counts", "ranges"),
    [
        ([5, 5], [(0, 100), (0, 20)]),
        ([4, 4], [(0, 12), (8, 20)]),
        ([3, 3, 3], [(0, 5), (3, 8), (6, 10)]),  # filled by handing questions on only
        ([5, 5], [(0, 100), (100, 150)]),
    ],
    ids=["nested", "crossing", "tight", "apart"],
)
def test_what_the_bank_foretells_of_papers_is_what_comes(counts, ranges):
    """Exposure within a tenth of the papers; overlap within a tenth of a question."""
    papers_drawn = 600
    pools = [range(*ends) for ends in ranges]
    drafts = [[Draft(pk, 4) for pk in pool] for pool in pools]
    papers = [frozenset(drawn(counts, drafts, number)) for number in range(papers_drawn)]
    uses = Counter(pk for paper in papers for pk in paper)
    far_apart = list(zip(papers, papers[papers_drawn // 2 :], strict=False))
    shared = statistics.mean(len(one & other) for one, other in far_apart)
    sets = [frozenset(pool) for pool in pools]

    for pool, told in zip(pools, exposure(counts, sets, papers_drawn), strict=True):
        found = [uses[pk] for pk in pool]
        assert told.average == pytest.approx(statistics.mean(found), abs=0.05 * papers_drawn)
        assert told.least == pytest.approx(min(found), abs=0.1 * papers_drawn)
        assert told.most == pytest.approx(max(found), abs=0.1 * papers_drawn)
    assert expected_overlap(counts, sets, papers_drawn).expected == pytest.approx(shared, abs=0.15)
