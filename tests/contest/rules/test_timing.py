from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from contest.rules.timing import (
    BoardPhase,
    Outage,
    Phase,
    RoundState,
    Window,
    allot,
    attempt_phase,
    board_phase,
    elapsed_ms,
    freeze_instant,
    merged,
    outage_credit,
    plain_deadline,
)
from tests.factories.clock import NOON

MICROSECOND = timedelta(microseconds=1)
GRACE = timedelta(seconds=5)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
WINDOW = Window(opens_at=NOON, closes_at=NOON + HOUR)

instants = st.integers(0, 7_200_000_000).map(lambda us: NOON + us * MICROSECOND)
stretches = st.tuples(instants, instants).filter(lambda pair: pair[0] < pair[1])
outages = st.lists(stretches.map(lambda pair: Outage(*pair)), max_size=5)


def outage(first_minute, last_minute):
    return Outage(NOON + first_minute * MINUTE, NOON + last_minute * MINUTE)


@pytest.mark.parametrize(
    ("at", "state", "phase"),
    [
        (NOON - MICROSECOND, RoundState.UPCOMING, Phase.NOT_OPEN),
        (NOON, RoundState.OPEN, Phase.READY),
        (NOON + HOUR - MICROSECOND, RoundState.OPEN, Phase.READY),
        (NOON + HOUR, RoundState.CLOSED, Phase.OVER),
    ],
)
def test_before_the_start_the_window_decides(at, state, phase):
    assert WINDOW.state(at=at) is state
    assert attempt_phase(at=at, window=WINDOW, deadline_at=None, grace=GRACE) is phase


@pytest.mark.parametrize(
    ("after_deadline", "phase"),
    [
        (timedelta(0), Phase.RUNNING),
        (MICROSECOND, Phase.GRACE),
        (GRACE, Phase.GRACE),
        (GRACE + MICROSECOND, Phase.OVER),
    ],
)
@pytest.mark.parametrize("deadline_at", [NOON + MINUTE, NOON + HOUR, NOON + 2 * HOUR])
def test_after_the_start_the_deadline_decides_also_beyond_the_window(
    after_deadline, phase, deadline_at
):
    at = deadline_at + after_deadline

    assert attempt_phase(at=at, window=WINDOW, deadline_at=deadline_at, grace=GRACE) is phase


def test_without_grace_running_turns_to_over():
    at = NOON + MICROSECOND
    no_grace = timedelta(0)

    assert attempt_phase(at=at, window=WINDOW, deadline_at=NOON, grace=no_grace) is Phase.OVER


@given(instants, st.integers(1, 7200))
def test_plain_deadline_is_never_past_the_duration_or_the_round(started_at, seconds):
    duration = timedelta(seconds=seconds)
    closes_at = NOON + 2 * HOUR

    deadline = plain_deadline(started_at=started_at, duration=duration, closes_at=closes_at)

    assert started_at <= deadline <= min(started_at + duration, closes_at)
    assert deadline in {started_at + duration, closes_at}


def test_extra_time_is_a_part_of_the_time_that_the_round_leaves():
    allotment = allot(
        started_at=NOON, plain_deadline_at=NOON + 4 * MINUTE, extra_percent=25, outages=[]
    )

    assert allotment.deadline_at == NOON + 5 * MINUTE


@pytest.mark.parametrize(
    ("stretches", "minutes"),
    [
        ([], 0),
        ([outage(-10, 0)], 0),  # ended at the start
        ([outage(-10, 3)], 3),
        ([outage(5, 8)], 3),
        ([outage(5, 8), outage(7, 10)], 5),  # overlapping: counted once
        ([outage(5, 8), outage(8, 10)], 5),
        ([outage(5, 8), outage(6, 7)], 3),
        ([outage(19, 40)], 21),  # began within: all of it, the rest of the work comes after
        ([outage(20, 40)], 0),  # began at the deadline
        ([outage(5, 8), outage(22, 24)], 5),  # the first brings the second into the time
        ([outage(22, 24), outage(5, 8)], 5),  # in whatever order
        ([outage(5, 8), outage(23, 24)], 3),
    ],
)
def test_outage_credit(stretches, minutes):
    credit = outage_credit(started_at=NOON, deadline_at=NOON + 20 * MINUTE, outages=stretches)

    assert credit == minutes * MINUTE


def test_outage_credit_at_the_edge_of_the_deadline_to_the_microsecond():
    deadline_at = NOON + 20 * MINUTE
    in_time = Outage(deadline_at - MICROSECOND, deadline_at + MINUTE)
    too_late = Outage(deadline_at, deadline_at + MINUTE)

    assert outage_credit(started_at=NOON, deadline_at=deadline_at, outages=[in_time]) == (
        in_time.length
    )
    assert not outage_credit(started_at=NOON, deadline_at=deadline_at, outages=[too_late])


@given(instants, st.integers(1, 3600), st.sampled_from([0, 25, 50, 100]), outages)
def test_everybody_has_exactly_their_time_outside_of_outages(started_at, seconds, percent, given):
    plain = timedelta(seconds=seconds)

    allotment = allot(
        started_at=started_at,
        plain_deadline_at=started_at + plain,
        extra_percent=percent,
        outages=given,
    )

    deadline = allotment.deadline_at
    lost = sum(
        (
            min(it.ended_at, deadline) - max(it.began_at, started_at)
            for it in merged(given)
            if it.overlaps(started_at, deadline)
        ),
        timedelta(0),
    )
    assert deadline - started_at - lost == plain + plain * percent / 100


@given(outages)
def test_merged_outages_neither_touch_nor_lose_a_second(given):
    result = merged(given)

    for one, next_one in pairwise(result):
        assert one.ended_at < next_one.began_at
    for each in given:
        assert any(it.began_at <= each.began_at and each.ended_at <= it.ended_at for it in result)
    assert merged(result + given) == result


def test_elapsed_ms_cuts_off_microseconds():
    assert elapsed_ms(started_at=NOON, submitted_at=NOON + timedelta(microseconds=1_999)) == 1


def test_elapsed_ms_leaves_out_outages():
    stretches = [outage(-5, 1), outage(3, 5), outage(4, 6), outage(9, 20)]

    spent = elapsed_ms(started_at=NOON, submitted_at=NOON + 10 * MINUTE, outages=stretches)

    assert spent == (10 - 1 - 3 - 1) * 60_000


CLOSES = NOON
OPENS = CLOSES - 2 * HOUR
FREEZES = CLOSES - 15 * MINUTE


@pytest.mark.parametrize(
    ("minutes", "instant"), [(0, None), (15, FREEZES), (120, OPENS), (500, OPENS)]
)
def test_freeze_instant_is_never_before_the_round(minutes, instant):
    freeze = timedelta(minutes=minutes)

    assert freeze_instant(opens_at=OPENS, closes_at=CLOSES, freeze=freeze) == instant


@pytest.mark.parametrize(
    ("at", "released_at", "phase"),
    [
        (FREEZES - MICROSECOND, None, BoardPhase.LIVE),
        (FREEZES, None, BoardPhase.FROZEN),
        (CLOSES + timedelta(days=30), None, BoardPhase.FROZEN),
        (CLOSES, CLOSES + MICROSECOND, BoardPhase.FROZEN),
        (CLOSES, CLOSES, BoardPhase.RELEASED),
        (CLOSES, FREEZES, BoardPhase.RELEASED),
        (CLOSES, FREEZES - MICROSECOND, BoardPhase.FROZEN),
    ],
)
def test_board_phase(at, released_at, phase):
    assert board_phase(at=at, freezes_at=FREEZES, released_at=released_at) is phase


def test_a_round_without_a_freeze_is_always_live():
    assert board_phase(at=CLOSES, freezes_at=None, released_at=CLOSES) is BoardPhase.LIVE
