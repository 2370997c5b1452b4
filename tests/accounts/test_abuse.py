"""Limits that a flood meets and an office does not."""

from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.accounts.test_signup import form
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

OFFICE = "203.0.113.7"


def sign_up(number, address=OFFICE, **headers):
    person = form(phone=f"09{number:08d}", full_name=f"Nguyễn Văn {number}")
    return Client(REMOTE_ADDR=address, headers=headers).post(reverse("account_signup"), person)


def ask_for_code(login, address=OFFICE, **headers):
    return Client(REMOTE_ADDR=address, headers=headers).post(
        reverse("account_request_login_code"), {"login": login}
    )


def test_three_hundred_people_of_one_office_sign_up_within_ten_minutes():
    start = timezone.now()
    statuses = []
    for number in range(300):
        with time_machine.travel(start + timedelta(seconds=2 * number), tick=False):
            statuses.append(sign_up(number).status_code)

    assert statuses == [HTTPStatus.FOUND] * 300
    assert User.objects.count() == 300


def test_three_hundred_people_of_one_office_sign_in_by_code_within_ten_minutes(settings, tmp_path):
    settings.MESSAGE_DIR = tmp_path
    UserFactory.create_batch(300, unit=None, kind="citizen")
    start = timezone.now()
    for number, user in enumerate(User.objects.all()):
        with time_machine.travel(start + timedelta(seconds=2 * number), tick=False):
            assert ask_for_code(user.email).status_code == HTTPStatus.FOUND


def test_a_flood_of_accounts_from_one_address_is_stopped(settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "signup": "3/10m/ip"}
    statuses = [sign_up(number).status_code for number in range(5)]

    assert statuses == [HTTPStatus.FOUND] * 3 + [HTTPStatus.TOO_MANY_REQUESTS] * 2
    assert sign_up(9, address="198.51.100.2").status_code == HTTPStatus.FOUND


@pytest.mark.parametrize(
    ("hops", "told"),
    [
        (0, "{forged}"),  # nobody is believed where no proxy of ours stands
        # a proxy adds whom it sees: what the visitor claims stands before that
        (1, "{forged}, 198.51.100.2"),
        (2, "{forged}, 198.51.100.2, 10.0.0.1"),
    ],
)
def test_a_forged_address_behind_proxies_wins_nothing(settings, hops, told):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = hops
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "signup": "2/10m/ip"}

    statuses = [
        sign_up(number, **{"x-forwarded-for": told.format(forged=f"192.0.2.{number}")}).status_code
        for number in range(3)
    ]

    assert statuses == [HTTPStatus.FOUND] * 2 + [HTTPStatus.TOO_MANY_REQUESTS]


@pytest.mark.parametrize("hops", [1, 2])
def test_people_behind_the_same_proxies_are_told_apart(settings, hops):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = hops
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "signup": "1/10m/ip"}
    inner = ["10.0.0.1"] * (hops - 1)

    statuses = [
        sign_up(number, **{"x-forwarded-for": ", ".join([f"192.0.2.{number}", *inner])}).status_code
        for number in range(3)
    ]

    assert statuses == [HTTPStatus.FOUND] * 3


def test_a_forged_address_wins_no_further_codes(settings, tmp_path):
    settings.MESSAGE_DIR = tmp_path
    UserFactory(phone="+84912345678")
    for number in range(7):
        ask_for_code("0912345678", address=f"192.0.2.{number}")

    assert len(list(tmp_path.iterdir())) == 5


def test_a_flood_of_codes_for_many_numbers_is_stopped(settings):
    limits = {**settings.ACCOUNT_RATE_LIMITS, "request_login_code": "3/m/ip,5/h/key"}
    settings.ACCOUNT_RATE_LIMITS = limits
    answers = [ask_for_code(f"09{number:08d}") for number in range(5)]

    statuses = [answer.status_code for answer in answers]
    assert statuses == [HTTPStatus.FOUND] * 3 + [HTTPStatus.OK] * 2
    assert "quá nhiều lần" in str(answers[-1].context["form"].errors)


def test_the_search_for_units_is_limited(settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "unit_search": "2/m/ip"}
    client = Client(REMOTE_ADDR=OFFICE)
    statuses = [
        client.get(reverse("accounts:unit_search"), {"q": "so"}).status_code for _ in range(3)
    ]

    assert statuses == [HTTPStatus.OK] * 2 + [HTTPStatus.TOO_MANY_REQUESTS]


def test_no_limit_counts_a_whole_office_as_one_person(settings):
    """What a limit on an address allows in ten minutes covers 300 people, each twice."""
    for action, rates in settings.ACCOUNT_RATE_LIMITS.items():
        for rate in rates.split(","):
            amount, duration, *per = rate.split("/")
            if (per or ["ip"]) == ["ip"]:
                minutes = {"m": 1, "h": 60}[duration[-1]] * int(duration[:-1] or 1)
                assert int(amount) * 10 / minutes >= 600, (action, rate)
