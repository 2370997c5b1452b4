from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from tests.contest.papers import MINUTE, handed_in, playable_round, started_attempt
from tests.factories import (
    NOON,
    ContestFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HOME = reverse("contest:contest_list")


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def sign_in(client, user):
    client.force_login(user)


def detail(contest):
    return reverse("contest:contest_detail", args=[contest.slug])


def test_contest_list_without_contests_says_so(client):
    assert "Chưa có hội thi nào được công bố" in client.get(HOME).content.decode()


def test_contest_list_points_to_the_open_round(client):
    contest = ContestFactory(name="Hội thi Một")
    RoundFactory(
        contest=contest,
        name="Tuần cũ",
        opens_at=NOON - timedelta(days=9),
        closes_at=NOON - timedelta(days=2),
    )
    RoundFactory(contest=contest, name="Tuần này")

    page = client.get(HOME).content.decode()

    assert "Hội thi Một" in page
    assert "Tuần này" in page
    assert "Tuần cũ" not in page


@pytest.mark.parametrize("count", [1, 5])
def test_contest_list_takes_two_queries(client, django_assert_num_queries, count):
    for _number in range(count):
        RoundFactory()

    with django_assert_num_queries(2):
        client.get(HOME)


def test_contest_detail_takes_a_constant_number_of_queries(client, django_assert_num_queries):
    user = UserFactory()
    sign_in(client, user)
    for count in (1, 4):
        contest = ContestFactory()
        for _number in range(count):
            started_attempt(contest_round=playable_round(contest=contest), user=user)
        client.get(detail(contest))
        with django_assert_num_queries(5):
            client.get(detail(contest))


def test_unpublished_contest_is_seen_by_those_who_run_it_only(client):
    contest = ContestFactory(is_published=False)

    assert client.get(detail(contest)).status_code == HTTPStatus.NOT_FOUND
    sign_in(client, UserFactory())
    assert client.get(detail(contest)).status_code == HTTPStatus.NOT_FOUND
    for role in (Role.ORGANISER, Role.JURY, Role.OBSERVER):
        sign_in(client, RoleGrantFactory(role=role).user)
        assert client.get(detail(contest)).status_code == HTTPStatus.OK


def test_markdown_of_an_organiser_cannot_carry_a_script(client):
    contest = ContestFactory(rules="**Đậm** <script>alert(1)</script> [x](javascript:alert(1))")

    page = client.get(detail(contest)).content.decode()

    assert "<strong>Đậm</strong>" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize(
    ("state", "button"),
    [
        ({"opens_at": NOON + MINUTE, "closes_at": NOON + 9 * MINUTE}, "Đăng ký trước"),
        ({}, "Đăng nhập để vào thi"),
    ],
)
def test_round_tells_a_visitor_what_to_do(client, state, button):
    contest_round = RoundFactory(**state)

    page = client.get(
        reverse("contest:round_detail", args=[contest_round.contest.slug, contest_round.slug])
    )

    assert button in page.content.decode()


def test_round_names_ones_own_attempts(client):
    user = UserFactory()
    sign_in(client, user)
    contest_round = playable_round(max_attempts=2)
    attempt = started_attempt(contest_round=contest_round, user=user)
    address = reverse("contest:round_detail", args=[contest_round.contest.slug, contest_round.slug])
    assert "Làm tiếp bài thi" in client.get(address).content.decode()

    handed_in(attempt, at=NOON + MINUTE)

    page = client.get(address).content.decode()
    assert "Thi lượt nữa" in page
    assert "Còn 1 lượt." in page


def test_receipt_tells_the_place_in_the_round(client):
    user = UserFactory()
    sign_in(client, user)
    contest_round = playable_round()
    attempt = started_attempt(contest_round=contest_round, user=user)
    attempt = handed_in(attempt, at=NOON + MINUTE)
    SubmittedAttemptFactory(round=contest_round, score=3, max_score=3)

    page = client.get(reverse("contest:receipt", args=[attempt.receipt_code])).content.decode()

    assert "<dd data-place>2<small>/2</small></dd>" in page
