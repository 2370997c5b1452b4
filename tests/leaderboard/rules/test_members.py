from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from contest.rules.ranking import Result
from leaderboard.rules.members import decode, encode, hundredths, member_hundredths, tie_key
from tests.factories import NOON

RESULTS = st.builds(
    Result,
    participant_id=st.integers(1, 2**63 - 1),
    score=st.decimals(0, 10**9, places=2, allow_nan=False, allow_infinity=False),
    elapsed_ms=st.integers(0, 10**14),
    submitted_at=st.integers(0, 10**14).map(lambda us: NOON + timedelta(microseconds=us)),
)
RESULT = Result(7, Decimal("18.50"), 192_400, NOON)


@given(RESULTS)
def test_decode_gives_back_what_was_encoded(result):
    assert decode(encode(result)) == result


@given(RESULTS, RESULTS)
def test_texts_are_ordered_like_results(one, other):
    by_key = (one.sort_key, one.participant_id) < (other.sort_key, other.participant_id)

    assert (encode(one) < encode(other)) == by_key


@given(RESULTS, RESULTS)
def test_tie_key_is_shared_exactly_by_equal_results(one, other):
    assert (tie_key(encode(one)) == tie_key(encode(other))) == (one.sort_key == other.sort_key)


@given(RESULTS)
def test_all_members_are_of_one_length(result):
    assert len(encode(result)) == len(encode(RESULT))


@given(RESULTS)
def test_member_hundredths_is_the_score(result):
    assert member_hundredths(encode(result)) == result.score * 100


def test_one_microsecond_earlier_stands_before():
    later = replace(RESULT, submitted_at=NOON + timedelta(microseconds=1))

    assert encode(RESULT) < encode(later)


@pytest.mark.parametrize(
    "unfit",
    [
        {"score": Decimal("1.005")},
        {"score": Decimal(10) ** 11},
        {"elapsed_ms": -1},
        {"elapsed_ms": 10**15},
        {"participant_id": 10**19},
    ],
)
def test_encode_refuses_what_would_lose_exactness(unfit):
    with pytest.raises(ValueError, match=r"fit|decimals"):
        encode(replace(RESULT, **unfit))


def test_hundredths_of_a_whole_score():
    assert hundredths(Decimal(20)) == 2000
