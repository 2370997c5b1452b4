"""What two people have in common is no shared mistake where the jury found the key at fault."""

import pytest

from contest.enums import KeyChangeKind
from contest.integrity.comparing import comparisons
from contest.integrity.population import read_population
from contest.models import Attempt
from tests.contest.papers import playable_round, right_response
from tests.contest.regrading.test_applying import (
    AFTER,
    answered,
    jury as jury,
    question_of,
    regrade,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest_round():
    """Two people chose A in every question; B is the key."""
    contest_round = playable_round()
    for _person in range(2):
        answered(contest_round, lambda answer: right_response(answer, "A"))
    return contest_round


def mistakes(contest_round):
    sittings = read_population(contest_round.contest).sittings
    return [len(it.wrong) for it in sittings]


def marks(contest_round):
    """Of each question that both had: what the first person's answer is called."""
    attempts = list(Attempt.objects.filter(round=contest_round).select_related("round__contest"))
    (found,) = comparisons(attempts, at=AFTER, with_key=True)
    return sorted((it.cells[0].is_right for it in found.questions), key=str)


@pytest.mark.parametrize(
    ("kind", "letters", "mark"),
    [
        (KeyChangeKind.VOID, "", None),
        (KeyChangeKind.CORRECT, "A", True),
        (KeyChangeKind.ACCEPT_MORE, "A", True),
        (KeyChangeKind.FULL_POINTS, "", True),
    ],
)
def test_a_regraded_question_is_no_shared_mistake(contest_round, jury, kind, letters, mark):
    assert (mistakes(contest_round), marks(contest_round)) == ([3, 3], [False] * 3)

    regrade(contest_round, jury, kind, letters=letters, question=question_of(contest_round))

    assert mistakes(contest_round) == [2, 2]
    assert marks(contest_round) == sorted([False, False, mark], key=str)
