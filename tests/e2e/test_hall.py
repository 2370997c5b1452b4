"""The hall's screen follows a submission made elsewhere; the ceremony is led by the keyboard."""

import pytest

from tests.e2e.steps import CONTEST, answer_everything, open_paper, sign_in, sign_up, submit

pytestmark = pytest.mark.e2e

SCREEN = {"width": 1280, "height": 720}


def test_a_submission_elsewhere_shows_on_the_screen(live_site, browser):
    name = "Quách Thị Màn Hình"
    screen = browser.new_page(base_url=live_site.url, viewport=SCREEN)
    screen.goto(f"/man-hinh/{CONTEST}/tuan-2/")
    screen.wait_for_selector(".link-state[data-state=live]")
    entrant = browser.new_page(base_url=live_site.url)
    sign_up(entrant, live_site.url, name=name, phone="0912 345 698")
    open_paper(entrant)
    answer_everything(entrant)
    submit(entrant)

    screen.locator(".hall-row", has_text=name).wait_for()
    assert screen.locator("[data-figure=attempts]").inner_text() != "0"
    width = screen.evaluate("document.documentElement.scrollWidth")
    assert width <= SCREEN["width"]


def test_the_ceremony_is_led_by_the_keyboard(live_site, browser):
    stage = browser.new_page(base_url=live_site.url, viewport=SCREEN)
    sign_in(stage, live_site.url, "giamkhao1@vidu.vn")
    stage.goto(f"/man-hinh/{CONTEST}/tuan-1/cong-bo/?tu=3")
    assert stage.locator(".ceremony-card").count() == 0

    places = []
    for key in ("ArrowRight", " ", "Enter", "ArrowLeft"):
        before = stage.locator("[data-stage]").inner_text()
        stage.keyboard.press(key)
        stage.wait_for_function(
            "before => document.querySelector('[data-stage]').innerText !== before", arg=before
        )
        places.append(stage.locator(".ceremony-card").get_attribute("data-place"))

    assert places == ["3", "2", "1", "2"]
