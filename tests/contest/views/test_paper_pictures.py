"""Pictures on a paper: its owner sees them, as long as the paper can be seen, and nobody else."""

from http import HTTPStatus

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contest.enums import RevealTime
from contest.models import Answer
from questionbank import picture_answers
from questionbank.pictures import read_picture
from questionbank.wordings import forget_wordings
from tests.contest.papers import MINUTE, handed_in, playable_round, started_attempt
from tests.factories import NOON, QuestionFactory, UserFactory
from tests.questionbank.pictures import JPEG, OTHER_PNG, PNG, with_picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON + MINUTE, tick=False):
        yield


@pytest.fixture
def person(client):
    user = UserFactory()
    client.force_login(user)
    return user


def pictured(attempt, position=1, data=PNG, description='Cột "đỏ" <cao>'):
    """Puts a picture under a question of the paper; its address."""
    answer = Answer.objects.get(attempt=attempt, position=position)
    digest = with_picture(answer.revision, data, description)
    forget_wordings()
    return picture_url(attempt, digest)


def picture_url(attempt, digest):
    return reverse("contest:paper_picture", args=[attempt.code, digest])


def paper_url(attempt):
    return reverse("contest:attempt_paper", args=[attempt.code])


def image(address):
    return (
        f'<img class="question-picture" src="{address}" width="320" height="200"'
        ' alt="Cột &quot;đỏ&quot; &lt;cao&gt;" decoding="async">'
    )


def test_the_paper_shows_the_picture_under_its_own_question_only(client, person):
    attempt = started_attempt(user=person)
    address = pictured(attempt, position=2)

    page = client.get(paper_url(attempt)).content.decode()

    assert page.count("<img") - page.split("<main")[0].count("<img") == 1
    second = page.split('data-question="2"')[1].split("</fieldset>")[0]
    assert image(address) in second
    assert second.index("</legend>") < second.index("<img") < second.index('class="choices"')


def test_the_picture_is_served_to_the_owner_of_the_paper(client, person):
    attempt = started_attempt(user=person)
    address = pictured(attempt, data=JPEG)

    response = client.get(address)
    again = client.get(address, headers={"if-none-match": response["ETag"]})

    assert response.content == read_picture(JPEG).content
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "img-src 'self'" in response["Content-Security-Policy"]
    assert again.status_code == HTTPStatus.NOT_MODIFIED


def test_nobody_else_gets_the_picture(client, person):
    attempt = started_attempt(user=person)
    address = pictured(attempt)
    assert client.get(address).status_code == HTTPStatus.OK  # it is kept in the process now
    etag = {"if-none-match": client.get(address)["ETag"]}

    client.force_login(UserFactory())
    stranger = client.get(address)
    guessing = client.get(address, headers=etag)
    client.logout()
    visitor = client.get(address)

    assert stranger.status_code == guessing.status_code == HTTPStatus.NOT_FOUND
    assert visitor.status_code == HTTPStatus.FOUND
    assert client.post(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_a_paper_gives_its_own_pictures_only(client, person):
    attempt = started_attempt(user=person)
    pictured(attempt)
    other = with_picture(QuestionFactory().current_revision, OTHER_PNG)
    other_paper = started_attempt(user=person)  # of another round
    theirs = pictured(other_paper, data=JPEG).split("/")[-2]

    assert client.get(picture_url(attempt, other)).status_code == HTTPStatus.NOT_FOUND
    assert client.get(picture_url(attempt, theirs)).status_code == HTTPStatus.NOT_FOUND
    assert client.get(picture_url(other_paper, theirs)).status_code == HTTPStatus.OK
    assert client.get(picture_url(attempt, "0" * 64)).status_code == HTTPStatus.NOT_FOUND
    bank = reverse("questionbank:picture", args=[other])
    assert client.get(bank).status_code == HTTPStatus.FORBIDDEN


def test_a_picture_changed_in_the_bank_stays_as_it_was_drawn(client, person):
    attempt = started_attempt(user=person)
    address = pictured(attempt)
    question = Answer.objects.get(attempt=attempt, position=1).revision.question
    newer = QuestionFactory().current_revision
    newer.question, newer.number = question, 2
    newer.save(update_fields=["question", "number"])
    with_picture(newer, OTHER_PNG)

    page = client.get(paper_url(attempt)).content.decode()

    assert image(address) in page
    assert page.count('class="question-picture"') == 1


def test_the_review_shows_the_picture_after_the_reveal(client, person):
    contest_round = playable_round(show_key=RevealTime.AT_SUBMIT)
    attempt = started_attempt(contest_round=contest_round, user=person)
    address = pictured(attempt)
    attempt = handed_in(attempt, at=NOON + MINUTE)

    review = client.get(reverse("contest:attempt_review", args=[attempt.receipt_code]))

    assert image(address) in review.content.decode()
    assert client.get(address).status_code == HTTPStatus.OK


def asked(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == HTTPStatus.OK
    return [query["sql"] for query in queries]


def test_the_paper_asks_no_query_more_for_its_pictures(client, person):
    plain = started_attempt(user=person)
    pictures = started_attempt(user=person)
    for position in (1, 2, 3):
        pictured(pictures, position)
    forget_wordings()
    first, first_with = asked(client, paper_url(plain)), asked(client, paper_url(pictures))

    assert len(first) == len(first_with)
    assert len(asked(client, paper_url(plain))) == len(asked(client, paper_url(pictures)))
    assert not any('"content"' in sql for sql in first_with)


def test_the_bytes_are_read_once_for_all_papers(client, person):
    attempt = started_attempt(user=person)
    address = pictured(attempt)
    picture_answers._kept.cache_clear()

    first, again = asked(client, address), asked(client, address)

    assert sum('"content"' in sql for sql in first) == 1
    assert len(again) == len(first) - 1
