from datetime import timedelta

from contest.rules.complaining import complaints_are_taken, complaints_end
from tests.factories import NOON

SECOND = timedelta(seconds=1)


def test_the_period_begins_with_the_end_of_the_round():
    assert complaints_end(over_at=NOON, hours=72) == NOON + timedelta(days=3)
    assert complaints_end(over_at=NOON, hours=0) == NOON


def test_the_last_instant_belongs_to_the_period():
    assert complaints_are_taken(at=NOON - SECOND, until=NOON)
    assert complaints_are_taken(at=NOON, until=NOON)
    assert not complaints_are_taken(at=NOON + SECOND, until=NOON)
