"""Signing in and confirming a phone by one-time code."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PHONE = "+84912345678"
WRONG = "000000"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MESSAGE_DIR = tmp_path / "messages"
    return settings.MESSAGE_DIR


@pytest.fixture
def person():
    return UserFactory(email="anh@vidu.vn", phone=PHONE)


def texts(folder):
    """The messages that left so far, oldest first."""
    return [file.read_text() for file in sorted(folder.glob("*"))]


def code_in(text):
    (code,) = re.findall(r"\b\d{6}\b", text)
    return code


def ask(client, login, **data):
    return client.post(reverse("account_request_login_code"), {"login": login, **data})


def enter(client, code, **data):
    return client.post(reverse("account_confirm_login_code"), {"code": code, **data})


def is_signed_in(client, user):
    return client.session.get("_auth_user_id") == str(user.pk)


@pytest.mark.parametrize("typed", ["0912 345 678", "+84912345678", "84 912 345 678"])
def test_a_code_by_message_signs_in_and_confirms_the_number(client, person, folder, typed):
    asked = ask(client, typed, next="/hoi-thi/x/")
    assert asked.url == reverse("account_confirm_login_code") + "?next=%2Fhoi-thi%2Fx%2F"
    (text,) = texts(folder)
    assert text.startswith(f"{PHONE}\n\n")
    assert not is_signed_in(client, person)

    answer = enter(client, code_in(text.partition("\n")[2]), next="/hoi-thi/x/")

    assert answer.url == "/hoi-thi/x/"
    assert is_signed_in(client, person)
    assert User.objects.get().phone_verified is True


def test_a_code_by_mail_signs_in(client, person, folder):
    ask(client, "ANH@vidu.vn")

    (sent,) = mail.outbox
    assert sent.to == ["anh@vidu.vn"]
    assert texts(folder) == []
    enter(client, code_in(sent.body))
    assert is_signed_in(client, person)
    assert User.objects.get().phone_verified is False


def test_the_page_says_where_the_code_went_but_not_in_full(client, person):
    ask(client, "0912345678")

    page = client.get(reverse("account_confirm_login_code")).content.decode()

    assert "0912***678" in page
    assert "912345678" not in page
    assert "912 345 678" not in page


@pytest.mark.parametrize(
    ("known", "stranger"), [("0912345678", "0987654321"), ("anh@vidu.vn", "khong-co@vidu.vn")]
)
def test_who_has_no_account_gets_the_same_pages_and_nothing_is_sent(known, stranger, folder):
    UserFactory(email="anh@vidu.vn", phone=PHONE)

    def pages_of(contact):
        client = Client()
        answers = [ask(client, contact)]
        answers.append(client.get(answers[0].url))
        answers.append(enter(client, WRONG))
        answers.append(enter(client, "", action="resend"))
        answers.append(client.get(reverse("account_confirm_login_code")))
        answers += [enter(client, WRONG) for _number in range(4)]
        shown = [
            re.sub(r'value="[^"]{30,}"|<b>[^<]*\*\*\*[^<]*</b>', "", answer.content.decode())
            for answer in answers
        ]
        return [(answer.status_code, answer.get("Location")) for answer in answers], shown

    known_pages = pages_of(known)
    sent = len(texts(folder)) + len(mail.outbox)
    assert sent == 2  # the first and the one that was asked for again

    assert pages_of(stranger) == known_pages
    assert len(texts(folder)) + len(mail.outbox) == sent


def test_who_is_locked_out_gets_no_code(client, folder):
    UserFactory(phone=PHONE, is_active=False)

    assert ask(client, "0912345678").status_code == HTTPStatus.FOUND
    assert texts(folder) == []


def test_a_code_is_good_once(client, person, folder):
    ask(client, "0912345678")
    code = code_in(texts(folder)[0].partition("\n")[2])
    enter(client, code)
    client.post(reverse("account_logout"))

    answer = enter(client, code)

    assert answer.url == reverse("account_request_login_code")
    assert not is_signed_in(client, person)


def test_who_mistyped_the_number_starts_again(client, person, folder):
    ask(client, "0987654321")
    page = client.get(reverse("account_confirm_login_code")).content.decode()
    assert f'name="next" value="{reverse("account_request_login_code")}"' in page

    again = client.post(
        reverse("account_logout"), {"next": reverse("account_request_login_code")}, follow=True
    )
    assert "đã đăng xuất" not in again.content.decode()
    ask(client, "0912345678")

    assert len(texts(folder)) == 1


def test_a_code_of_somebody_elses_browser_is_worth_nothing(client, person, folder):
    ask(client, "0912345678")
    other = Client()
    ask(other, "0912345678")
    first, second = (code_in(text.partition("\n")[2]) for text in texts(folder))

    enter(client, second)

    assert first == second or not is_signed_in(client, person)


@pytest.mark.parametrize(("seconds", "is_good"), [(599, True), (601, False)])
def test_a_code_is_good_for_ten_minutes(client, person, folder, seconds, is_good):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        ask(client, "0912345678")
    with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
        enter(client, code_in(texts(folder)[0].partition("\n")[2]))
        assert is_signed_in(client, person) is is_good


def test_five_wrong_codes_are_the_end(client, person, folder):
    ask(client, "0912345678")
    code = code_in(texts(folder)[0].partition("\n")[2])
    wrong = WRONG if code != WRONG else "111111"
    for _number in range(4):
        assert enter(client, wrong).status_code == HTTPStatus.OK

    assert enter(client, wrong).url == reverse("account_request_login_code")
    enter(client, code)
    assert not is_signed_in(client, person)


def test_another_code_can_be_asked_for_twice_and_is_good_as_long(client, person, folder):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        ask(client, "0912345678")
    with time_machine.travel(start + timedelta(minutes=9), tick=False):
        enter(client, "", action="resend")
        enter(client, "", action="resend")
        assert (
            "Gửi lại mã" not in client.get(reverse("account_confirm_login_code")).content.decode()
        )
        enter(client, "", action="resend")  # is taken for an empty code
    assert len(texts(folder)) == 3

    with time_machine.travel(start + timedelta(minutes=18), tick=False):
        enter(client, code_in(texts(folder)[2].partition("\n")[2]))
    assert is_signed_in(client, person)


def test_a_number_gets_five_codes_an_hour_however_they_are_asked_for(person, folder):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        for _number in range(2):
            client = Client()
            ask(client, "0912345678")
            enter(client, "", action="resend")
        ask(Client(), "+84 912 345 678")
        assert len(texts(folder)) == 5

        refused = ask(Client(), "0912345678")
        enter(client, "", action="resend")

    assert "quá nhiều lần" in str(refused.context["form"].errors)
    assert len(texts(folder)) == 5
    with time_machine.travel(start + timedelta(seconds=3601), tick=False):
        assert ask(Client(), "0912345678").status_code == HTTPStatus.FOUND


def test_one_number_that_is_flooded_keeps_nobody_else_out(person, folder):
    UserFactory(phone="+84987654321")
    for _number in range(7):
        ask(Client(), "0912345678")

    assert ask(Client(), "0987654321").status_code == HTTPStatus.FOUND
    assert len(texts(folder)) == 6


@pytest.mark.parametrize("typed", ["", "x", "12345", "anh@", "a" * 300])
def test_what_is_no_contact_is_said_so(client, typed):
    answer = ask(client, typed)

    assert answer.status_code == HTTPStatus.OK
    assert answer.context["form"].errors["login"]


def test_without_a_gateway_codes_go_by_mail_only(client, person, settings):
    settings.MESSAGE_BACKEND = ""

    refused = ask(client, "0912345678")

    assert "chưa gửi được mã tới số điện thoại" in str(refused.context["form"].errors)
    assert ask(client, "anh@vidu.vn").status_code == HTTPStatus.FOUND


# A phone number is confirmed -----------------------------------------------------------------


def confirm(client, code):
    return client.post(reverse("account_verify_phone"), {"code": code})


def test_a_person_confirms_their_number_from_their_page(client, person, folder):
    client.force_login(person)
    assert (
        reverse("account_change_phone") in client.get(reverse("accounts:profile")).content.decode()
    )

    asked = client.post(reverse("account_change_phone"))
    answer = confirm(client, code_in(texts(folder)[0].partition("\n")[2]))

    assert asked.url == reverse("account_verify_phone")
    assert client.get(answer.url).url == reverse("accounts:profile")
    assert User.objects.get().phone_verified is True
    page = client.get(reverse("accounts:profile")).content.decode()
    assert "đã xác minh" in page
    assert reverse("account_change_phone") not in page


def test_a_wrong_code_confirms_nothing(client, person, folder):
    client.force_login(person)
    client.post(reverse("account_change_phone"))

    for _number in range(6):
        confirm(client, WRONG)

    assert User.objects.get().phone_verified is False
    confirm(client, code_in(texts(folder)[0].partition("\n")[2]))
    assert User.objects.get().phone_verified is False


def test_a_number_that_was_changed_meanwhile_is_not_confirmed(client, person, folder):
    client.force_login(person)
    client.post(reverse("account_change_phone"))
    User.objects.update(phone="+84987654321")

    confirm(client, code_in(texts(folder)[0].partition("\n")[2]))

    assert User.objects.get().phone_verified is False


def test_codes_for_confirming_are_limited_too(client, person, folder):
    client.force_login(person)
    for _number in range(7):
        answer = client.post(reverse("account_change_phone"))

    assert answer.status_code == HTTPStatus.OK
    assert len(texts(folder)) == 5


def test_without_a_gateway_no_number_is_confirmed(client, person, settings):
    settings.MESSAGE_BACKEND = ""
    client.force_login(person)

    assert client.post(reverse("account_change_phone")).url == reverse("accounts:profile")
    assert (
        reverse("account_change_phone")
        not in client.get(reverse("accounts:profile")).content.decode()
    )


def test_a_changed_contact_needs_a_password_to_be_set_first(client):
    client.force_login(UserFactory(password=None))

    assert client.get(reverse("accounts:contact_change")).url == reverse("account_set_password")
