import re
from functools import partial
from http import HTTPStatus

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import identify_hasher, make_password
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "mat-khau-thu"


def sign_in(client, login, password=PASSWORD, **data):
    return client.post(reverse("account_login"), {"login": login, "password": password, **data})


@pytest.mark.parametrize("login", ["anh@vidu.vn", "ANH@vidu.vn", "0912 345 678", "+84912345678"])
def test_sign_in_by_email_or_phone(client, login):
    user = UserFactory(email="anh@vidu.vn", phone="+84912345678")

    answer = sign_in(client, login, next="/hoi-thi/x/")

    assert answer.url == "/hoi-thi/x/"
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("login", ["anh@vidu.vn", "0912345678", "khong-co@vidu.vn", "???"])
def test_sign_in_with_a_wrong_password_says_the_same_for_everybody(client, login):
    UserFactory(email="anh@vidu.vn", phone="+84912345678")

    answer = sign_in(client, login, "sai-mat-khau")

    assert answer.status_code == HTTPStatus.OK
    assert "_auth_user_id" not in client.session
    assert "không đúng" in str(answer.context["form"].errors)


def test_sign_in_elsewhere_is_not_a_way_out_of_the_site(client):
    UserFactory(email="anh@vidu.vn")

    assert "evil" not in sign_in(client, "anh@vidu.vn", next="https://evil.example/").url


def test_guessing_one_persons_password_is_slowed_down():
    UserFactory(email="anh@vidu.vn")
    for _number in range(5):
        sign_in(Client(), "anh@vidu.vn", "sai-mat-khau")

    answer = sign_in(Client(), "anh@vidu.vn")

    assert answer.status_code == HTTPStatus.OK
    assert "Quá nhiều lần" in str(answer.context["form"].errors)


@pytest.mark.parametrize("others", ["anh@vidu.vn", "0912345678"])
@pytest.mark.parametrize("own", ["binh@vidu.vn", "0987654321"])
def test_colleagues_behind_the_same_address_still_sign_in(others, own):
    UserFactory(email="anh@vidu.vn", phone="+84912345678")
    UserFactory(email="binh@vidu.vn", phone="+84987654321")
    for _number in range(6):
        sign_in(Client(), others, "sai-mat-khau")

    assert sign_in(Client(), own).status_code == HTTPStatus.FOUND


def test_guesses_are_counted_for_the_person_however_they_are_written():
    UserFactory(email="anh@vidu.vn", phone="+84912345678")
    for login in ("0912345678", "+84 912 345 678", "0912.345.678", "anh@vidu.vn", "ANH@vidu.vn"):
        sign_in(Client(), login, "sai-mat-khau")

    assert "Quá nhiều lần" in str(sign_in(Client(), "0912345678").context["form"].errors)


def test_three_hundred_people_of_one_office_may_each_slip_once():
    people = UserFactory.create_batch(300, unit=None, kind="citizen")
    for person in people:
        sign_in(Client(), person.email, "sai-mat-khau")

    assert {sign_in(Client(), person.email).status_code for person in people} == {HTTPStatus.FOUND}


def test_a_flood_from_one_address_gets_a_vietnamese_page(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    for _number in range(2):
        assert sign_in(client, "x", "y").status_code == HTTPStatus.OK

    answer = sign_in(client, "x", "y")

    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "Xin đợi vài phút rồi thử lại" in answer.content.decode()


def test_the_admin_has_no_sign_in_of_its_own(client):
    UserFactory(email="anh@vidu.vn", is_staff=True, is_superuser=True)

    page = client.get(reverse("admin:index"), follow=True)

    assert page.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert sign_in(client, "anh@vidu.vn", next=reverse("admin:index")).url == reverse("admin:index")
    assert client.get(reverse("admin:index")).status_code == HTTPStatus.OK


def test_the_admin_is_closed_to_others(client):
    client.force_login(UserFactory())

    page = client.get(reverse("admin:index"), follow=True)

    assert page.status_code == HTTPStatus.FORBIDDEN


def test_who_is_locked_out_learns_so_only_with_the_right_password(client):
    UserFactory(email="anh@vidu.vn", is_active=False)

    assert sign_in(client, "anh@vidu.vn").url == reverse("account_inactive")
    assert "không đúng" in str(sign_in(client, "anh@vidu.vn", "sai").context["form"].errors)


def test_passwords_are_stored_with_argon2id(settings):
    settings.PASSWORD_HASHERS = ["accounts.hashers.OwaspArgon2PasswordHasher"]

    encoded = make_password(PASSWORD)

    assert identify_hasher(encoded).algorithm == "argon2"
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_sign_out_needs_a_post(client):
    client.force_login(UserFactory())

    page = client.get(reverse("account_logout"))

    assert page.status_code == HTTPStatus.OK
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_forgotten_password_by_mail(client):
    user = UserFactory(email="anh@vidu.vn")

    client.post(reverse("account_reset_password"), {"email": "anh@vidu.vn"})

    link = next(word for word in mail.outbox[0].body.split() if "/quen-mat-khau/" in word)
    path = link.removeprefix("http://testserver").removeprefix("https://testserver")
    form_path = client.get(path).url
    assert client.get(form_path).status_code == HTTPStatus.OK
    new = {"password1": "mat-khau-moi-tinh", "password2": "mat-khau-moi-tinh"}
    assert client.post(form_path, new, follow=True).status_code == HTTPStatus.OK
    assert User.objects.get(pk=user.pk).check_password("mat-khau-moi-tinh")


def test_a_used_reset_link_says_so(client):
    page = client.get(reverse("account_reset_password_from_key", args=["1", "set-password-x"]))

    assert "Đường dẫn này đã dùng rồi hoặc đã quá hạn." in page.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_inactive",
    ],
)
def test_every_page_for_visitors_opens_in_vietnamese(client, name):
    page = client.get(reverse(name))

    assert page.status_code == HTTPStatus.OK
    assert '<html lang="vi">' in page.content.decode()


ENGLISH = re.compile(
    r"\b(the|your|must|this|field|password|please|forgot|email|required|code|key|account|use|you"
    r"|sign|login|with|invalid|incorrect|select|enter|name|security|backup|master)\b",
    re.IGNORECASE,
)


def words_of(page):
    """What a person reads in the page's main part."""
    main = re.search(r"<main.*</main>", page.content.decode(), re.DOTALL).group()
    return re.sub(r"<[^>]+>", " ", main)


@pytest.mark.parametrize(
    "name",
    [
        *["account_signup", "account_login", "account_reset_password", "account_change_password"],
        *["account_set_password", "account_reauthenticate", "account_logout"],
        *["accounts:profile", "accounts:contact_change"],
    ],
)
@pytest.mark.parametrize("typed", ["", "x", "12345678"])
def test_no_page_and_no_refusal_is_in_english(client, name, typed):
    fields = ["full_name", "born_on", "kind", "unit_query", "email", "phone", "login"]
    fields += ["password", "password1", "oldpassword"]
    visitors = ("account_signup", "account_login", "account_reset_password")
    if name not in visitors:
        password = None if name == "account_set_password" else PASSWORD
        user = UserFactory(password=password)
        client.force_login(user)
    form = {**dict.fromkeys(fields, typed), "password2": typed + "y"}

    shown = client.get(reverse(name))
    assert shown.status_code == HTTPStatus.OK
    assert ENGLISH.findall(words_of(shown)) == []
    if name != "account_logout":
        refused = client.post(reverse(name), form)
        assert refused.status_code == HTTPStatus.OK
        assert ENGLISH.findall(words_of(refused)) == []


@pytest.fixture
def sso(settings):
    address = {"server_url": "http://127.0.0.1:1", "client_id": "x", "secret": ""}
    settings.OIDC = {"name": "Tài khoản công vụ", **address}


def codes_page(client):
    UserFactory(email="anh@vidu.vn")
    client.post(reverse("account_request_login_code"), {"login": "anh@vidu.vn"})


def phone_page(client):
    user = UserFactory(phone="+84912345678")
    client.force_login(user)
    client.post(reverse("account_change_phone"))


def second_step_page(client):
    user = UserFactory(email="anh@vidu.vn")
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    sign_in(client, "anh@vidu.vn")


def signed_in_again(client, *, has_app=False, has_key=False):
    user = UserFactory()
    client.force_login(user)
    if has_app:
        TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    if has_key:
        Authenticator.objects.create(pk=1, user=user, type="webauthn", data={"name": "Khóa"})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def with_app(client):
    signed_in_again(client, has_app=True)
    client.post(reverse("mfa_generate_recovery_codes"))


NEW_PAGES = [
    ("account_request_login_code", [], None),
    ("account_confirm_login_code", [], codes_page),
    ("account_change_phone", [], phone_page),
    ("account_verify_phone", [], phone_page),
    ("mfa_authenticate", [], second_step_page),
    ("mfa_index", [], with_app),
    ("mfa_index", [], signed_in_again),
    ("mfa_reauthenticate", [], with_app),
    ("mfa_activate_totp", [], signed_in_again),
    ("mfa_deactivate_totp", [], with_app),
    ("mfa_generate_recovery_codes", [], with_app),
    ("mfa_generate_recovery_codes", [], signed_in_again),
    ("mfa_view_recovery_codes", [], with_app),
    ("mfa_list_webauthn", [], signed_in_again),
    ("mfa_list_webauthn", [], partial(signed_in_again, has_key=True)),
    ("mfa_add_webauthn", [], signed_in_again),
    ("mfa_edit_webauthn", [1], partial(signed_in_again, has_key=True)),
    ("mfa_remove_webauthn", [1], partial(signed_in_again, has_key=True)),
    ("socialaccount_connections", [], signed_in_again),
    ("socialaccount_login_cancelled", [], None),
    ("socialaccount_login_error", [], None),
]


@pytest.mark.parametrize(("name", "arguments", "prepare"), NEW_PAGES)
@pytest.mark.parametrize("typed", ["", "x", "12345678"])
def test_no_page_of_codes_and_factors_is_in_english(
    client, sso, settings, tmp_path, name, arguments, prepare, typed
):
    settings.MESSAGE_DIR = tmp_path
    if prepare:
        prepare(client)
    address = reverse(name, args=arguments)

    shown = client.get(address)
    assert shown.status_code in {HTTPStatus.OK, HTTPStatus.UNAUTHORIZED}
    assert ENGLISH.findall(words_of(shown)) == []
    if name.startswith(("socialaccount_login", "mfa_view", "mfa_index", "mfa_list")):
        return
    form = {"login": typed, "code": typed, "name": typed, "credential": typed, "account": typed}
    refused = client.post(address, form, follow=True)
    assert refused.status_code == HTTPStatus.OK
    assert ENGLISH.findall(words_of(refused)) == []


def test_messages_and_mails_with_codes_are_in_vietnamese(settings, tmp_path):
    settings.MESSAGE_DIR = tmp_path
    UserFactory(email="anh@vidu.vn", phone="+84912345678")
    for login in ("anh@vidu.vn", "0912345678"):
        Client().post(reverse("account_request_login_code"), {"login": login})

    (text,) = [file.read_text() for file in tmp_path.iterdir()]
    (sent,) = mail.outbox
    assert ENGLISH.findall(text + sent.subject.partition("]")[2] + sent.body) == []


def test_csrf_failure_is_a_courteous_page():
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "x"})

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "Mời Anh/Chị quay lại, tải lại trang rồi gửi lần nữa." in answer.content.decode()
