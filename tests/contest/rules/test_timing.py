from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from contest.rules.timing import (
    Phase,
    RoundState,
    TimeAllowed,
    attempt_phase,
    elapsed_ms,
    round_state,
)
from tests.factories.clock import NOON

MICROSECOND = timedelta(microseconds=1)
GRACE = timedelta(seconds=5)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (NOON - MICROSECOND, RoundState.UPCOMING),
        (NOON, RoundState.OPEN),
        (NOON + HOUR - MICROSECOND, RoundState.OPEN),
        (NOON + HOUR, RoundState.CLOSED),
    ],
)
def test_round_state_at_its_edges(at, state):
    assert round_state(at=at, opens_at=NOON, closes_at=NOON + HOUR) is state


@pytest.mark.parametrize(
    ("at", "phase"),
    [
        (NOON, Phase.RUNNING),
        (NOON + MICROSECOND, Phase.GRACE),
        (NOON + GRACE, Phase.GRACE),
        (NOON + GRACE + MICROSECOND, Phase.OVER),
    ],
)
def test_attempt_phase_at_its_edges(at, phase):
    assert attempt_phase(at=at, deadline_at=NOON, grace=GRACE) is phase


def test_attempt_phase_without_grace_goes_from_running_to_over():
    at = NOON + MICROSECOND

    assert attempt_phase(at=at, deadline_at=NOON, grace=timedelta(0)) is Phase.OVER


@given(st.integers(0, 7200), st.integers(1, 7200))
def test_deadline_is_never_past_the_duration_or_the_round(started_after, duration):
    started_at = NOON + timedelta(seconds=started_after)
    allowed = TimeAllowed(timedelta(seconds=duration), closes_at=NOON + timedelta(hours=2))

    deadline = allowed.deadline(started_at=started_at)

    assert deadline == min(started_at + timedelta(seconds=duration), NOON + timedelta(hours=2))
    assert deadline >= started_at


def test_elapsed_ms_cuts_off_microseconds():
    assert elapsed_ms(started_at=NOON, submitted_at=NOON + timedelta(microseconds=1_999)) == 1
