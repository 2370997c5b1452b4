from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from contest.rules.score_bands import Bands, bands_of

TWENTY = Decimal(20)


@pytest.mark.parametrize(
    ("score", "bands"),
    [
        ("20", Bands(full=1)),
        ("19.99", Bands(upper=1)),
        ("15", Bands(upper=1)),
        ("14.99", Bands(middle=1)),
        ("5", Bands(middle=1)),
        ("4.99", Bands(below_lower=1)),
        ("0.01", Bands(below_lower=1)),
        ("0", Bands(below_lower=1, zero=1)),
    ],
)
def test_bands_at_their_edges(score, bands):
    assert bands_of([(Decimal(score), TWENTY)]) == bands


def test_a_paper_that_gives_nothing_is_zero():
    assert bands_of([(Decimal(0), Decimal(0))]) == Bands(below_lower=1, zero=1)


@given(st.lists(st.decimals(0, 20, places=2)))
def test_every_result_is_in_one_band(scores):
    bands = bands_of((score, TWENTY) for score in scores)

    assert bands.total == len(scores)
    assert bands.zero == scores.count(0)
