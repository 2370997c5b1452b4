"""Single sign-on against a real OpenID provider, over real HTTP."""

import hashlib
import logging
from base64 import urlsafe_b64encode
from http import HTTPStatus
from urllib.parse import urlencode

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.checks import single_sign_on_is_whole_or_off
from accounts.models import User
from tests.accounts.openid import asked_for, openid_provider
from tests.factories import UnitFactory, UserFactory
from tests.machine import free_port

pytestmark = pytest.mark.django_db

LOGIN = "/tai-khoan/lien-ket/sso/"
ANH = {"name": "Nguyễn Thị Ánh", "email": "anh@vidu.vn", "email_verified": True}
FORM = {
    "full_name": "Nguyễn Thị Ánh",
    "born_on": "19/05/1990",
    "kind": "citizen",
    "phone": "",
    "email": "anh@vidu.vn",
    "consent": "on",
}


@pytest.fixture(scope="module")
def server():
    with openid_provider() as it:
        yield it


@pytest.fixture
def provider(server, settings):
    settings.OIDC = {
        "name": "Tài khoản công vụ",
        "server_url": server.url,
        "client_id": "hoi-thi",
        "secret": "bi-mat",
    }
    server.person("anh", **ANH)
    return server


def leave(client, process="login", **data):
    """Press the button. Returns the address of the provider."""
    page = client.post(f"{LOGIN}?{urlencode({'process': process, **data})}")
    assert page.status_code == HTTPStatus.OK, page.url
    return page.context["address"]


def come_back(client, provider, sub="anh", **how):
    address = provider.agree(leave(client, **how), sub)
    return client.get(address.removeprefix("http://testserver"))


def is_signed_in(client, user):
    return client.session.get("_auth_user_id") == str(user.pk)


def told(client):
    return client.get(reverse("account_login")).content.decode()


def linked(user, provider, sub="anh"):
    uid = hashlib.sha256(f"{provider.url}|{sub}".encode()).hexdigest()
    told = {"userinfo": {"email": "anh@vidu.vn", "name": "Nguyễn Thị Ánh"}}
    return SocialAccount.objects.create(user=user, provider="sso", uid=uid, extra_data=told)


# Off and on ------------------------------------------------------------------------------------


def test_it_is_off_unless_it_is_set_up(client):
    assert "Đăng nhập bằng" not in client.get(reverse("account_login")).content.decode()
    assert client.post(LOGIN).status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"{LOGIN}xong/").status_code == HTTPStatus.NOT_FOUND


def test_a_button_names_the_provider_and_costs_no_query(client, provider):
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("account_login"))

    assert "Đăng nhập bằng Tài khoản công vụ" in page.content.decode()
    assert len(queries) == 0


def test_half_a_set_up_is_said_so(settings):
    settings.OIDC = {"name": "SSO", "server_url": "", "client_id": "", "secret": ""}

    (found,) = single_sign_on_is_whole_or_off()

    assert found.id == "accounts.E003"
    assert found.msg.endswith("missing: OIDC_SERVER_URL, OIDC_CLIENT_ID.")


# The way there ---------------------------------------------------------------------------------


def test_state_nonce_and_pkce_are_sent(client, provider):
    sent = asked_for(leave(client))

    assert sent["redirect_uri"] == f"http://testserver{LOGIN}xong/"
    assert set(sent["scope"].split()) == {"openid", "profile", "email"}
    assert sent["response_type"] == "code"
    assert sent["code_challenge_method"] == "S256"
    assert len(sent["state"]) >= 16
    assert len(sent["nonce"]) == 32
    ((state, _at, _provider),) = client.session["socialaccount_states"].values()
    digest = hashlib.sha256(state["pkce_code_verifier"].encode()).digest()
    assert urlsafe_b64encode(digest).decode().rstrip("=") == sent["code_challenge"]


def test_each_way_there_has_secrets_of_its_own(client, provider):
    first, second = asked_for(leave(client)), asked_for(leave(client))

    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]


def test_a_link_alone_leads_nowhere(client, provider):
    assert client.get(LOGIN).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    forged = Client(enforce_csrf_checks=True).post(LOGIN)
    assert forged.status_code == HTTPStatus.FORBIDDEN


def test_the_address_asks_for_no_more_than_we_do(client, provider):
    page = client.post(f"{LOGIN}?scope=phone&auth_params=prompt%3Dnone%26nonce%3Dx")

    sent = asked_for(page.context["address"])
    assert set(sent["scope"].split()) == {"openid", "profile", "email"}
    assert "prompt" not in sent
    assert sent["nonce"] != "x"


def test_a_provider_that_is_away_is_said_so(client, provider, settings):
    settings.OIDC = {**settings.OIDC, "server_url": f"http://127.0.0.1:{free_port()}"}

    answer = client.post(LOGIN, follow=True)

    assert answer.redirect_chain == [(reverse("account_login"), 302)]
    assert "Chưa liên lạc được với Tài khoản công vụ" in answer.content.decode()


# The way back: new people ----------------------------------------------------------------------


def test_a_first_time_asks_for_what_is_missing_and_makes_a_person(client, provider):
    unit = UnitFactory(name="Sở Nội vụ")
    asked = come_back(client, provider, next="/hoi-thi/x/")
    assert asked.url == reverse("socialaccount_signup")
    page = client.get(asked.url)
    assert page.context["form"]["full_name"].value() == "Nguyễn Thị Ánh"
    assert page.context["form"]["email"].value() == "anh@vidu.vn"
    assert not User.objects.exists()

    office = {"kind": "official", "unit": unit.code, "unit_query": unit.name}
    answer = client.post(asked.url, {**FORM, **office})

    user = User.objects.get()
    assert answer.url == "/hoi-thi/x/"
    assert is_signed_in(client, user)
    assert (user.full_name, user.email, user.kind, user.unit) == (
        *("Nguyễn Thị Ánh", "anh@vidu.vn"),
        *("official", unit),
    )
    assert not user.has_usable_password()
    assert EmailAddress.objects.get().verified is True


def test_only_what_names_the_account_is_kept(client, provider):
    provider.person("anh", **ANH, gender="female", birthdate="1990-05-19", cccd="084190000001")
    client.post(come_back(client, provider).url, FORM)

    account = SocialAccount.objects.get()
    kept = {"email": "anh@vidu.vn", "name": "Nguyễn Thị Ánh"}
    assert account.extra_data == {"userinfo": kept}
    assert account.uid == hashlib.sha256(f"{provider.url}|anh".encode()).hexdigest()
    assert not SocialToken.objects.exists()


def test_names_in_two_parts_stand_in_the_vietnamese_order(client, provider):
    provider.person("hai-phan", family_name="Trần Văn", given_name="Bình")

    page = client.get(come_back(client, provider, "hai-phan").url)

    assert page.context["form"]["full_name"].value() == "Trần Văn Bình"
    assert page.context["form"]["email"].value() == ""


def test_without_an_address_a_phone_number_will_do(client, provider):
    provider.person("khong-thu", name="Lê Văn Cường")
    address = come_back(client, provider, "khong-thu").url

    refused = client.post(address, {**FORM, "email": ""})
    client.post(address, {**FORM, "email": "", "phone": "0912 345 678"})

    assert "phone" in refused.context["form"].errors
    assert User.objects.get().phone == "+84912345678"


def test_an_address_that_the_provider_tells_cannot_be_typed_over(client, provider):
    client.post(come_back(client, provider).url, {**FORM, "email": "khac@vidu.vn"})

    assert User.objects.get().email == "anh@vidu.vn"


def test_an_address_that_was_typed_is_not_taken_for_confirmed(client, provider):
    provider.person("khong-thu", name="Lê Văn Cường")
    client.post(come_back(client, provider, "khong-thu").url, FORM)

    assert User.objects.get().email == "anh@vidu.vn"
    assert EmailAddress.objects.get(email="anh@vidu.vn").verified is False


def test_consent_and_kind_are_asked_for(client, provider):
    refused = client.post(come_back(client, provider).url, {"full_name": "Nguyễn Thị Ánh"})

    assert set(refused.context["form"].errors) == {"born_on", "kind", "consent"}


def test_nobody_reaches_the_last_step_without_the_first(client, provider):
    assert client.get(reverse("socialaccount_signup")).url == reverse("account_login")


# The way back: people we know ------------------------------------------------------------------


def test_a_second_time_signs_in_at_once(client, provider):
    client.post(come_back(client, provider).url, FORM)
    again = Client()

    answer = come_back(again, provider, next="/hoi-thi/x/")

    assert answer.url == "/hoi-thi/x/"
    assert is_signed_in(again, User.objects.get())


def test_the_same_number_at_another_provider_is_somebody_else(client, provider):
    user = UserFactory()
    uid = hashlib.sha256(b"https://khac.vidu.vn|anh").hexdigest()
    SocialAccount.objects.create(user=user, provider="sso", uid=uid)

    assert come_back(client, provider).url == reverse("socialaccount_signup")


def test_who_is_locked_out_stays_out(client, provider):
    user = UserFactory(is_active=False)
    linked(user, provider)

    assert come_back(client, provider).url == reverse("account_inactive")
    assert not is_signed_in(client, user)


def test_the_second_factor_is_asked_for_here_too(client, provider):
    user = UserFactory()
    linked(user, provider)
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")

    assert come_back(client, provider).url == reverse("mfa_authenticate")
    assert not is_signed_in(client, user)


@pytest.mark.parametrize("verified_here", [True, False])
@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("verified_there", [True, False])
def test_an_address_that_is_taken_opens_only_what_both_sides_have_confirmed(
    client, provider, settings, verified_here, links, verified_there
):
    settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION = links
    user = UserFactory(email="anh@vidu.vn")
    EmailAddress.objects.create(user=user, email="anh@vidu.vn", verified=verified_here)
    provider.person("anh", **{**ANH, "email_verified": verified_there})

    answer = come_back(client, provider)

    may_link = verified_here and links and verified_there
    assert is_signed_in(client, user) is may_link
    assert SocialAccount.objects.filter(user=user).exists() is may_link
    assert User.objects.count() == 1
    if not may_link:
        assert answer.url == reverse("account_login")
        assert "Đã có tài khoản dùng thư điện tử này" in told(client)
    assert User.objects.get().has_usable_password()


def test_a_person_links_the_provider_after_signing_in(client, provider):
    user = UserFactory(email="anh@vidu.vn")
    client.force_login(user)
    page = client.get(reverse("socialaccount_connections")).content.decode()
    assert "Liên kết với Tài khoản công vụ" in page

    come_back(client, provider, process="connect")

    assert "anh@vidu.vn" in client.get(reverse("socialaccount_connections")).content.decode()
    other = Client()
    come_back(other, provider)
    assert is_signed_in(other, user)


def test_what_somebody_has_linked_nobody_else_links(client, provider):
    owner, other = UserFactory(), UserFactory()
    linked(owner, provider)
    client.force_login(other)

    come_back(client, provider, process="connect")

    assert SocialAccount.objects.get().user == owner


def test_unlinking_needs_a_password_to_be_left(client, provider):
    user = UserFactory(password=None)
    account = linked(user, provider)
    client.force_login(user)

    refused = client.post(reverse("socialaccount_connections"), {"account": account.pk})

    assert "Mời Anh/Chị đặt mật khẩu trước" in refused.content.decode()
    user.set_password("mat-khau-thu")
    user.save()
    client.force_login(user)
    client.post(reverse("socialaccount_connections"), {"account": account.pk})
    assert not SocialAccount.objects.exists()


# What goes wrong -------------------------------------------------------------------------------


def refused(answer):
    return (answer.status_code, "Đăng nhập chưa thành công" in answer.content.decode())


def test_another_state_is_refused(client, provider):
    address = provider.agree(leave(client), "anh")
    state = asked_for(address)["state"]

    answer = client.get(address.replace(state, "x" * 16).removeprefix("http://testserver"))

    assert refused(answer) == (HTTPStatus.UNAUTHORIZED, True)
    assert not User.objects.exists()


def test_an_answer_meant_for_another_browser_is_refused(client, provider):
    address = provider.agree(leave(client), "anh")

    answer = Client().get(address.removeprefix("http://testserver"))

    assert refused(answer) == (HTTPStatus.UNAUTHORIZED, True)


def test_an_answer_is_good_once(client, provider):
    address = provider.agree(leave(client), "anh").removeprefix("http://testserver")
    client.get(address)

    assert refused(client.get(address)) == (HTTPStatus.UNAUTHORIZED, True)


def test_a_code_that_belongs_to_another_way_there_is_refused(client, provider):
    """Somebody slips their own code into another's answer: the nonce does not match."""
    slipped_in = asked_for(provider.agree(leave(Client()), "ke-gian"))["code"]
    own = provider.agree(leave(client), "anh")

    answer = client.get(
        own.replace(asked_for(own)["code"], slipped_in).removeprefix("http://testserver")
    )

    assert answer.url == reverse("account_login")
    assert "chưa thành công" in told(client)
    assert not SocialAccount.objects.exists()


def test_a_made_up_code_is_refused(client, provider):
    state = asked_for(leave(client))["state"]

    answer = client.get(f"{LOGIN}xong/?code=bia-ra&state={state}")

    assert refused(answer) == (HTTPStatus.UNAUTHORIZED, True)


def test_who_says_no_at_the_provider_reads_a_courteous_page(client, provider):
    state = asked_for(leave(client))["state"]

    answer = client.get(f"{LOGIN}xong/?error=access_denied&state={state}")

    assert answer.url == reverse("socialaccount_login_cancelled")
    assert "Đã dừng đăng nhập" in client.get(answer.url).content.decode()


def test_logs_hold_nothing_of_the_person(client, provider, caplog):
    caplog.set_level(logging.DEBUG)

    client.post(come_back(client, provider).url, FORM)

    said = "\n".join(caplog.messages)
    assert "anh@vidu.vn" not in said
    assert "Nguyễn Thị Ánh" not in said
