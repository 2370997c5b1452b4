"""The page follows the server's clock, whatever the device believes."""

import re

import pytest

from tests.e2e.steps import CONTEST, answer_question, open_paper, sign_in, sign_up

pytestmark = pytest.mark.e2e

MOVE_DEVICE_CLOCK = """minutes => {
    const real = Date.now;
    Date.now = () => real() + minutes * 60_000;
}"""


SECONDS_LEFT = """() => {
    const [minutes, seconds] = document.querySelector("[data-clock]").innerText.split(":");
    return 60 * Number(minutes) + Number(seconds);
}"""


def seconds_left(page):
    return page.evaluate(SECONDS_LEFT)


def test_a_device_clock_that_jumps_ahead_does_not_end_the_paper(live_server_url, page):
    sign_in(page, live_server_url, "tochuc@vidu.vn")
    page.goto(f"/hoi-thi/{CONTEST}/thi-thu/")
    open_paper(page)

    page.evaluate(MOVE_DEVICE_CLOCK, 60)
    page.wait_for_function("() => document.querySelector('[data-clock]').innerText === '00:00'")

    page.wait_for_function("() => document.querySelector('[data-clock]').innerText > '09:00'")
    answer_question(page.locator("[data-question]:not([hidden])"))
    page.wait_for_selector("[data-save-state][data-state=saved]")
    assert "/thi/" in page.url


def test_a_device_clock_that_is_wrong_from_the_start_makes_no_difference(live_server_url, page):
    page.add_init_script(f"({MOVE_DEVICE_CLOCK})(-600)")
    sign_in(page, live_server_url, "giamkhao1@vidu.vn")
    page.goto(f"/hoi-thi/{CONTEST}/thi-thu/")
    open_paper(page)

    assert 540 < seconds_left(page) <= 600


def test_time_given_while_the_paper_is_open_shows_at_once(live_site, page, browser):
    sign_up(page, live_site.url, name="Kim Thêm Giờ", phone="0912 345 692")
    open_paper(page)
    before = seconds_left(page)

    organiser = browser.new_page(base_url=live_site.url)
    sign_in(organiser, live_site.url, "tochuc@vidu.vn")
    organiser.goto(f"/to-chuc/{CONTEST}/thoi-gian/")
    organiser.fill("[name=ca-nhan-contact]", "0912 345 692")
    organiser.select_option("[name=ca-nhan-percent]", "100")
    organiser.fill("[name=ca-nhan-reason]", "Người khiếm thị, theo giấy xác nhận")
    organiser.get_by_role("button", name="Lưu thời gian cộng thêm").click()
    organiser.get_by_text("Kim Thêm Giờ được cộng 100% thời gian làm bài.").wait_for()

    page.get_by_text("Ban tổ chức đã cho thêm thời gian làm bài.").wait_for(state="attached")
    page.wait_for_function(f"() => ({SECONDS_LEFT})() > {1.8 * before}")


def test_when_the_time_is_over_the_paper_is_handed_in_with_what_was_chosen(live_site, page):
    sign_up(page, live_site.url, name="Danh Hết Giờ", phone="0912 345 691")
    open_paper(page)
    page.locator("[data-question]:not([hidden]) .choice").first.click()
    page.wait_for_selector("[data-save-state][data-state=saved]")

    shorten = (
        "from datetime import timedelta; from django.utils import timezone;"
        "from contest.models import Attempt;"
        "Attempt.objects.running().filter(participant__full_name='Danh Hết Giờ')"
        ".update(deadline_at=timezone.now() + timedelta(seconds=4))"
    )
    live_site.manage("shell", "--verbosity", "0", "-c", shorten)
    page.evaluate("dispatchEvent(new Event('online'))")

    page.wait_for_url(re.compile("/phieu/"), timeout=15_000)
    assert page.locator("[data-score]").is_visible()
