import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.encryption import blind_index
from contest.integrity.origins import COOKIE
from contest.models import AttemptOrigin
from tests.contest.papers import playable_round
from tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest_round():
    return playable_round()


def start(client, contest_round, **headers):
    where = [contest_round.contest.slug, contest_round.slug]
    with time_machine.travel(NOON):
        return client.post(reverse("contest:attempt_start", args=where), **headers)


def signed_in(client=None):
    client = client or Client()
    client.force_login(UserFactory())
    return client


def test_two_people_on_one_browser_have_one_device(contest_round):
    browser = signed_in()
    start(browser, contest_round)
    start(signed_in(browser), contest_round)
    start(signed_in(), contest_round)

    first, second, other = AttemptOrigin.objects.order_by("pk")
    assert first.device_digest == second.device_digest != other.device_digest


def test_the_cookie_is_for_the_server_alone_and_lasts(contest_round):
    answer = start(signed_in(), contest_round)

    cookie = answer.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 34_560_000)


def test_a_forged_cookie_is_a_new_device(contest_round):
    client = signed_in()
    client.cookies[COOKIE] = "bia-dat"

    answer = start(client, contest_round)

    assert answer.cookies[COOKIE].value != "bia-dat"


def test_the_address_is_kept_as_a_digest(contest_round):
    start(signed_in(), contest_round, REMOTE_ADDR="203.0.113.7")

    assert AttemptOrigin.objects.get().address_digest == blind_index("address", "203.0.113.7")


def test_resuming_elsewhere_changes_nothing(contest_round):
    client = signed_in()
    start(client, contest_round, REMOTE_ADDR="203.0.113.7")
    start(client, contest_round, REMOTE_ADDR="203.0.113.8")

    assert AttemptOrigin.objects.get().address_digest == blind_index("address", "203.0.113.7")
