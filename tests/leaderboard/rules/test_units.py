from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from leaderboard.rules.units import (
    UnitStanding,
    UnitTally,
    participation_rate,
    rank_units,
)

TALLIES = st.lists(
    st.builds(
        UnitTally,
        unit_id=st.integers(1, 10_000),
        participant_count=st.integers(1, 8),
        total_hundredths=st.integers(0, 40),
    ),
    unique_by=lambda tally: tally.unit_id,
)


def test_rank_units_by_mean_then_by_participants():
    tallies = [UnitTally(1, 3, 3000), UnitTally(2, 4, 8000), UnitTally(3, 6, 6000)]

    assert rank_units(tallies, smallest=3) == [
        UnitStanding(2, 4, 1, Decimal("20.00"), Decimal("80.00")),
        UnitStanding(3, 6, 2, Decimal("10.00"), Decimal("60.00")),
        UnitStanding(1, 3, 3, Decimal("10.00"), Decimal("30.00")),
    ]


def test_rank_units_equal_in_both_share_a_place_and_the_next_counts_them():
    tallies = [UnitTally(1, 3, 3000), UnitTally(2, 3, 3000), UnitTally(3, 3, 2999)]

    assert [standing.place for standing in rank_units(tallies, smallest=3)] == [1, 1, 3]


def test_rank_units_tells_apart_means_that_round_alike():
    tallies = [UnitTally(1, 3, 1000), UnitTally(2, 3, 1001)]

    assert [standing.unit_id for standing in rank_units(tallies, smallest=3)] == [2, 1]


@given(TALLIES)
def test_small_units_show_no_score_and_their_order_tells_none(tallies):
    small = [it for it in rank_units(tallies, smallest=3) if it.participant_count < 3]

    assert all((it.place, it.mean, it.total) == (None, None, None) for it in small)
    assert small == sorted(small, key=lambda it: (-it.participant_count, it.unit_id))
    assert small == rank_units(tallies, smallest=3)[len(tallies) - len(small) :]


@given(TALLIES)
def test_place_is_one_more_than_the_number_of_better_units(tallies):
    keys = {it.unit_id: it.sort_key for it in tallies}
    scored = [it for it in rank_units(tallies, smallest=3) if it.place is not None]

    for standing in scored:
        better = [it for it in scored if keys[it.unit_id] < keys[standing.unit_id]]
        assert standing.place == 1 + len(better)


def test_participation_rate_is_not_capped():
    assert participation_rate(participants=11, headcount=10) == Decimal("110.0")


def test_participation_rate_without_headcount_is_unknown():
    assert participation_rate(participants=11, headcount=None) is None
    assert participation_rate(participants=11, headcount=0) is None


@pytest.mark.parametrize(("participants", "place"), [(4, None), (5, 1), (6, 1)])
def test_a_unit_is_scored_from_the_smallest_number_on(participants, place):
    (standing,) = rank_units([UnitTally(1, participants, 1000 * participants)], smallest=5)

    assert (standing.place, standing.mean is None, standing.total is None) == (
        place,
        place is None,
        place is None,
    )


def test_every_unit_is_scored_where_one_person_is_enough():
    (standing,) = rank_units([UnitTally(1, 1, 1250)], smallest=1)

    assert (standing.place, standing.mean, standing.total) == (1, Decimal("12.50"), Decimal("12.5"))
