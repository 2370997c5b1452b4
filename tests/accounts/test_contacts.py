from http import HTTPStatus

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.services.contacts import change_contacts
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

URL = reverse("accounts:contact_change")
PASSWORD = "mat-khau-thu"
TAKEN = "Đã có tài khoản với thông tin này."


@pytest.fixture
def person(client):
    user = UserFactory(email="anh@vidu.vn", phone="+84912345678", phone_verified=True)
    EmailAddress.objects.create(user=user, email="anh@vidu.vn", primary=True)
    client.force_login(user)
    return user


def send(client, **changes):
    form = {"phone": "0912 345 678", "email": "anh@vidu.vn", "password": PASSWORD, **changes}
    return client.post(URL, form)


def contacts(person):
    person.refresh_from_db()
    return person.phone, person.email


def test_contacts_are_for_the_signed_in(client):
    assert client.get(URL).url.startswith(reverse("account_login"))


def test_contacts_shows_ones_own(client, person):
    page = client.get(URL).content.decode()

    assert 'value="0912 345 678"' in page
    assert 'value="anh@vidu.vn"' in page


def test_contacts_are_changed(client, person):
    answer = send(client, phone="0987.654.321", email="Moi@ViDu.vn")

    assert answer.url == reverse("accounts:profile")
    assert contacts(person) == ("+84987654321", "moi@vidu.vn")
    assert not person.phone_verified


def test_contacts_left_as_they_are_stay_verified(client, person):
    send(client)

    assert contacts(person) == ("+84912345678", "anh@vidu.vn")
    assert person.phone_verified


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": "", "email": ""}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"email": "khong-phai-thu"}, "email"),
        ({"password": "sai-mat-khau"}, "password"),
        ({"password": ""}, "password"),
    ],
)
def test_contacts_with_a_bad_field_are_not_saved(client, person, changes, field):
    answer = send(client, **{"phone": "0987654321", **changes})

    assert answer.context["form"].errors.keys() == {field}
    assert contacts(person) == ("+84912345678", "anh@vidu.vn")


@pytest.mark.parametrize("changes", [{"phone": "0987654321"}, {"email": "BINH@vidu.vn"}])
def test_contacts_of_somebody_else_are_refused(client, person, changes):
    UserFactory(email="binh@vidu.vn", phone="+84987654321")

    answer = send(client, **changes)

    assert answer.status_code == HTTPStatus.OK
    assert TAKEN in answer.content.decode()
    assert contacts(person) == ("+84912345678", "anh@vidu.vn")


def test_guessing_the_password_there_is_slowed_down(client, person):
    for _number in range(5):
        send(client, password="sai-mat-khau")

    assert send(client).status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_an_address_that_was_given_up_opens_the_account_no_more(client, person):
    send(client, email="moi@vidu.vn")
    visitor = Client()

    visitor.post(reverse("account_login"), {"login": "anh@vidu.vn", "password": PASSWORD})
    visitor.post(reverse("account_reset_password"), {"email": "anh@vidu.vn"})

    assert "_auth_user_id" not in visitor.session
    assert mail.outbox == []
    visitor.post(reverse("account_login"), {"login": "moi@vidu.vn", "password": PASSWORD})
    assert visitor.session["_auth_user_id"] == str(person.pk)


def test_change_contacts_needs_one_of_the_two(person):
    with pytest.raises(IntegrityError), transaction.atomic():
        change_contacts(user=person, phone=None, email=None)
