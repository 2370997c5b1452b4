from decimal import Decimal

import pytest

from accounts.rules.figures import shown_fixed, shown_number
from accounts.rules.throttling import TokenBucket
from leaderboard.rules.gathering import wait_before_announcing
from leaderboard.rules.healing import Check, has_strayed
from leaderboard.rules.members import TIE_LENGTH
from leaderboard.rules.places import places


@pytest.mark.parametrize(
    ("at", "last_at", "wait"),
    [
        (100.0, None, 0.0),
        (100.0, 99.5, 0.0),
        (100.0, 99.75, 0.25),
        (100.0, 100.0, 0.5),
        (100.0, 90.0, 0.0),
    ],
)
def test_wait_before_announcing(at, last_at, wait):
    assert wait_before_announcing(at=at, last_at=last_at) == wait


@pytest.mark.parametrize(
    ("before", "now", "strayed"),
    [
        (Check(10, 10), Check(10, 10), False),
        (Check(10, 9), Check(12, 10), False),  # what was committed then has arrived since
        (Check(10, 9), Check(10, 9), True),  # it never arrived
        (Check(10, 10), Check(9, 10), True),  # attempts were taken away
        (Check(10, 10), Check(9, 9), True),
        (Check(10, 10), Check(11, 10), False),  # perhaps on its way
    ],
)
def test_has_strayed(before, now, strayed):
    assert has_strayed(before=before, now=now) is strayed


def test_token_bucket_lets_a_burst_through_and_then_a_steady_stream():
    bucket = TokenBucket(capacity=2, per_second=1)

    taken = [bucket.take(at=at) for at in (50.0, 50.0, 50.0, 50.9, 51.0, 51.5, 60.0, 60.0, 60.0)]

    assert taken == [True, True, False, False, True, False, True, True, False]


def test_places_of_a_page_that_begins_amid_equals():
    members = [("a", 1), ("a", 2), ("b", 3), ("c", 4), ("c", 5)]
    padded = [key.ljust(TIE_LENGTH) + f"{pk:019}" for key, pk in members]

    assert places(padded, offset=50, first_place=49) == [49, 49, 53, 54, 54]


@pytest.mark.parametrize(
    ("value", "text"), [("18.50", "18,5"), ("20.00", "20"), ("0", "0"), ("100", "100")]
)
def test_shown_number(value, text):
    assert shown_number(Decimal(value)) == text


def test_shown_fixed_keeps_its_decimals():
    assert shown_fixed(Decimal("18.5"), decimals=2) == "18,50"
