from datetime import timedelta

import pytest

from contest.enums import RevealTime
from contest.rules.reveal import Reveal, is_revealed
from tests.factories.clock import NOON

MICROSECOND = timedelta(microseconds=1)
AFTER_NOON = Reveal(RevealTime.AFTER_CLOSE, NOON)


@pytest.mark.parametrize(
    ("at", "revealed"), [(NOON - MICROSECOND, False), (NOON, False), (NOON + MICROSECOND, True)]
)
def test_after_close_reveals_when_no_answer_can_arrive_any_more(at, revealed):
    assert is_revealed(at=at, rounds=[AFTER_NOON]) is revealed


def test_at_submit_reveals_at_once_and_never_not_at_all():
    assert is_revealed(at=NOON, rounds=[Reveal(RevealTime.AT_SUBMIT, NOON + timedelta(days=9))])
    assert not is_revealed(at=NOON, rounds=[Reveal(RevealTime.NEVER, NOON - timedelta(days=9))])


def test_a_later_round_with_the_same_questions_holds_the_key_back():
    next_week = Reveal(RevealTime.AFTER_CLOSE, NOON + timedelta(days=7))

    assert not is_revealed(at=NOON + timedelta(days=1), rounds=[AFTER_NOON, next_week])
