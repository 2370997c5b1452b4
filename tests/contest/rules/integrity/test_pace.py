import random

import pytest

from contest.rules.integrity.evidence import LINK, SignalKind, Sitting
from contest.rules.integrity.pace import regular_saves, too_fast


def sitting(pk=1, *, elapsed=300_000, correct=20, saves=()):
    return Sitting(pk, pk, 0, elapsed, 20, correct, "", "", saves=tuple(saves))


def crowd(count=200):
    chance = random.Random(1)
    return [sitting(pk, elapsed=round(chance.lognormvariate(12.6, 0.3))) for pk in range(2, count)]


def people(evidence):
    return [it.participants for it in evidence]


def test_a_perfect_paper_in_less_time_than_reading_takes_is_told():
    (found,) = too_fast([*crowd(), sitting(elapsed=29_999)])

    assert (found.kind, found.participants) == (SignalKind.TOO_FAST, (1,))
    assert (found.facts["seconds"], found.facts["questions"]) == (30.0, 20)
    assert found.score < LINK


def test_who_merely_clicks_through_is_nobodys_concern():
    assert list(too_fast([*crowd(), sitting(elapsed=20_000, correct=5)])) == []


def test_far_from_everybodys_pace_is_told_though_reading_was_possible():
    assert people(too_fast([*crowd(), sitting(elapsed=60_000)])) == [(1,)]


def test_a_quick_reader_is_left_alone():
    assert list(too_fast([*crowd(), sitting(elapsed=180_000)])) == []


def test_among_a_few_there_is_no_usual_pace():
    assert list(too_fast([sitting(2), sitting(3), sitting(elapsed=60_000)])) == []


@pytest.mark.parametrize(
    ("saves", "pattern"),
    [
        ([5_000 * number for number in range(20)], "clockwork"),
        ([60_000 + 100 * number for number in range(20)], "at_once"),
    ],
)
def test_answers_that_a_machine_might_have_saved(saves, pattern):
    (found,) = regular_saves([sitting(saves=saves)])

    assert (found.facts["pattern"], found.facts["saves"]) == (pattern, 20)


def test_a_persons_pauses_differ():
    chance, now, saves = random.Random(1), 0, []
    for _ in range(20):
        now += round(chance.lognormvariate(9, 0.5))
        saves.append(now)

    assert list(regular_saves([sitting(saves=saves)])) == []
    assert list(regular_saves([sitting(saves=[0, 1, 2])])) == []
