"""Passkeys, an authenticator app and single sign-on in a real browser, with the gate closed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils import timezone
from playwright.sync_api import Page

from tests.accounts.openid import OpenIdProvider, openid_provider
from tests.e2e.steps import sign_in
from tests.e2e.test_accessibility import faults
from tests.live import (
    SAMPLE_PASSWORD,
    SiteTemplate,
    prepared_site,
    spawn_server,
    stop_server,
    wait_until_healthy,
)

pytestmark = pytest.mark.e2e

CODE_PAGE = "/tai-khoan/hai-lop/ung-dung/bat/"


@dataclass(frozen=True)
class GuardedSite:
    url: str
    provider: OpenIdProvider


@pytest.fixture(scope="module")
def guarded(site_template: SiteTemplate) -> Iterator[GuardedSite]:
    """A site of its own, as in production: staff need two factors; with single sign-on.

    Keys that are added here would keep the other tests' people out of the shared site.
    """
    with prepared_site(site_template) as site, openid_provider() as provider:
        environment = {
            **site.environment,
            "STAFF_MFA_REQUIRED": "1",
            "PUBLIC_URL": "",
            "OIDC_NAME": "Tài khoản công vụ",
            "OIDC_SERVER_URL": provider.url,
            "OIDC_CLIENT_ID": "hoi-thi",
            "OIDC_CLIENT_SECRET": "bi-mat",
        }
        server = spawn_server(environment, site.port, site.log)
        try:
            wait_until_healthy(server, site.port, site.log)
            # passkeys belong to a name, not to an IP address
            yield GuardedSite(f"http://localhost:{site.port}", provider)
        finally:
            stop_server(server)


@pytest.fixture
def guarded_page(browser, guarded) -> Page:
    return browser.new_page(base_url=guarded.url)


def give_device(page: Page) -> None:
    """A phone with a fingerprint sensor, on which the right finger lies."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def confirm_password(page: Page) -> None:
    page.wait_for_url("**/xac-nhan-mat-khau/**")
    assert faults(page) == []
    page.fill("input[name=password]", SAMPLE_PASSWORD)
    page.get_by_role("button", name="Tiếp tục").click()


def sign_out(page: Page) -> None:
    page.goto("/tai-khoan/dang-xuat/")
    page.locator("main").get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(lambda url: "dang-xuat" not in url)


def test_a_passkey_is_added_opens_the_desk_and_signs_in_alone(guarded, guarded_page):
    page = guarded_page
    give_device(page)
    sign_in(page, guarded.url, "tochuc@vidu.vn")
    page.goto("/to-chuc/")
    page.wait_for_url("**/tai-khoan/hai-lop/")
    assert faults(page) == []

    page.get_by_role("link", name="Thêm khóa").click()
    confirm_password(page)
    page.wait_for_url("**/khoa/them/")
    assert faults(page) == []
    page.get_by_label("Tên khóa").fill("Điện thoại của tôi")
    page.get_by_role("button", name="Thêm khóa").click()
    page.wait_for_url("**/ma-du-phong/")
    assert page.locator(".recovery-codes li").count() == 10
    assert page.get_by_role("button", name="In mã dự phòng").is_visible()
    assert faults(page) == []
    page.goto("/to-chuc/")
    assert page.url == f"{guarded.url}/to-chuc/"

    sign_out(page)
    page.goto("/tai-khoan/dang-nhap/?next=/to-chuc/")
    page.get_by_role("button", name=re.compile("vân tay")).click()
    page.wait_for_url(f"{guarded.url}/to-chuc/")
    page.goto("/tai-khoan/hai-lop/khoa/")
    assert page.get_by_role("heading", name="Điện thoại của tôi").is_visible()
    assert faults(page) == []


def test_a_passkey_is_the_second_step_after_the_password(guarded, guarded_page):
    page = guarded_page
    give_device(page)
    sign_in(page, guarded.url, "giamkhao2@vidu.vn")
    page.goto("/tai-khoan/hai-lop/khoa/them/")
    confirm_password(page)
    page.get_by_label("không cần mật khẩu").uncheck()
    page.get_by_role("button", name="Thêm khóa").click()
    page.wait_for_url("**/ma-du-phong/")
    sign_out(page)

    sign_in(page, guarded.url, "giamkhao2@vidu.vn")
    page.wait_for_url("**/hai-lop/ma/")
    assert faults(page) == []
    page.get_by_role("button", name=re.compile("vân tay")).click()
    page.wait_for_url(f"{guarded.url}/")
    page.goto("/giam-khao/")
    assert page.url == f"{guarded.url}/giam-khao/"


def test_a_device_that_says_no_is_told_of_in_the_page(guarded, guarded_page):
    page = guarded_page  # without a device: the browser refuses
    page.add_init_script("navigator.credentials.get = () => Promise.reject(new Error('no'))")
    page.goto("/tai-khoan/dang-nhap/")

    page.get_by_role("button", name=re.compile("vân tay")).click()

    page.get_by_text("Thiết bị chưa xác nhận được").wait_for()
    assert faults(page) == []


def test_an_app_is_set_up_and_asked_for(guarded, guarded_page):
    page = guarded_page
    sign_in(page, guarded.url, "daumoi@vidu.vn")
    page.goto(CODE_PAGE)
    confirm_password(page)
    page.wait_for_url(f"**{CODE_PAGE}")
    assert faults(page) == []
    secret = page.locator(".totp-secret").inner_text()

    page.get_by_label("Mã", exact=True).fill(code_of(secret))
    page.get_by_role("button", name="Bật").click()

    page.wait_for_url("**/ma-du-phong/")
    page.goto("/don-vi/")
    assert page.url == f"{guarded.url}/don-vi/"


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))


def test_single_sign_on_makes_a_person(browser, guarded, guarded_page):
    browser.expect_errors(r"jsdelivr|favicon\.ico")  # of the provider's own page
    guarded.provider.person(
        "can-bo-1", name="Đỗ Thị Hương", email="huong@vidu.vn", email_verified=True
    )
    page = guarded_page
    page.goto("/tai-khoan/dang-nhap/")
    assert faults(page) == []

    page.get_by_role("button", name="Đăng nhập bằng Tài khoản công vụ").click()
    page.wait_for_url(f"{guarded.provider.url}/**")
    page.fill("input[name=sub]", "can-bo-1")
    page.locator("button[type=submit], input[type=submit]").first.click()
    page.wait_for_url("**/tai-khoan/dang-ky/hoan-tat/")
    assert faults(page) == []
    assert page.input_value("input[name=full_name]") == "Đỗ Thị Hương"
    page.fill("input[name=born_on]", "19/05/1990")
    page.check("input[name=kind][value=citizen]")
    page.check("input[name=consent]")
    page.get_by_role("button", name="Hoàn tất đăng ký").click()

    page.wait_for_url(f"{guarded.url}/")
    page.goto("/tai-khoan/")
    assert "huong@vidu.vn" in page.locator("main").inner_text()
    page.goto("/tai-khoan/lien-ket/")
    assert faults(page) == []


def test_a_code_is_asked_for_and_entered_on_a_phone(guarded, guarded_page):
    page = guarded_page
    page.goto("/tai-khoan/dang-nhap/")
    page.get_by_role("link", name="Nhận mã đăng nhập").click()
    page.wait_for_url("**/dang-nhap/ma/")
    assert faults(page) == []
    page.fill("input[name=login]", "0912 000 111")
    page.get_by_role("button", name="Gửi mã").click()

    page.wait_for_url("**/ma/xac-nhan/")
    assert "0912***111" in page.locator("main").inner_text()
    assert faults(page) == []
    page.fill("input[name=code]", "123456")
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    page.get_by_text("Mã chưa đúng hoặc đã hết hạn").first.wait_for()
    assert faults(page) == []
