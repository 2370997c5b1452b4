import random
from itertools import product
from math import prod

import pytest
from hypothesis import given, strategies as st

from contest.rules.integrity.answers import same_wrong_answers, tail
from contest.rules.integrity.evidence import LINK, SignalKind, Sitting

QUESTIONS, OPTIONS = 20, "BCD"


def sitting(pk, wrong, *, person=None):
    return Sitting(pk, person or pk, 0, 300_000, QUESTIONS, 0, "", "", wrong=tuple(wrong))


def honest(count, chance, *, first=1, mistakes=0.3):
    """People who err by themselves; every question has a favourite mistake."""
    return [
        sitting(
            pk,
            [
                (question, chance.choices(OPTIONS, weights=[6, 3, 1])[0])
                for question in range(QUESTIONS)
                if chance.random() < mistakes
            ],
        )
        for pk in range(first, first + count)
    ]


def pairs(sittings, *, unit=1):
    unit_of = {it.person: unit for it in sittings}
    return {it.participants for it in same_wrong_answers(sittings, unit_of=unit_of)}


@given(st.lists(st.floats(0, 1), max_size=7), st.integers(0, 8))
def test_tail_equals_the_sum_over_all_outcomes(probabilities, at_least):
    outcomes = product([0, 1], repeat=len(probabilities))
    expected = sum(
        prod(p if hit else 1 - p for p, hit in zip(probabilities, outcome, strict=True))
        for outcome in outcomes
        if sum(outcome) >= at_least
    )

    assert tail(probabilities, at_least) == pytest.approx(expected, abs=1e-12)


def test_two_who_copied_are_found_among_many():
    chance = random.Random(1)
    crowd = honest(400, chance)
    copied = [(question, "D") for question in range(10)]
    crowd += [sitting(901, copied), sitting(902, [*copied[:9], (9, "B"), (15, "B")])]

    (found,) = same_wrong_answers(crowd, unit_of={it.person: 1 for it in crowd})

    assert (found.kind, found.participants) == (SignalKind.SAME_WRONG_ANSWERS, (901, 902))
    assert (found.facts["same"], found.facts["both_wrong"]) == (9, 10)
    assert found.score >= LINK


def test_honest_people_are_hardly_ever_accused():
    """Below one false pair in a thousand, with favourite mistakes and an easy leaked half."""
    accused = compared = 0
    for seed in range(20):
        crowd = honest(100, random.Random(seed), mistakes=0.35)
        accused += len(pairs(crowd))
        compared += 100 * 99 // 2

    assert accused / compared < 1e-3


def test_right_answers_of_all_say_nothing():
    assert pairs([sitting(pk, []) for pk in range(1, 50)]) == set()


def test_a_common_misconception_of_a_whole_unit_says_nothing():
    chance = random.Random(3)
    crowd = honest(60, chance)
    taught_wrong = [(question, "B") for question in range(6)]
    crowd += [sitting(pk, taught_wrong) for pk in range(500, 600)]

    assert pairs(crowd) == set()


def test_who_sat_elsewhere_is_not_compared():
    copied = [(question, "D") for question in range(10)]
    crowd = [*honest(400, random.Random(1)), sitting(901, copied), sitting(902, copied)]
    unit_of = {it.person: it.person for it in crowd}

    assert list(same_wrong_answers(crowd, unit_of=unit_of)) == []


def test_a_persons_own_two_attempts_are_no_pair():
    copied = [(question, "D") for question in range(10)]
    crowd = [*honest(400, random.Random(1)), sitting(901, copied, person=901)]
    crowd.append(sitting(902, copied, person=901))

    assert pairs(crowd) == set()
