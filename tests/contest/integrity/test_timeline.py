from datetime import timedelta

import pytest

from contest.integrity.timeline import timelines
from contest.models import AnswerEvent
from tests.factories import NOON, AttemptFactory, RoundFactory, SubmittedAttemptFactory

pytestmark = pytest.mark.django_db


def seconds(count):
    return NOON + timedelta(seconds=count)


def test_all_attempts_of_a_round_lie_on_one_axis():
    contest_round = RoundFactory()
    one = SubmittedAttemptFactory(round=contest_round, elapsed_ms=100_000)
    two = AttemptFactory(round=contest_round, started_at=seconds(50))
    for number, at in enumerate((60, 200)):
        AnswerEvent.objects.create(
            attempt=two, position=1, response="A", client_number=number, saved_at=seconds(at)
        )

    (drawn,) = timelines([two, one])

    assert (drawn.begins_at, drawn.ends_at) == (NOON, seconds(200))
    assert [(it.attempt, it.start, it.end, it.saves, it.length) for it in drawn.strips] == [
        (one, 0, 500, [], 500),
        (two, 250, None, [300, 1000], 750),
    ]


def test_rounds_are_drawn_apart():
    attempts = [SubmittedAttemptFactory(), SubmittedAttemptFactory()]

    assert [it.round for it in timelines(attempts)] == [it.round for it in attempts]


def test_a_single_instant_is_drawn_too():
    attempt = AttemptFactory()

    (drawn,) = timelines([attempt])

    assert [(it.start, it.end, it.length) for it in drawn.strips] == [(0, None, 1)]
