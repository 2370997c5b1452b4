from datetime import timedelta

import pytest

from contest.enums import RevealTime
from contest.integrity.comparing import comparisons, may_show_key
from tests.contest.papers import (
    MINUTE,
    handed_in,
    playable_round,
    right_response,
    started_attempt,
    wrong_response,
)
from tests.factories import NOON, RoundFactory

pytestmark = pytest.mark.django_db
OVER = timedelta(seconds=6)  # after the closing: the grace is five seconds


def answered(contest_round, *choices):
    """An attempt whose answers are right ("r"), wrong ("w") or left out ("-"), by revision."""
    attempt = started_attempt(contest_round=contest_round)
    for answer, choice in zip(attempt.answers.order_by("revision"), choices, strict=True):
        if choice != "-":
            answer.response = (right_response if choice == "r" else wrong_response)(answer)
            answer.save()
    return handed_in(attempt, at=NOON + MINUTE)


def mistake_of(answer):
    """Always the author's option A."""
    return "ABCD"[answer.choice_order.index("A")]


@pytest.fixture
def two():
    """Two papers: the same mistake, both right, one without an answer."""
    contest_round = playable_round()
    attempts = [answered(contest_round, "w", "r", "r"), answered(contest_round, "w", "r", "-")]
    for attempt in attempts:
        answer = attempt.answers.order_by("revision").first()
        answer.response = mistake_of(answer)
        answer.save()
    return attempts


def marks(comparison):
    return [
        [(bool(cell.text), cell.is_same, cell.is_right) for cell in question.cells]
        for question in comparison.questions
    ]


def test_before_the_round_is_over_only_what_is_the_same_is_told(two):
    closes_at = two[0].round.closes_at

    (found,) = comparisons(two, at=closes_at, with_key=True)

    assert not found.shows_key
    assert marks(found) == [
        [(True, True, None), (True, True, None)],
        [(True, True, None), (True, True, None)],
        [(True, False, None), (False, False, None)],
    ]
    assert (found.same_count, found.same_mistake_count) == (2, 0)


def test_afterwards_right_wrong_and_the_same_mistake_are_told(two):
    (found,) = comparisons(two, at=two[0].round.closes_at + OVER, with_key=True)

    assert found.shows_key
    assert marks(found) == [
        [(True, True, False), (True, True, False)],
        [(True, True, True), (True, True, True)],
        [(True, False, True), (False, False, False)],
    ]
    assert (found.same_count, found.same_mistake_count) == (2, 1)


def test_an_observer_is_never_told_what_is_right(two):
    (found,) = comparisons(two, at=two[0].round.closes_at + OVER, with_key=False)

    assert not found.shows_key


def key_is_shown(contest_round, *others, at):
    return may_show_key(contest_round, siblings=[contest_round, *others], at=at)


@pytest.mark.parametrize(("past", "shown"), [(-1, False), (0, False), (1, True)])
def test_the_key_is_shown_only_after_the_last_second_of_the_grace(past, shown):
    contest_round = RoundFactory()
    at = contest_round.over_at + timedelta(seconds=past)

    assert key_is_shown(contest_round, at=at) is shown


@pytest.mark.parametrize(
    ("show_key", "shown"),
    [(RevealTime.AT_SUBMIT, True), (RevealTime.AFTER_CLOSE, True), (RevealTime.NEVER, False)],
)
def test_a_key_that_is_never_revealed_stays(show_key, shown):
    contest_round = RoundFactory(show_key=show_key)

    assert key_is_shown(contest_round, at=contest_round.over_at + OVER) is shown


def test_a_key_shown_at_submission_still_waits_for_the_end_of_the_round():
    contest_round = RoundFactory(show_key=RevealTime.AT_SUBMIT)

    assert not key_is_shown(contest_round, at=contest_round.closes_at)


def test_a_later_round_of_the_same_set_holds_the_key_back():
    first = RoundFactory()
    later = RoundFactory(
        question_set=first.question_set,
        opens_at=first.closes_at + timedelta(days=1),
        closes_at=first.closes_at + timedelta(days=2),
        show_key=RevealTime.AT_SUBMIT,
    )

    assert not key_is_shown(first, later, at=first.over_at + OVER)
    assert key_is_shown(first, later, at=later.over_at + OVER)


def test_whoever_asks_names_the_round_itself():
    with pytest.raises(ValueError, match="the round itself"):
        may_show_key(RoundFactory(), siblings=[], at=NOON)


def test_attempts_under_way_are_not_compared(two):
    running = started_attempt(contest_round=two[0].round)

    assert comparisons([two[0], running], at=NOON, with_key=True) == []


@pytest.mark.parametrize("count", [2, 5])
def test_comparing_takes_a_constant_number_of_queries(django_assert_num_queries, count):
    contest_round = playable_round()
    attempts = [answered(contest_round, "w", "r", "-") for _ in range(count)]
    at = contest_round.over_at + OVER
    comparisons(attempts, at=at, with_key=True)  # the wordings are known from now on

    with django_assert_num_queries(4):
        comparisons(attempts, at=at, with_key=True)
