"""Connections drop; nothing is lost and the pages catch up by themselves."""

import pytest

from tests.e2e.lossy_network import lossy_network
from tests.e2e.steps import CONTEST, answer_everything, open_paper, sign_up, submit

pytestmark = pytest.mark.e2e

# a file that was under way when the line was cut arrives shorter than announced
REFUSED = (
    "ERR_CONNECTION|ERR_SOCKET|ERR_EMPTY_RESPONSE|ERR_CONTENT_LENGTH_MISMATCH|ERR_NETWORK"
    "|WebSocket connection"
)


@pytest.fixture
def network(live_server_url):
    with lossy_network(live_server_url) as network:
        yield network


def test_the_board_reconnects_and_catches_up(live_server_url, page, browser, network):
    browser.expect_errors(REFUSED)
    name = "Kim Thị Nối Lại"
    page.goto(f"{network.url}/bang-xep-hang/{CONTEST}/tuan-2/")
    page.wait_for_selector("[data-link-state][data-state=live], .link-state[data-state=live]")

    network.cut()
    page.wait_for_selector(".link-state[data-state=connecting]")
    entrant = browser.new_page()
    sign_up(entrant, live_server_url, name=name, phone="0912 345 681")
    open_paper(entrant)
    answer_everything(entrant)
    submit(entrant)
    assert page.locator(".board-row", has_text=name).count() == 0
    network.mend()

    page.locator(".board-row", has_text=name).wait_for()
    page.wait_for_selector(".link-state[data-state=live]")


def test_choices_made_without_a_network_survive_a_closed_tab(page, browser, network):
    browser.expect_errors(REFUSED)
    sign_up(page, network.url, name="Sơn Mất Mạng", phone="0912 345 682")
    open_paper(page)
    paper = page.url

    network.cut()
    page.locator("[data-question]:not([hidden]) .choice").nth(1).click()
    page.wait_for_selector("[data-save-state][data-state=offline]")
    again = page.context.new_page()
    page.close(run_before_unload=False)
    network.mend()
    again.goto(paper)

    again.wait_for_selector("[data-save-state][data-state=saved]")
    again.reload()
    assert again.locator("[data-question='1'] input:checked").get_attribute("value") == "B"


def test_submitting_without_a_network_keeps_the_paper(page, browser, network):
    browser.expect_errors(REFUSED)
    sign_up(page, network.url, name="Lý Chờ Mạng", phone="0912 345 683")
    open_paper(page)
    answer_everything(page)

    network.cut()
    page.click("[data-finish]")
    dialog = page.locator("[data-submit-dialog]")
    dialog.get_by_role("button", name="Nộp bài").click()
    dialog.locator("[data-unsaved]").wait_for()
    network.mend()
    dialog.get_by_role("button", name="Nộp bài").click()

    page.wait_for_url("**/phieu/**")
