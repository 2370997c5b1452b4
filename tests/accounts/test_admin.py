"""The admin as a superuser meets it: contacts as people type them, the log only to read."""

from http import HTTPStatus

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts.models import Unit, User
from accounts.services.auditing import record_decision
from tests.factories import NOON, RoleGrantFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "mat-khau-rat-kho-doan"
NO_GRANTS = {"role_grants-TOTAL_FORMS": "0", "role_grants-INITIAL_FORMS": "0"}
ADD_USER = reverse("admin:accounts_user_add")


@pytest.fixture(autouse=True)
def superuser(client):
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.mark.parametrize("model", ["user", "unit", "rolegrant", "auditentry"])
def test_admin_lists_and_opens(client, superuser, model):
    rows = {
        "user": superuser,
        "unit": UnitFactory(),
        "rolegrant": RoleGrantFactory(),
        "auditentry": record_decision(actor=superuser, at=NOON, action="x", target="y"),
    }

    listed = client.get(reverse(f"admin:accounts_{model}_changelist"), {"q": "a"})
    opened = client.get(reverse(f"admin:accounts_{model}_change", args=[rows[model].pk]))

    assert (listed.status_code, opened.status_code) == (HTTPStatus.OK, HTTPStatus.OK)


def new_person(**changes):
    return {
        "email": "",
        "phone": "",
        "full_name": "Lý Thị Mai",
        "kind": "citizen",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
        **NO_GRANTS,
        **changes,
    }


@pytest.mark.parametrize(
    ("typed", "login"),
    [({"phone": "0912 345 678"}, "0912345678"), ({"email": "Mai@ViDu.vn"}, "mai@vidu.vn")],
)
def test_admin_adds_a_person_who_can_sign_in(client, typed, login):
    client.post(ADD_USER, new_person(**typed))

    person = User.objects.get(full_name="Lý Thị Mai")
    visitor = Client()
    visitor.post(reverse("account_login"), {"login": login, "password": PASSWORD})
    assert visitor.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize(
    "typed", [{}, {"phone": "12"}, {"email": "khong-phai-thu"}, {"phone": "0987654321"}]
)
def test_admin_says_what_is_wrong_with_a_contact(client, typed):
    UserFactory(phone="+84987654321")

    answer = client.post(ADD_USER, new_person(**typed))

    assert answer.status_code == HTTPStatus.OK
    assert answer.context["adminform"].form.errors
    assert not User.objects.filter(full_name="Lý Thị Mai").exists()


def test_admin_replaces_an_address_for_good(client):
    person = UserFactory(email="cu@vidu.vn", phone="+84912345678", phone_verified=True)
    EmailAddress.objects.create(user=person, email="cu@vidu.vn", primary=True)
    changed = {
        "email": "moi@vidu.vn",
        "phone": "0987 654 321",
        "full_name": person.full_name,
        "kind": person.kind,
        "unit": person.unit_id,
        "is_active": "on",
        **NO_GRANTS,
    }

    client.post(reverse("admin:accounts_user_change", args=[person.pk]), changed)

    person.refresh_from_db()
    assert (person.email, person.phone) == ("moi@vidu.vn", "+84987654321")
    assert not person.phone_verified
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["moi@vidu.vn"]


def test_admin_makes_a_new_unit_findable(client):
    unit = {"code": "so-y-te", "name": "Sở Y tế", "kind": "department", "aliases": "SYT"}

    client.post(reverse("admin:accounts_unit_add"), unit)

    assert Unit.objects.get(code="so-y-te").search_key == "so y te syt syt"


def test_admin_cannot_touch_the_decision_log(client, superuser):
    entry = record_decision(actor=superuser, at=NOON, action="x", target="y")

    statuses = [
        client.post(reverse(f"admin:accounts_auditentry_{deed}", args=args)).status_code
        for deed, args in [("add", []), ("change", [entry.pk]), ("delete", [entry.pk])]
    ]

    assert statuses == [HTTPStatus.FORBIDDEN] * 3
