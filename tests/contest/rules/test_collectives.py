from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from contest.enums import UnitCriterion
from contest.rules.collectives import LeftOut, UnitLead, UnitTally, rank_collectives

RATE, MEAN = UnitCriterion.RATE, UnitCriterion.MEAN
PARTICIPANTS, WINNERS = UnitCriterion.PARTICIPANTS, UnitCriterion.WINNERS


def tally(unit_id, people=10, points=100, headcount=20, winners=0):
    return UnitTally(unit_id, people, Decimal(points), headcount, winners)


def places(standings):
    return {it.tally.unit_id: it.place or it.left_out for it in standings}


def test_rate_then_quality_as_in_hai_duong_and_units_under_half_are_not_ranked():
    standings = rank_collectives(
        [
            tally(1, people=19, points=190, headcount=20),  # 95 %, mean 10
            tally(2, people=38, points=570, headcount=40),  # 95 %, mean 15
            tally(3, people=9, points=180, headcount=20),  # 45 %
            tally(4, people=10, points=10, headcount=20),  # 50 %
        ],
        [RATE, MEAN],
        min_percent=50,
    )

    assert places(standings) == {2: 1, 1: 2, 4: 3, 3: LeftOut.RATE_TOO_LOW}
    assert standings[0].lead == UnitLead(MEAN, Fraction(5))
    assert standings[1].lead == UnitLead(RATE, Fraction(45))


@pytest.mark.parametrize(
    ("headcount", "reason"),
    [
        (None, LeftOut.NO_HEADCOUNT),
        (0, LeftOut.ZERO_HEADCOUNT),
        (9, LeftOut.ABOVE_HEADCOUNT),
    ],
)
def test_a_rate_that_cannot_be_right_is_flagged_and_not_used(headcount, reason):
    doubtful = tally(1, people=10, headcount=headcount)

    for settings in ({"chain": [RATE]}, {"chain": [MEAN], "min_percent": 50}):
        (standing,) = rank_collectives([doubtful], **settings)
        assert (standing.place, standing.left_out) == (None, reason)
    assert reason.is_doubtful
    (standing,) = rank_collectives([doubtful], [MEAN])  # nothing asks for the rate
    assert standing.place == 1


def test_everybody_is_a_rate_of_one_hundred():
    (standing,) = rank_collectives([tally(1, people=20, headcount=20)], [RATE], min_percent=100)

    assert standing.place == 1


def test_means_ask_for_a_minimum_of_people():
    standings = rank_collectives(
        [tally(1, people=2, points=40), tally(2, people=3, points=45)], [MEAN], min_people=3
    )

    assert places(standings) == {2: 1, 1: LeftOut.TOO_FEW_PEOPLE}


def test_most_people_or_most_winners():
    units = [tally(1, people=5, winners=3), tally(2, people=7, winners=1)]

    assert places(rank_collectives(units, [PARTICIPANTS])) == {2: 1, 1: 2}
    assert places(rank_collectives(units, [WINNERS])) == {1: 1, 2: 2}


def test_a_unit_of_nobody_is_not_ranked():
    assert places(rank_collectives([tally(1, people=0, points=0)], [MEAN])) == {1: LeftOut.NOBODY}


TALLIES = st.lists(
    st.builds(
        UnitTally,
        unit_id=st.integers(1, 99),
        people=st.integers(0, 4),
        points=st.integers(0, 6).map(Decimal),
        headcount=st.none() | st.integers(0, 5),
        winners=st.integers(0, 2),
    ),
    unique_by=lambda it: it.unit_id,
)
CHAINS = st.lists(st.sampled_from(UnitCriterion), min_size=1, unique=True)


@given(TALLIES, CHAINS, st.integers(0, 3), st.integers(0, 100), st.randoms())
def test_every_unit_has_a_place_or_a_reason(tallies, chain, min_people, min_percent, chance):
    limits = {"min_people": min_people, "min_percent": min_percent}
    standings = rank_collectives(tallies, chain, **limits)
    shuffled = list(tallies)
    chance.shuffle(shuffled)

    assert rank_collectives(shuffled, chain, **limits) == standings
    assert sorted(it.tally.unit_id for it in standings) == sorted(it.unit_id for it in tallies)
    assert all((it.place is None) != (it.left_out is None) for it in standings)
    ranked = [it for it in standings if it.place]
    for one, other in pairwise(ranked):
        assert (one.place == other.place) == (one.lead is None)
        assert one.lead is None or one.lead.amount > 0
