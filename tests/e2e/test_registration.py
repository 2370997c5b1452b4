"""Registering on a phone, and the counter that forgets one person before the next."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.steps import STRONG_PASSWORD, answer_everything, open_paper, sign_in, submit
from tests.e2e.test_accessibility import faults

pytestmark = pytest.mark.e2e

CONTEST = "thi-co-dang-ky"
# beside the sample contest, which other tests enter without registering
MAKE_CONTEST = f"""
from contest.models import *
from contest.enums import PersonField
from datetime import timedelta
from django.utils import timezone
at = timezone.now()
sample = Round.objects.get(slug="thi-thu")
contest, is_new = Contest.objects.get_or_create(
    slug="{CONTEST}",
    defaults=dict(name="Hội thi có đăng ký", host="Sở Nội vụ", is_published=True),
)
if is_new:
    new = Round.objects.create(
        contest=contest, slug="tuan-1", name="Tuần 1", question_set=sample.question_set,
        opens_at=at - timedelta(hours=1), closes_at=at + timedelta(days=1), duration_seconds=900,
        show_key=sample.show_key,  # one key for every round that draws from the set
    )
    for row in sample.blueprint.all():
        BlueprintRow.objects.create(
            round=new, position=row.position, topic=row.topic, difficulty=row.difficulty,
            question_count=row.question_count,
        )
    RegistrationRules.objects.create(contest=contest)
    AskedField.objects.create(contest=contest, field=PersonField.CCCD, on_repeat="refuse")
    for field in (PersonField.UNIT, PersonField.POSITION):
        AskedField.objects.create(contest=contest, field=field)
    ConsentText.objects.create(contest=contest, version=1, body="Đồng ý.", published_at=at)
"""
ENTER = f"""
from accounts.models import User
from contest.models import *
from django.utils import timezone
contest = Contest.objects.get(slug="{CONTEST}")
for number, name in enumerate(["Lý Thị Thứ Nhất", "Kim Văn Thứ Hai"]):
    user, _ = User.objects.get_or_create(email=f"quay{{number}}@vidu.vn", full_name=name)
    Participant.objects.get_or_create(
        contest=contest, user=user, full_name=name, kind="citizen",
        defaults=dict(joined_at=timezone.now()),
    )
"""


@pytest.fixture
def contest(live_site):
    live_site.manage("shell", "-c", MAKE_CONTEST)
    return CONTEST


def pick_unit_by_keyboard(page, typed, name):
    page.focus("input[name=unit_query]")
    page.keyboard.press("Control+a")
    page.keyboard.type(typed)
    expect(page.get_by_role("option", name=re.compile(f"^{name}")).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=unit_query]")).to_have_value(name)


def test_sign_up_and_registration_by_keyboard_on_a_narrow_phone(browser, page, contest):
    browser.expect_errors("422")
    page.goto(f"/hoi-thi/{contest}/")
    page.get_by_role("main").get_by_role("link", name="Đăng ký dự thi").click()
    page.fill("input[name=full_name]", "Sơn Thị Bàn Phím")
    page.fill("input[name=born_on]", "19/05/1990")
    page.focus("input[name=kind][value=official]")
    page.keyboard.press("Space")
    pick_unit_by_keyboard(page, "so noi vu", "Sở Nội vụ")
    page.fill("input[name=phone]", "0912 345 711")
    page.fill("input[name=password1]", STRONG_PASSWORD)
    page.focus("input[name=consent]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(f"^http://[^/]+/hoi-thi/{contest}/dang-ky/$"))
    assert faults(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.locator("input[name=unit_query]")).to_have_value("Sở Nội vụ")
    page.focus("input[name=cccd]")
    page.keyboard.type("094190 000 99")
    page.focus("input[name=consent]")
    page.keyboard.press("Space")
    page.locator("main form button[type=submit]").press("Enter")

    page.wait_for_selector(".notice--error")
    assert faults(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.locator(".has-error input").count() == 2  # the number, and what was left out
    page.fill("input[name=cccd]", "094190000999")
    page.fill("input[name=position]", "Chuyên viên")
    pick_unit_by_keyboard(page, "so noi vu", "Sở Nội vụ")
    page.locator("main form button[type=submit]").press("Enter")

    page.wait_for_url(f"**/hoi-thi/{contest}/")
    expect(page.get_by_role("button", name="Vào thi")).to_be_visible()
    page.goto(f"/hoi-thi/{contest}/dang-ky/")
    assert "********0999" in page.content()


DESKS = ["to-chuc/{}/dang-ky/", "to-chuc/{}/khong-du-giai/", "danh-sach/{}/", "ban-quay/{}/"]


def test_the_organisers_pages_have_no_fault(live_server_url, page, contest):
    sign_in(page, live_server_url, "tochuc@vidu.vn")
    for address in DESKS:
        page.goto("/" + address.format(contest))
        assert faults(page) == [], address
    page.goto(f"/quay/{contest}/mo/")
    assert faults(page) == []


def test_the_slips_code_comes_behind_the_hash_and_leaves_the_address(page):
    page.goto("/kich-hoat/#ABCDE23456")

    expect(page.locator("input[name=code]")).to_have_value("ABCDE23456")
    assert page.evaluate("location.hash") == ""
    assert faults(page) == []


def test_a_counter_forgets_the_first_person_before_the_second(
    live_server_url, live_site, browser, page, contest
):
    live_site.manage("shell", "-c", ENTER)
    clerk = browser.new_page(base_url=live_site.url)
    sign_in(clerk, live_server_url, "tochuc@vidu.vn")
    sign_in(page, live_server_url, "tochuc@vidu.vn")
    page.goto(f"/quay/{contest}/mo/")
    page.fill("input[name=name]", "Quầy 1")
    page.get_by_role("button", name="Mở quầy").click()
    page.wait_for_url(f"**/quay/{contest}/")
    assert faults(page) == []

    def code_for(name):
        clerk.goto(f"/ban-quay/{contest}/")
        clerk.fill("input[name=text]", name)
        clerk.get_by_role("button", name="Tìm").click()
        clerk.get_by_role("button", name=f"Cấp mã cho {name}").click()
        return clerk.locator(".receipt-code").inner_text()

    def enter(name):
        page.fill("input[name=code]", code_for(name))
        page.get_by_role("button", name="Bắt đầu").click()
        page.wait_for_url(f"**/hoi-thi/{contest}/")

    enter("Lý Thị Thứ Nhất")
    open_paper(page)
    paper = page.url
    answer_everything(page)
    submit(page)
    receipt = page.url
    expect(page.get_by_role("main")).to_contain_text("Lý Thị Thứ Nhất")
    page.get_by_role("button", name="Xong").click()
    page.wait_for_url(f"**/quay/{contest}/")

    page.go_back(wait_until="load")
    page.wait_for_url(f"**/quay/{contest}/")
    assert "Lý Thị Thứ Nhất" not in page.content()
    for address in (paper, receipt):
        page.goto(address)
        assert "Lý Thị Thứ Nhất" not in page.content()
        page.wait_for_url(f"**/quay/{contest}/")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0

    enter("Kim Văn Thứ Hai")
    assert "Lý Thị Thứ Nhất" not in page.content()
    open_paper(page)
    assert page.locator("input:checked").count() == 0
    page.go_back()
    page.wait_for_url(f"**/hoi-thi/{contest}/")
    assert "Lý Thị Thứ Nhất" not in page.content()
