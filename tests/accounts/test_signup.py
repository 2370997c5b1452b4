import threading
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Unit, User
from tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "mat-khau-rat-kho-doan"


def form(**changes):
    return {
        "full_name": "Nguyễn Thị  Ánh",
        "born_on": "19/05/1990",
        "kind": "citizen",
        "unit": "",
        "unit_query": "",
        "phone": "0912 345 678",
        "email": "",
        "password1": PASSWORD,
        "consent": "on",
        **changes,
    }


def sign_up(client, **changes):
    return client.post(reverse("account_signup"), form(**changes))


def errors(answer, field):
    return answer.context["form"].errors.get(field, [])


def test_sign_up_by_phone_makes_a_person_and_signs_in(client):
    answer = sign_up(client)

    user = User.objects.get()
    assert answer.status_code == HTTPStatus.FOUND
    assert (user.full_name, user.phone, user.email) == ("Nguyễn Thị Ánh", "+84912345678", None)
    assert client.session["_auth_user_id"] == str(user.pk)


def test_sign_up_by_email_stores_it_in_lower_case(client):
    sign_up(client, phone="", email="Anh@ViDu.vn")

    assert User.objects.get().email == "anh@vidu.vn"


def test_sign_up_leads_back_to_where_the_person_came_from(client):
    answer = client.post(reverse("account_signup"), form(next="/hoi-thi/x/"))

    assert answer.url == "/hoi-thi/x/"


def test_sign_up_needs_phone_or_email(client):
    answer = sign_up(client, phone="", email="")

    assert errors(answer, "phone") == ["Mời Anh/Chị điền số điện thoại hoặc thư điện tử."]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", "   "),
        ("full_name", "12345"),
        ("full_name", "A" * 121),
        ("born_on", "31/02/1990"),
        ("born_on", "19/05/2990"),
        ("born_on", "hôm qua"),
        ("kind", "robot"),
        ("phone", "12345"),
        ("email", "khong-phai-thu"),
        ("password1", "12345678"),
        ("consent", ""),
    ],
)
def test_sign_up_with_a_bad_field_says_so_and_keeps_the_rest(client, field, value):
    answer = sign_up(client, **{field: value})

    assert errors(answer, field)
    assert not User.objects.exists()
    if field != "phone":
        assert 'value="0912 345 678"' in answer.content.decode()


@pytest.mark.parametrize("name", ["Sang", "Thạch Sa Rây", "Y Ê Ban", "Đặng Thị Hòa Bình Minh"])
def test_sign_up_takes_names_of_any_number_of_words(client, name):
    sign_up(client, full_name=name)

    assert User.objects.get().full_name == name


@pytest.mark.parametrize("typed", ["19/05/1990", "19-5-1990", "19.05.1990", "19051990"])
def test_sign_up_takes_the_date_as_people_type_it(client, typed):
    sign_up(client, born_on=typed)

    assert User.objects.get().born_on.isoformat() == "1990-05-19"


# Units -----------------------------------------------------------------------------------------


@pytest.fixture
def units(db):
    return [UnitFactory(name=name) for name in ("Sở Nội vụ", "Sở Y tế", "Sở Tư pháp")]


def test_official_needs_a_unit(client, units):
    answer = sign_up(client, kind="official")

    assert errors(answer, "unit") == ["Mời Anh/Chị chọn cơ quan, đơn vị đang công tác."]


def test_unit_chosen_by_its_code(client, units):
    sign_up(client, kind="official", unit=units[1].code, unit_query="Sở Y tế")

    assert User.objects.get().unit == units[1]


@pytest.mark.parametrize("typed", ["Sở Nội vụ", "so noi vu", "SNV", "nội vụ"])
def test_unit_typed_without_a_script_is_found(client, units, typed):
    sign_up(client, kind="official", unit_query=typed)

    assert User.objects.get().unit == units[0]


def test_unit_that_is_not_clear_comes_back_with_candidates_to_choose(client, units):
    answer = sign_up(client, kind="official", unit_query="so")

    page = answer.content.decode()
    assert page.count('<input type="radio" name="unit_choice"') == 3
    assert 'name="unit_query" value="so"' in page
    assert not User.objects.exists()
    sign_up(client, kind="official", unit_query="so", unit_choice=units[2].code)
    assert User.objects.get().unit == units[2]


def test_unit_chosen_among_candidates_stays_when_something_else_is_wrong(client, units):
    answer = sign_up(client, unit_query="so", unit_choice=units[2].code, consent="")

    page = answer.content.decode()
    assert 'name="unit_query" value="Sở Tư pháp"' in page
    assert f'name="unit" value="{units[2].code}"' in page
    assert 'name="unit_choice"' not in page


def test_unit_typed_over_a_chosen_one_counts(client, units):
    """Without a script the hidden code of the page before stays as it was."""
    sign_up(client, kind="official", unit=units[1].code, unit_query="Sở Nội vụ")

    assert User.objects.get().unit == units[0]


def test_unit_typed_by_another_name_of_its_own_is_clear(client, units):
    name, alias = "Ủy ban nhân dân huyện Kế Sách", "UBND huyện Kế Sách"
    district = UnitFactory(name=name, aliases=alias, search_key=Unit.search_key_for(name, alias))
    town = "Ủy ban nhân dân thị trấn Kế Sách, huyện Kế Sách"
    UnitFactory(name=town, search_key=Unit.search_key_for(town, "UBND thị trấn Kế Sách"))

    sign_up(client, kind="official", unit_query="ubnd huyen ke sach")

    assert User.objects.get().unit == district


@pytest.mark.parametrize("junk", ["a " * 5000, "\x00", "%" * 300, "\ufdfa" * 200])
@pytest.mark.parametrize("field", ["unit", "unit_query", "unit_choice"])
def test_unit_of_any_length_and_letters_is_answered(client, units, field, junk):
    answer = sign_up(client, kind="official", **{field: junk})

    assert answer.status_code == HTTPStatus.OK
    assert not User.objects.exists()


def test_unit_that_is_not_known_is_refused(client, units):
    answer = sign_up(client, kind="official", unit_query="Bộ Ngoại giao")

    assert errors(answer, "unit") == [
        "Không tìm thấy đơn vị này. Xin gõ tên khác hoặc tên viết tắt."
    ]


# Duplicates ------------------------------------------------------------------------------------


@pytest.mark.parametrize("contact", [{"phone": "+84912345678"}, {"email": "anh@vidu.vn"}])
def test_sign_up_with_a_contact_that_is_taken_is_refused(client, contact):
    UserFactory(**contact)

    answer = sign_up(client, phone="0912345678", email="ANH@vidu.vn")

    assert answer.status_code == HTTPStatus.OK
    message = errors(answer, next(iter(contact)))[0]
    assert message.startswith("Đã có tài khoản với thông tin này.")
    assert f'href="{reverse("account_login")}"' in message
    assert f'href="{reverse("account_reset_password")}"' in message
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_simultaneous_sign_ups_with_one_phone_make_one_person():
    count = 6
    barrier = threading.Barrier(count)
    answers, failures = [], []

    def run():
        try:
            client = Client()
            barrier.wait(timeout=10)
            answers.append(sign_up(client))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    refused = [answer for answer in answers if answer.status_code == HTTPStatus.OK]
    assert len(refused) == count - 1
    assert all("Đã có tài khoản với thông tin này." in page.content.decode() for page in refused)
    assert User.objects.count() == 1


def test_three_hundred_people_of_one_office_can_sign_up(settings):
    """All behind one address. A class or a counter must not lock itself out."""
    for number in range(300):
        answer = sign_up(Client(), phone=f"0912{number:06}")
        assert answer.status_code == HTTPStatus.FOUND

    assert User.objects.count() == 300
