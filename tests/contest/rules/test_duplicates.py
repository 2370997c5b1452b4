from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from contest.enums import DuplicateAttempts
from contest.rules.duplicates import Candidate, kept
from tests.factories.clock import NOON


def candidate(pk, *, score=10, elapsed=300_000, started=0, submitted=5):
    minute = timedelta(minutes=1)
    return Candidate(
        pk, Decimal(score), elapsed, NOON + started * minute, NOON + submitted * minute
    )


CANDIDATES = st.lists(
    st.builds(
        candidate,
        st.integers(1, 1000),
        score=st.integers(0, 3),
        elapsed=st.integers(1, 3),
        started=st.integers(0, 3),
        submitted=st.integers(4, 6),
    ),
    min_size=1,
    unique_by=lambda it: it.pk,
)


@pytest.mark.parametrize(
    ("rule", "stays"),
    [(DuplicateAttempts.BEST, 2), (DuplicateAttempts.FIRST, 1), (DuplicateAttempts.LAST, 3)],
)
def test_the_rule_says_which_stays(rule, stays):
    attempts = [
        candidate(1, score=5, started=0),
        candidate(2, score=9, started=1),
        candidate(3, score=7, started=2),
    ]

    assert kept(attempts, rule=rule).pk == stays


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"score": 11}, {"elapsed": 1, "submitted": 1}),
        ({"elapsed": 299_999}, {"submitted": 1}),
        ({"submitted": 4}, {}),
    ],
    ids=["the score first", "then the time used", "then who handed in earlier"],
)
def test_best_is_told_by_score_time_and_submission(better, worse):
    attempts = [candidate(1, **worse), candidate(2, **better)]

    assert kept(attempts, rule=DuplicateAttempts.BEST).pk == 2


@pytest.mark.parametrize("rule", [DuplicateAttempts.BEST, DuplicateAttempts.FIRST])
def test_of_equal_attempts_the_lower_number_stays(rule):
    assert kept([candidate(2), candidate(1)], rule=rule).pk == 1


def test_last_of_equal_attempts_is_the_higher_number():
    assert kept([candidate(2), candidate(1)], rule=DuplicateAttempts.LAST).pk == 2


def test_of_nothing_nothing_stays():
    with pytest.raises(ValueError, match="empty"):
        kept([], rule=DuplicateAttempts.BEST)


@given(CANDIDATES, st.sampled_from(DuplicateAttempts), st.randoms())
def test_the_order_in_which_they_are_given_does_not_matter(attempts, rule, random):
    shuffled = random.sample(attempts, len(attempts))

    assert kept(shuffled, rule=rule) == kept(attempts, rule=rule)
