"""Two factors: setting up, signing in, and the gate before every desk."""

import re
from http import HTTPStatus

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from asgiref.sync import sync_to_async
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import AuditEntry, User
from accounts.policies import roles_of
from accounts.second_factors import SecondFactorAdapter
from config.sockets import SessionAndUser
from tests.contest import test_desk_permissions as desks
from tests.factories import RoleGrantFactory, RoundFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "mat-khau-thu"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def required(settings):
    settings.STAFF_MFA_REQUIRED = True


def code_now(secret=SECRET, *, steps=0):
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30 + steps))


def with_totp(user):
    TOTP.activate(user, SECRET)
    return user


def organiser(**fields):
    return RoleGrantFactory(user=UserFactory(**fields)).user


def sign_in(client, user, password=PASSWORD):
    return client.post(
        reverse("account_login"), {"login": user.email, "password": password}, follow=True
    )


def second_step(client, code):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def reauthenticate(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def is_signed_in(client):
    return "_auth_user_id" in client.session


# The gate --------------------------------------------------------------------------------------


def desk_pages():
    site = desks.made_site()
    for page, (method, *_rest) in desks.PAGES.items():
        yield "get" if method == "both" else method, desks.address(page, site)


@pytest.mark.parametrize("has_factor", [False, True])
def test_no_desk_opens_to_anybody_whose_session_shows_no_second_factor(required, has_factor):
    for role in Role:
        user = UserFactory()
        unit = user.unit if role is Role.COORDINATOR else None
        RoleGrantFactory(user=user, role=role, unit=unit)
        if has_factor:
            with_totp(user)
        client = Client()
        client.force_login(user)
        way = reverse("mfa_reauthenticate" if has_factor else "mfa_index")
        for method, address in desk_pages():
            answer = getattr(client, method)(address)
            assert (answer.status_code, answer.url.partition("?")[0]) == (302, way), address


@pytest.mark.parametrize("fields", [{"is_superuser": True}, {"is_staff": True}])
def test_the_admin_is_behind_the_gate(client, required, fields):
    client.force_login(UserFactory(**{"is_staff": True, **fields}))

    pages = [reverse("admin:index"), reverse("admin:accounts_user_changelist")]
    for page in pages:
        answer = client.get(page, follow=True)
        assert answer.redirect_chain[-1][0] == reverse("mfa_index"), page


def test_people_without_a_duty_pass_as_ever(client, required):
    client.force_login(UserFactory())

    assert client.get(reverse("contest:contest_list")).status_code == HTTPStatus.OK
    assert client.get(reverse("contest:organiser_desk")).status_code == HTTPStatus.FORBIDDEN


def test_staff_still_reach_what_everybody_reaches(client, required):
    client.force_login(organiser())

    page = client.get(reverse("contest:contest_list"))

    assert page.status_code == HTTPStatus.OK
    assert "Bật bảo mật hai lớp" in page.content.decode()
    assert reverse("contest:organiser_desk") not in page.content.decode()


def test_unpublished_contests_stay_hidden_without_the_second_factor(client, required):
    contest = RoundFactory(contest__is_published=False).contest
    client.force_login(organiser())

    assert client.get(reverse("contest:contest_detail", args=[contest.slug])).status_code == 404


@pytest.mark.django_db(transaction=True)  # sockets look people up in threads
@pytest.mark.parametrize("shown", [True, False])
async def test_sockets_ask_for_the_second_factor_too(required, shown):
    def session_cookie():
        client = Client()
        client.force_login(with_totp(organiser()))
        if shown:
            client.post(reverse("mfa_reauthenticate"), {"code": code_now()})
        return client.cookies.output(header="", attrs=[])

    seen: list[User] = []

    async def inner(scope, receive, send):
        seen.append(scope["user"])

    cookie = await sync_to_async(session_cookie)()
    await SessionAndUser(inner)({"headers": [(b"cookie", cookie.strip().encode())]}, None, None)

    held = await sync_to_async(roles_of)(seen[0])
    await sync_to_async(connections.close_all)()
    assert held == (frozenset({Role.ORGANISER}) if shown else frozenset())


def test_passwords_and_a_code_open_the_desk(client, required):
    user = with_totp(organiser(email="anh@vidu.vn"))

    page = sign_in(client, user)
    assert page.redirect_chain[-1][0] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    second_step(client, code_now())

    assert is_signed_in(client)
    assert client.get(reverse("contest:organiser_desk")).status_code == HTTPStatus.OK


@pytest.mark.django_db(transaction=True)  # allauth tells of it after the commit
def test_setting_up_opens_the_desk_at_once(client, required):
    client.force_login(organiser())
    asked = client.get(reverse("contest:organiser_desk"), follow=True)
    assert "cần bật bảo mật hai lớp trước khi vào" in asked.content.decode()
    reauthenticate(client)

    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})

    assert answer.url == reverse("mfa_view_recovery_codes")
    assert client.get(reverse("contest:organiser_desk")).status_code == HTTPStatus.OK


def test_an_older_session_shows_the_second_factor_and_goes_on(client, required):
    user = with_totp(organiser())
    client.force_login(user)
    desk = reverse("contest:organiser_desk")
    asked = client.get(desk)
    assert asked.url == f"{reverse('mfa_reauthenticate')}?next={desk}"

    answer = client.post(asked.url, {"code": code_now(), "next": desk})

    assert answer.url == desk
    assert client.get(desk).status_code == HTTPStatus.OK


def test_a_duty_that_is_given_later_asks_for_the_second_factor(client, required):
    user = UserFactory()
    client.force_login(user)
    RoleGrantFactory(user=user)

    assert client.get(reverse("contest:organiser_desk")).url == reverse("mfa_index")


def test_taking_the_second_factor_away_closes_the_desk_at_once(client, required):
    user = with_totp(organiser())
    sign_in(client, user)
    second_step(client, code_now())
    Authenticator.objects.all().delete()

    assert client.get(reverse("contest:organiser_desk")).url == reverse("mfa_index")


def test_recovery_codes_alone_are_no_second_factor(client, required):
    user = organiser()
    Authenticator.objects.create(user=user, type="recovery_codes", data={})
    client.force_login(user)

    assert client.get(reverse("contest:organiser_desk")).url == reverse("mfa_index")


def test_the_gate_costs_people_without_a_duty_no_query(required, client, settings):
    client.force_login(UserFactory())
    page = reverse("accounts:contact_change")

    def queries():
        with CaptureQueriesContext(connection) as seen:
            client.get(page)
        return len(seen)

    with_gate = queries()
    settings.STAFF_MFA_REQUIRED = False
    assert queries() == with_gate


# Setting up and using ------------------------------------------------------------------------


def test_setting_up_needs_the_password_again(client):
    client.force_login(UserFactory())

    for name in ("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
        assert client.get(reverse(name)).url.startswith(reverse("account_reauthenticate"))


def test_recovery_codes_are_shown_to_print_and_work_once_each(client):
    user = with_totp(UserFactory(email="anh@vidu.vn"))
    client.force_login(user)
    reauthenticate(client)
    client.post(reverse("mfa_generate_recovery_codes"))
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r"<code>(\d{8})</code>", page)
    assert len(codes) == len(set(codes)) == 10
    assert "data-print" in page
    downloaded = client.get(reverse("mfa_download_recovery_codes"))
    assert downloaded.content.decode().split() == codes

    first, second = Client(), Client()
    sign_in(first, user)
    second_step(first, codes[3])
    sign_in(second, user)
    again = second_step(second, codes[3])

    assert is_signed_in(first)
    assert not is_signed_in(second)
    assert "Mã chưa đúng" in str(again.context["form"].errors)


def test_a_code_of_the_app_is_good_once(client):
    user = with_totp(UserFactory())
    code = code_now()
    other = Client()
    sign_in(client, user)
    second_step(client, code)
    sign_in(other, user)
    second_step(other, code)

    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_guesses_at_the_second_factor_are_few(client):
    sign_in(client, with_totp(UserFactory()))
    code = code_now()
    wrong = "000000" if code != "000000" else "111111"
    for _number in range(5):
        second_step(client, wrong)

    answer = second_step(client, code)

    assert not is_signed_in(client)
    assert "Quá nhiều lần" in str(answer.context["form"].errors)


def test_a_one_time_code_asks_for_the_second_factor_too(client):
    user = with_totp(UserFactory(email="anh@vidu.vn"))
    client.post(reverse("account_request_login_code"), {"login": "anh@vidu.vn"})
    (code,) = re.findall(r"\b\d{6}\b", mail.outbox[0].body)

    answer = client.post(reverse("account_confirm_login_code"), {"code": code})

    assert answer.url == reverse("mfa_authenticate")
    second_step(client, code_now())
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_app_is_switched_off_after_the_password(client):
    user = with_totp(UserFactory())
    client.force_login(user)
    reauthenticate(client)

    assert client.post(reverse("mfa_deactivate_totp")).url == reverse("mfa_index")
    assert not Authenticator.objects.exists()


def test_secrets_are_encrypted_and_outlive_a_new_key(settings):
    with_totp(UserFactory())
    stored = Authenticator.objects.get()
    assert SECRET not in str(stored.data)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "n" * 60
    assert stored.wrap().validate_code(code_now())

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValueError, match="another SECRET_KEY"):
        SecondFactorAdapter().decrypt(stored.data["secret"])


def test_keys_are_named_in_vietnamese():
    user = UserFactory()
    adapter = SecondFactorAdapter()
    names = []
    for _number in range(3):
        names.append(adapter.generate_authenticator_name(user, Authenticator.Type.WEBAUTHN))
        Authenticator.objects.create(user=user, type="webauthn", data={})

    assert names == ["Khóa chính", "Khóa dự phòng", "Khóa số 3"]


# Lost devices ----------------------------------------------------------------------------------


def reset(person, by, reason="Đã gọi điện xác minh"):
    call_command("reset_two_factors", person, "--by", by, "--reason", reason)


def test_lost_factors_are_reset_and_recorded(capsys):
    user = with_totp(organiser(email="anh@vidu.vn", phone="+84912345678"))
    admin = UserFactory(email="quantri@vidu.vn", is_superuser=True)
    other = with_totp(UserFactory())

    reset("0912 345 678", "quantri@vidu.vn")

    assert capsys.readouterr().out == "Taken away: totp.\n"
    assert [factor.user for factor in Authenticator.objects.all()] == [other]
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.target) == (
        admin,
        "second_factors.reset",
        f"user:{user.pk}",
    )
    assert (entry.before, entry.reason) == ({"kinds": ["totp"]}, "Đã gọi điện xác minh")


@pytest.mark.parametrize(
    ("person", "by"), [("khong-co@vidu.vn", "anh@vidu.vn"), ("anh@vidu.vn", "khong-co@vidu.vn")]
)
def test_nothing_is_reset_for_or_by_nobody(person, by):
    with_totp(UserFactory(email="anh@vidu.vn"))

    with pytest.raises(CommandError, match=r"Nobody signs in with khong-co@vidu\.vn"):
        reset(person, by)

    assert Authenticator.objects.count() == 1
    assert not AuditEntry.objects.exists()
