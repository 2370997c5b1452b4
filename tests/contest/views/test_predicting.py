"""The prediction on the paper, with and without JavaScript."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from contest.services.starting import start_attempt
from tests.contest.papers import MINUTE, playable_round
from tests.factories import NOON, PredictionQuestionFactory, RankingRulesFactory, UserFactory

pytestmark = pytest.mark.django_db

STEM = "Anh/Chị dự đoán có bao nhiêu người dự thi trong kỳ thi này?"
NONSENSE = "Số dự đoán là một số nguyên, ví dụ 25980."
MISSING = "Xin ghi số dự đoán trước khi nộp bài."


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON + MINUTE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def attempt(client):
    """Of the person who is signed in, at a round that asks for a prediction."""
    return started(client, playable_round(), PredictionQuestionFactory)


def started(client, contest_round, ask=None, **asked):
    if ask:
        ask(round=contest_round, **asked)
    user = UserFactory()
    client.force_login(user)
    return start_attempt(contest_round=contest_round, user=user, at=NOON)


def url(name, attempt):
    return reverse(f"contest:{name}", args=[attempt.code])


def stored(attempt):
    attempt.refresh_from_db()
    return attempt.prediction


def test_the_paper_asks_and_says_how_it_is_counted(client, attempt):
    page = client.get(url("attempt_paper", attempt)).content.decode()

    assert page.count(STEM) == 1
    assert "Mỗi người được đếm một lần, dù thi nhiều lượt." in page
    assert "Đếm cả bài sau đó bị Ban giám khảo hủy." in page
    assert "js/prediction" in page


@pytest.mark.parametrize(
    ("chain", "sentence"),
    [
        ("nearest", "Số gần số đúng nhất được xếp trước, dù lớn hơn hay nhỏ hơn."),
        ("nearest_below", "số vượt quá không được xét."),
    ],
)
def test_the_paper_says_which_number_is_the_better(client, chain, sentence):
    contest_round = playable_round()
    RankingRulesFactory(contest=contest_round.contest, chain=["score", chain])
    attempt = started(client, contest_round, ask=PredictionQuestionFactory)

    assert sentence in client.get(url("attempt_paper", attempt)).content.decode()


def test_a_paper_of_a_round_that_does_not_ask_has_nothing_of_it(client):
    other = started(client, playable_round())

    page = client.get(url("attempt_paper", other)).content.decode()

    assert "prediction" not in page
    assert client.post(url("prediction_save", other), {"prediction": "1"}).status_code == 404


def test_a_form_without_script_saves_it_with_the_answers(client, attempt):
    answered = client.post(
        url("attempt_paper", attempt),
        {"q1": "A", "was1": "", "prediction": "25.980", "was_prediction": ""},
    )

    assert answered.status_code == 302
    assert stored(attempt) == 25_980
    assert attempt.answers.get(position=1).response == "A"


def test_a_form_that_leaves_it_as_it_was_shown_undoes_nothing(client, attempt):
    client.post(url("prediction_save", attempt), {"prediction": "7", "number": "1"})

    client.post(url("attempt_paper", attempt), {"prediction": "", "was_prediction": ""})

    assert stored(attempt) == 7


def test_nonsense_comes_back_with_a_sentence_and_the_answers_are_kept(client, attempt):
    answered = client.post(
        url("attempt_paper", attempt),
        {"q1": "A", "was1": "", "prediction": "nhiều lắm", "was_prediction": ""},
    )

    page = answered.content.decode()
    assert answered.status_code == 422
    assert NONSENSE in page
    assert 'value="nhiều lắm"' in page
    assert attempt.answers.get(position=1).response == "A"


def test_autosave_is_acknowledged_with_what_is_stored(client, attempt):
    first = client.post(url("prediction_save", attempt), {"prediction": "25980", "number": "9"})
    older = client.post(url("prediction_save", attempt), {"prediction": "1", "number": "8"})

    assert first.json() == {"value": "25980", "number": 9, "current": True}
    assert older.json() == {"value": "25980", "number": 9, "current": False}


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"prediction": "x", "number": "1"}, 422, "not_whole"),
        ({"prediction": "1", "number": "x"}, 422, "bad_number"),
        ({"prediction": "1"}, 422, "bad_number"),
        ({"prediction": "99999999999", "number": "1"}, 422, "too_large"),
    ],
)
def test_autosave_refuses_with_a_code_and_a_sentence(client, attempt, sent, status, code):
    answered = client.post(url("prediction_save", attempt), sent)

    assert (answered.status_code, answered.json()["code"]) == (status, code)
    assert stored(attempt) is None


def test_a_stranger_and_a_visitor_save_nothing(client, attempt):
    sent = {"prediction": "5", "number": "1"}

    client.force_login(UserFactory())
    assert client.post(url("prediction_save", attempt), sent).status_code == 404
    client.logout()
    assert client.post(url("prediction_save", attempt), sent).status_code == 401
    assert stored(attempt) is None


def test_submitting_takes_the_prediction_along(client, attempt):
    answered = client.post(
        url("attempt_submit", attempt), {"prediction": "25 980", "was_prediction": ""}
    )

    attempt.refresh_from_db()
    assert answered.url == reverse("contest:receipt", args=[attempt.receipt_code])
    assert attempt.prediction == 25_980
    assert "25980" in client.get(answered.url).content.decode()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, MISSING),
        ({"prediction": "", "was_prediction": ""}, MISSING),
        ({"prediction": "mười", "was_prediction": ""}, NONSENSE),
    ],
)
def test_submitting_without_what_must_be_there_closes_nothing(client, attempt, sent, sentence):
    answered = client.post(url("attempt_submit", attempt), sent)

    assert answered.status_code == 422
    assert sentence in answered.content.decode()
    attempt.refresh_from_db()
    assert attempt.submitted_at is None


def test_a_prediction_that_was_saved_before_need_not_be_sent_again(client, attempt):
    client.post(url("prediction_save", attempt), {"prediction": "7", "number": "1"})

    assert client.post(url("attempt_submit", attempt)).status_code == 302
    assert stored(attempt) == 7


def test_an_optional_prediction_may_be_left_out(client):
    attempt = started(client, playable_round(), PredictionQuestionFactory, is_required=False)

    assert client.post(url("attempt_submit", attempt)).status_code == 302
    assert stored(attempt) is None


@pytest.mark.parametrize("typed", ["", "mười"])
def test_when_time_is_over_the_paper_is_handed_in_as_it_is(client, attempt, noon, typed):
    noon.move_to(attempt.deadline_at + timedelta(seconds=2))

    answered = client.post(
        url("attempt_submit", attempt), {"prediction": typed, "was_prediction": ""}
    )

    attempt.refresh_from_db()
    assert answered.status_code == 302
    assert (attempt.submitted_at, attempt.prediction) == (attempt.deadline_at, None)


def test_submitting_twice_leads_to_the_same_receipt(client, attempt):
    sent = {"prediction": "3", "was_prediction": ""}

    first = client.post(url("attempt_submit", attempt), sent)
    again = client.post(url("attempt_submit", attempt), {"prediction": "4"})

    assert first.url == again.url
    assert stored(attempt) == 3
