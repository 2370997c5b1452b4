from http import HTTPStatus

import pytest
from django.urls import reverse

from tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = reverse("accounts:profile")


@pytest.fixture
def person(client):
    user = UserFactory(full_name="Nguyễn Văn An", unit__name="Sở Y tế")
    client.force_login(user)
    return user


def test_profile_is_for_the_signed_in(client):
    assert client.get(URL).url.startswith(reverse("account_login"))


def test_profile_shows_ones_own_data(client, person):
    page = client.get(URL).content.decode()

    assert 'value="Nguyễn Văn An"' in page
    assert 'value="Sở Y tế"' in page


def test_profile_changes_are_kept(client, person):
    unit = UnitFactory(name="Sở Nội vụ")
    new = {
        "full_name": "Nguyễn Văn Bình",
        "born_on": "01/02/1985",
        "kind": "official",
        "unit": unit.code,
        "unit_query": unit.name,
    }

    answer = client.post(URL, new)

    person.refresh_from_db()
    assert answer.status_code == HTTPStatus.FOUND
    assert (person.full_name, person.unit) == ("Nguyễn Văn Bình", unit)


def test_profile_with_a_bad_date_is_not_saved(client, person):
    answer = client.post(URL, {"full_name": "X", "born_on": "99/99/9999", "kind": "citizen"})

    person.refresh_from_db()
    assert answer.context["form"].errors["born_on"]
    assert person.full_name == "Nguyễn Văn An"


def test_password_change(client, person):
    new = {
        "oldpassword": "mat-khau-thu",
        "password1": "mat-khau-moi-tinh",
        "password2": "mat-khau-moi-tinh",
    }

    client.post(reverse("account_change_password"), new)

    person.refresh_from_db()
    assert person.check_password("mat-khau-moi-tinh")


def test_profile_unit_is_changed_and_taken_away_without_a_script(client, person):
    """The hidden code of the page stays as it was; what counts is what stands in the text box."""
    old, new = person.unit, UnitFactory(name="Sở Nội vụ")
    sent = {"full_name": "Nguyễn Văn An", "born_on": "01/02/1985", "kind": "citizen"}

    client.post(URL, {**sent, "unit": old.code, "unit_query": "so noi vu"})
    person.refresh_from_db()
    assert person.unit == new

    client.post(URL, {**sent, "unit": new.code, "unit_query": ""})
    person.refresh_from_db()
    assert person.unit is None


def test_profile_of_a_stranger_is_nowhere(client, person):
    UserFactory(full_name="Trần Thị Xa Lạ", phone="+84987654321")

    page = client.get(URL).content.decode()

    assert "Xa Lạ" not in page
    assert "0987 654 321" not in page
