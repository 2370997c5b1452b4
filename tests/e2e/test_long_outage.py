"""A minute without a network, and a server killed and started again: every answer is saved."""

import json

import pytest

from tests.e2e.lossy_network import lossy_network
from tests.e2e.steps import open_paper, sign_up
from tests.e2e.test_bad_network import REFUSED
from tests.live import prepared_site, spawn_server, stop_server, wait_until_healthy

pytestmark = pytest.mark.e2e

MINUTE_MS = 60_000
NAME = "Lý Thị Bền Lòng"
QUESTIONS = 20
TWENTY_QUESTIONS = (
    "from contest.models import BlueprintRow;"
    "BlueprintRow.objects.filter(round__slug='tuan-2').update(question_count=2)"
)
STORED = (
    "import json; from contest.models import Answer;"
    f"print(json.dumps(dict(Answer.objects.filter(attempt__participant__full_name='{NAME}')"
    ".values_list('position', 'response'))))"
)


def answer(page, first, last):
    """Choose in the questions of these numbers, a different option in each."""
    for number in range(first, last + 1):
        page.click(f"[data-goto='{number}']")
        choices = page.locator(f"[data-question='{number}'] .choice")
        choices.nth(number % choices.count()).click()


def test_every_answer_is_saved_after_a_minute_offline_and_a_killed_server(site_template, browser):
    browser.expect_errors(REFUSED)
    with prepared_site(site_template) as site, lossy_network(site.url) as network:
        server = spawn_server(site.environment, site.port, site.log)
        try:
            wait_until_healthy(server, site.port, site.log)
            site.manage("shell", "--verbosity", "0", "-c", TWENTY_QUESTIONS)
            page = browser.new_page(base_url=network.url)
            sign_up(page, network.url, name=NAME, phone="0912 345 697")
            open_paper(page)
            assert page.locator("[data-question]").count() == QUESTIONS
            answer(page, 1, 7)

            network.cut()
            answer(page, 8, 14)
            page.wait_for_selector("[data-save-state][data-state=offline]")
            page.wait_for_timeout(MINUTE_MS)  # this is what is tested
            network.mend()
            page.wait_for_selector("[data-save-state][data-state=saved]", timeout=MINUTE_MS)

            server.kill()
            server.wait()
            answer(page, 15, QUESTIONS)
            page.wait_for_selector("[data-save-state][data-state=offline]")
            server = spawn_server(site.environment, site.port, site.log)
            wait_until_healthy(server, site.port, site.log)
            page.wait_for_selector("[data-save-state][data-state=saved]", timeout=MINUTE_MS)

            shown = page.eval_on_selector_all(
                "[data-question] input:checked",
                "inputs => inputs.map(it => [it.closest('[data-question]').dataset.question,"
                " it.value])",
            )
            stored = json.loads(site.manage("shell", "--verbosity", "0", "-c", STORED))
        finally:
            stop_server(server)
    assert len(shown) == QUESTIONS
    assert stored == dict(shown)
