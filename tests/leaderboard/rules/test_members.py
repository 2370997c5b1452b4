from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from contest.rules.ranking import Result, sort_key
from contest.rules.ranking_rules import KNOWN_AT_ONCE
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


SCORE, TIME, EARLIER = KNOWN_AT_ONCE
CHAINS = st.sampled_from(
    [KNOWN_AT_ONCE, (SCORE, EARLIER, TIME), (SCORE, TIME), (SCORE, EARLIER), (SCORE,)]
)
CLOSE = st.builds(  # results that are often equal in something
    Result,
    participant_id=st.integers(1, 3),
    score=st.integers(0, 1).map(Decimal),
    elapsed_ms=st.integers(0, 1),
    submitted_at=st.integers(0, 1).map(lambda us: NOON + timedelta(microseconds=us)),
)


@given(RESULTS, CHAINS)
def test_decode_gives_back_what_was_encoded(result, chain):
    assert decode(encode(result, chain), chain) == result


@given(RESULTS | CLOSE, RESULTS | CLOSE, CHAINS)
def test_texts_are_ordered_like_results(one, other, chain):
    key, other_key = sort_key(one, chain), sort_key(other, chain)

    texts = encode(one, chain), encode(other, chain)

    if (key, one.participant_id) != (other_key, other.participant_id):
        by_key = (key, one.participant_id) < (other_key, other.participant_id)
        assert (texts[0] < texts[1]) == by_key


@given(RESULTS | CLOSE, RESULTS | CLOSE, CHAINS)
def test_tie_key_is_shared_exactly_by_equal_results(one, other, chain):
    is_equal = sort_key(one, chain) == sort_key(other, chain)

    assert (tie_key(encode(one, chain)) == tie_key(encode(other, chain))) == is_equal


@given(RESULTS, CHAINS)
def test_all_members_of_a_board_are_of_one_length(result, chain):
    assert len(encode(result, chain)) == len(encode(RESULT, chain))


@given(RESULTS, CHAINS)
def test_member_hundredths_is_the_score(result, chain):
    assert member_hundredths(encode(result, chain)) == result.score * 100


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
