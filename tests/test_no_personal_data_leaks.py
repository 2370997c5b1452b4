"""A person's way through the site leaves nothing of them in logs or in addresses."""

import json
import logging
from urllib.parse import unquote

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from contest.enums import PersonField, RevealTime
from contest.models import Attempt
from tests.contest.papers import playable_round
from tests.factories import (
    NOON,
    AskedFieldFactory,
    ConsentTextFactory,
    RegistrationRulesFactory,
    RoleGrantFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

NAME = "Quách Thị Xuyến Chi"
# each value as people type it, and as it is stored
PERSONAL = [
    *("quách thị xuyến chi", "quach thi xuyen chi", "xuyến chi", "xuyen chi"),
    *("0977 418 263", "0977418263", "+84977418263", "977418263"),
    "xuyenchi.rieng@vidu.vn",
    "xuyenchi.rieng",
    *("094184000731", "094 184 000 731"),
    *("27/02/1984", "1984-02-27"),
    *("ngõ hoa sữa", "ngo hoa sua"),
    "mat-khau-rat-kho-doan",
]


def leaks(text):
    lowered = unquote(text.replace("+", " ")).lower()
    return [value for value in PERSONAL if value in lowered or value in text.lower()]


class Watched(Client):
    """Notes every address that is asked for or led to."""

    def __init__(self, addresses):
        super().__init__(raise_request_exception=False)
        self.addresses = addresses

    def request(self, **environment):
        query = environment.get("QUERY_STRING", "")
        self.addresses.append(f"{environment.get('PATH_INFO', '')}?{query}")
        response = super().request(**environment)
        self.addresses += [response.get("Location", ""), response.get("HX-Redirect", "")]
        return response


@pytest.fixture
def records():
    """Everything that is logged with LOG_LEVEL=DEBUG, with arguments and tracebacks."""
    lines = []

    class Keeping(logging.Handler):
        def emit(self, record):
            text = logging.Formatter("%(message)s").format(record)
            lines.append(f"{record.name} {record.levelname} {text} {record.args!r}")

    handler, root = Keeping(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def contest_round():
    contest_round = playable_round(show_score=RevealTime.AT_SUBMIT)
    contest = RegistrationRulesFactory(contest=contest_round.contest).contest
    for field in PersonField:
        if field is not PersonField.UNIT:
            AskedFieldFactory(contest=contest, field=field)
    ConsentTextFactory(contest=contest)
    return contest_round


REGISTRATION = {
    "full_name": NAME,
    "kind": "citizen",
    "born_on": "27/02/1984",
    "sex": "female",
    "cccd": "094 184 000 731",
    "phone": "0977 418 263",
    "email": "xuyenchi.rieng@vidu.vn",
    "address": "Số 9, ngõ Hoa Sữa",
    "position": "Chuyên viên",
    "consent": "on",
}


def sign_up_and_register(client, contest):
    """Wrong at first: refusals must say nothing either."""
    account = {
        "full_name": NAME,
        "born_on": "27/02/1984",
        "kind": "citizen",
        "unit": "",
        "unit_query": "",
        "phone": "0977 418 263",
        "email": "xuyenchi.rieng@vidu.vn",
        "password1": "mat-khau-rat-kho-doan",
        "consent": "on",
    }
    client.post(reverse("account_signup"), account | {"consent": ""})
    client.post(reverse("account_signup"), account)
    client.post(reverse("account_logout"))
    signing_in = {"login": "0977 418 263", "password": "sai-hoan-toan"}
    client.post(reverse("account_login"), signing_in)
    client.post(reverse("account_login"), signing_in | {"password": "mat-khau-rat-kho-doan"})
    address = reverse("contest:registration", args=[contest.slug])
    client.post(address, REGISTRATION | {"consent": ""})
    client.post(address, REGISTRATION)


def take_the_quiz(client, contest_round):
    start = reverse("contest:attempt_start", args=[contest_round.contest.slug, contest_round.slug])
    client.post(start)
    attempt = Attempt.objects.get()
    paper = reverse("contest:attempt_paper", args=[attempt.code])
    client.get(paper)
    saved = {"answers": [{"position": 1, "response": "B", "number": 1}]}
    for content in (json.dumps(saved), json.dumps({"ten": NAME})):  # the second is refused
        client.post(
            reverse("contest:answer_save", args=[attempt.code]),
            content,
            content_type="application/json",
        )
    client.post(reverse("contest:attempt_submit", args=[attempt.code]), {"confirm": "on"})
    attempt.refresh_from_db()
    client.get(reverse("contest:receipt", args=[attempt.receipt_code]))
    return attempt


def look_and_search(client, contest_round):
    board = reverse("leaderboard:board", args=[contest_round.contest.slug])
    client.get(board)
    client.post(board, {"ten": "Xuyến Chi"})


def own_pages(client, contest):
    for name in ("accounts:profile", "accounts:contact_change", "contest:own_data"):
        client.get(reverse(name))
    client.post(reverse("contest:own_data_export"))
    client.get(reverse("contest:consent_withdraw", args=[contest.slug]))
    client.post(reverse("contest:deletion_ask"), {"understood": "on"})


def desk_pages(addresses, contest, unit):
    for role in Role:
        client = Watched(addresses)
        client.force_login(
            RoleGrantFactory(role=role, unit=unit if role is Role.COORDINATOR else None).user
        )
        client.get(reverse("contest:organiser_contest", args=[contest.slug]))
        client.get(reverse("contest:jury_contest", args=[contest.slug]))
        client.get(reverse("contest:deletion_list"))
        client.get(reverse("contest:coordinator_desk"))
        people = reverse("contest:unit_people_list", args=[contest.slug])
        client.get(people)
        client.post(people, {"q": NAME})
        client.get(reverse("contest:reminder_list", args=[contest.slug]))
        for name in ("contest:turnout_export", "contest:standings_export"):
            list(client.post(reverse(name, args=[contest.slug]), {"format": "csv"}))
        client.post(
            reverse("contest:extra_time_give", args=[contest.slug]),
            {"contact": "0977 418 263", "percent": "25", "reason": "Thử"},
        )


def test_nothing_personal_in_logs_or_addresses(records, contest_round):
    addresses: list[str] = []
    client, contest, unit = Watched(addresses), contest_round.contest, UnitFactory()

    with time_machine.travel(NOON, tick=False):
        sign_up_and_register(client, contest)
        User.objects.filter(full_name=NAME).update(unit=unit)
        attempt = take_the_quiz(client, contest_round)
        look_and_search(client, contest_round)
        own_pages(client, contest)
        desk_pages(addresses, contest, unit)

    assert attempt.submitted_at == NOON  # the way was gone to its end
    assert attempt.participant.registration.address == "Số 9, ngõ Hoa Sữa"
    assert [(it, leaks(it)) for it in addresses if leaks(it)] == []
    assert records  # refusals were logged
    assert [(it, leaks(it)) for it in records if leaks(it)] == []


@pytest.mark.parametrize(
    "text",
    ["/tim/?q=Xuy%E1%BA%BFn+Chi", "sent to +84977418263", "094184000731", "born 1984-02-27"],
)
def test_a_leak_would_be_found(text):
    assert leaks(text)
