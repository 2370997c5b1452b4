import unicodedata
from datetime import timedelta

import pytest

from contest.messages import SentAnswer
from contest.models import AnswerEvent
from contest.queries.papers import paper_shape
from contest.services.saving import (
    MAX_CLIENT_NUMBER,
    SavedAnswer,
    check_answers,
    save_answers,
    with_outcomes,
)
from contest.services.storing import Save
from tests.contest.papers import (
    MINUTE,
    handed_in,
    playable_round,
    position_of,
    round_of_all_kinds,
    started_attempt,
)
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


# Typed answers ----------------------------------------------------------------------------------


@pytest.fixture
def paper():
    return started_attempt(contest_round=round_of_all_kinds())


@pytest.fixture
def text_at(paper):
    return position_of(paper, "short_text")


@pytest.fixture
def number_at(paper):
    return position_of(paper, "number")


def test_save_text_keeps_it_tidy_with_a_journal(paper, text_at):
    typed = unicodedata.normalize("NFD", "  Bộ phận\u00a0 Một cửa\x00\n")

    outcome = save(paper, typed, position=text_at)

    assert outcome == SavedAnswer(text_at, "Bộ phận Một cửa", 1, is_current=True)
    assert stored(paper, text_at).response == "Bộ phận Một cửa"
    assert AnswerEvent.objects.get().response == "Bộ phận Một cửa"


@pytest.mark.parametrize(
    "text", ['\'; DROP TABLE "x" --', "{0} %s %% \\u0000", "<b>", "12", "null"]
)
def test_save_text_is_never_anything_but_text(paper, text_at, text):
    assert save(paper, text, position=text_at).response == text
    assert stored(paper, text_at).response == text
    assert AnswerEvent.objects.get().response == text


def test_save_text_again_changes_nothing(paper, text_at):
    save(paper, "Một  cửa", position=text_at, number=7)

    again = save(paper, "Một  cửa", position=text_at, number=7, at=NOON + 2 * MINUTE)

    assert again == SavedAnswer(text_at, "Một cửa", 7, is_current=True)
    assert AnswerEvent.objects.count() == 1


def test_save_text_older_never_overwrites_newer(paper, text_at):
    save(paper, "Một cửa", position=text_at, number=9)

    late_arrival = save(paper, "Một", position=text_at, number=8)

    assert late_arrival == SavedAnswer(text_at, "Một cửa", 9, is_current=False)


def test_save_text_of_the_greatest_length_is_taken_and_of_one_more_refused(paper, text_at):
    save(paper, "ộ" * 200, position=text_at, number=1)

    assert refusal_of(paper, "ộ" * 201, position=text_at, number=2) == "too_long"
    assert stored(paper, text_at).response == "ộ" * 200
    assert AnswerEvent.objects.get().response == "ộ" * 200


def test_save_text_of_white_space_takes_it_back(paper, text_at):
    save(paper, "Một cửa", position=text_at, number=1)

    save(paper, " \n", position=text_at, number=2)

    assert stored(paper, text_at).response == ""


@pytest.mark.parametrize("number", ["88,37", "88.37", "-1", "1.234,5"])
def test_save_number_is_kept_as_typed(paper, number_at, number):
    assert save(paper, number, position=number_at).response == number


def test_save_number_that_is_none_is_refused_with_what_was_there_kept(paper, number_at):
    save(paper, "88", position=number_at, number=1)

    refused = save(paper, "tám mươi tám", position=number_at, number=2)

    assert refused.refusal.code == "not_a_number"
    assert refused.refusal.message == "Câu này cần trả lời bằng một số, ví dụ 12 hoặc 12,5."
    assert stored(paper, number_at).response == "88"
    assert AnswerEvent.objects.count() == 1


def test_save_letters_to_true_or_false_are_the_two_shown(paper):
    position = position_of(paper, "true_false")

    assert save(paper, "B", position=position).response == "B"
    assert refusal_of(paper, "C", position=position, number=2) == "bad_response"
    assert refusal_of(paper, "Một cửa", position=position, number=2) == "bad_response"
