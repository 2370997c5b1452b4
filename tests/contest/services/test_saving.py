from datetime import timedelta

import pytest

from contest.messages import SentAnswer
from contest.models import AnswerEvent
from contest.queries import paper_shape
from contest.services.saving import (
    MAX_CLIENT_NUMBER,
    SavedAnswer,
    check_answers,
    save_answers,
    with_outcomes,
)
from contest.services.storing import Save
from tests.contest.papers import MINUTE, handed_in, playable_round, started_attempt
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def save(attempt, response="B", *, position=1, number=1, at=NOON + MINUTE):
    """Check and store one answer as the views and the socket do."""
    shape = paper_shape(attempt_id=attempt.pk)
    sent = SentAnswer(position, response, number)
    checked = check_answers([sent], attempt_id=attempt.pk, shape=shape, at=at)
    stored = save_answers([each for each in checked if isinstance(each, Save)])
    (outcome,) = with_outcomes(checked, stored)
    return outcome


def stored(attempt, position=1):
    return attempt.answers.get(position=position)


def refusal_of(*args, **kwargs):
    return save(*args, **kwargs).refusal.code


def test_save_answer_stores_it_and_keeps_a_journal():
    attempt = started_attempt()

    save(attempt, "B", number=1)
    save(attempt, "C", number=2, at=NOON + 2 * MINUTE)

    assert stored(attempt).response == "C"
    assert stored(attempt).saved_at == NOON + 2 * MINUTE
    assert list(AnswerEvent.objects.values_list("response", "client_number")) == [
        ("B", 1),
        ("C", 2),
    ]


def test_save_answer_again_changes_nothing():
    attempt = started_attempt()
    save(attempt, "B", number=7)

    again = save(attempt, "B", number=7, at=NOON + 2 * MINUTE)

    assert again == SavedAnswer(1, "B", 7, is_current=True)
    assert AnswerEvent.objects.count() == 1
    assert stored(attempt).saved_at == NOON + MINUTE


def test_save_answer_older_never_overwrites_newer():
    attempt = started_attempt()
    save(attempt, "C", number=9)

    late_arrival = save(attempt, "A", number=8)

    assert late_arrival == SavedAnswer(1, "C", 9, is_current=False)
    assert stored(attempt).response == "C"


def test_save_answer_with_a_number_taken_by_another_device_keeps_the_first():
    attempt = started_attempt()
    save(attempt, "C", number=9)

    other_device = save(attempt, "A", number=9)

    assert other_device == SavedAnswer(1, "C", 9, is_current=False)


def test_save_answer_empty_clears_it():
    attempt = started_attempt()
    save(attempt, "C", number=1)

    save(attempt, "", number=2)

    assert stored(attempt).response == ""


def test_save_answer_of_several_options_is_sorted():
    attempt = started_attempt(contest_round=playable_round(key="AC"))

    assert save(attempt, "CA").response == "AC"


@pytest.mark.parametrize("position", [0, 4, -1])
def test_save_answer_to_a_question_not_on_the_paper_is_refused(position):
    assert refusal_of(started_attempt(), position=position) == "not_on_paper"


@pytest.mark.parametrize("response", ["E", "AB", "b", "?"])
def test_save_answer_with_an_option_not_in_the_question_is_refused(response):
    attempt = started_attempt()

    assert refusal_of(attempt, response) == "bad_response"
    assert stored(attempt).response == ""


@pytest.mark.parametrize("number", [0, -1, MAX_CLIENT_NUMBER + 1])
def test_save_answer_with_an_impossible_number_is_refused(number):
    assert refusal_of(started_attempt(), number=number) == "bad_number"


def test_save_answer_in_the_grace_is_taken_and_after_it_refused(settings):
    settings.SUBMIT_GRACE_SECONDS = 5
    attempt = started_attempt()
    last = attempt.deadline_at + timedelta(seconds=5)

    save(attempt, "B", number=1, at=last)

    assert refusal_of(attempt, "C", number=2, at=last + timedelta(microseconds=1)) == "too_late"
    assert stored(attempt).response == "B"


def test_save_answer_after_submission_is_refused():
    attempt = started_attempt()
    handed_in(attempt, at=NOON + MINUTE)

    assert refusal_of(attempt, at=NOON + MINUTE) == "already_submitted"
