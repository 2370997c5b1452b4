"""The prediction below a paper on a phone: saved as it is typed, refused with a sentence."""

import re

import pytest

from tests.e2e.steps import CONTEST, answer_everything, open_paper, sign_up
from tests.e2e.test_accessibility import faults

pytestmark = pytest.mark.e2e

ROUND = "du-doan"
# numbers of its own: other tests of the same site make topics and questions at the desk
MAKE_ROUND = f"""
from datetime import timedelta
from django.utils import timezone
from contest.models import Contest, PredictionQuestion, Round
from tests.contest.papers import playable_round
from tests.factories import QuestionFactory, QuestionSetFactory, TopicFactory
now, hour = timezone.now(), timedelta(hours=1)
for factory in (QuestionFactory, QuestionSetFactory, TopicFactory):
    factory.reset_sequence(9000)
if not Round.objects.filter(slug="{ROUND}").exists():
    asking = playable_round(
        contest=Contest.objects.get(slug="{CONTEST}"), slug="{ROUND}", name="Có dự đoán",
        kind="practice", opens_at=now - hour, closes_at=now + hour,
    )
    PredictionQuestion.objects.create(round=asking)
"""
BOX = "[data-prediction-box]"
SAVED = "[data-prediction-state][data-state=saved]"
REFUSAL = "[data-prediction-refusal]"


@pytest.fixture
def base(live_site):
    live_site.manage("shell", "--verbosity", "0", "-c", MAKE_ROUND)
    return live_site.url


def start(page, base, *, name, phone):
    sign_up(page, base, name=name, phone=phone)
    page.goto(f"{base}/hoi-thi/{CONTEST}/{ROUND}/")
    open_paper(page)


def hand_in(page):
    page.click("[data-finish]")
    page.locator("[data-submit-dialog]").get_by_role("button", name="Nộp bài").click()


def test_a_prediction_is_saved_as_it_is_typed_and_stands_on_the_receipt(page, base):
    start(page, base, name="Lâm Thị Dự Đoán", phone="0912 345 771")
    assert page.locator(BOX).is_hidden()  # until the last question
    answer_everything(page)

    page.fill(BOX, "25.980")
    page.wait_for_selector(SAVED)
    page.reload()
    page.wait_for_selector("html.has-quiz-script")
    page.locator("[data-goto]").last.click()
    assert page.input_value(BOX) == "25980"
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert faults(page) == []

    hand_in(page)
    page.wait_for_url(re.compile("/phieu/"))
    assert "25980" in page.locator(".receipt").inner_text()


def test_nonsense_is_refused_with_a_sentence_and_stays_in_the_box(page, base, browser):
    browser.expect_errors("422")
    start(page, base, name="Thạch Văn Đoán Sai", phone="0912 345 772")
    answer_everything(page)

    page.fill(BOX, "nhiều lắm")
    page.wait_for_selector("[data-prediction-state][data-state=error]")
    assert page.locator(REFUSAL).inner_text() == "Số dự đoán là một số nguyên, ví dụ 25980."
    assert page.input_value(BOX) == "nhiều lắm"

    hand_in(page)  # the server asks once more, with what was typed
    page.wait_for_url(re.compile("/nop-bai/"))
    assert page.input_value(BOX) == "nhiều lắm"
    assert faults(page) == []
    page.fill(BOX, "12")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile("/phieu/"))
    assert "12" in page.locator(".receipt").inner_text()


def test_what_was_typed_without_a_network_is_sent_when_it_is_back(page, base):
    start(page, base, name="Sơn Thị Mất Mạng", phone="0912 345 773")
    answer_everything(page)

    page.context.set_offline(True)
    page.fill(BOX, "77")
    page.wait_for_selector("[data-prediction-state][data-state=offline]")
    page.context.set_offline(False)

    page.wait_for_selector(SAVED)
    page.reload()
    assert page.input_value(BOX) == "77"


def test_letters_typed_into_the_box_choose_no_option(page, base):
    start(page, base, name="Kim Văn Gõ Chữ", phone="0912 345 774")
    page.locator("[data-goto]").last.click()

    page.locator(BOX).press_sequentially("b")

    assert page.locator(".choice input:checked").count() == 0


def test_without_script_the_form_saves_it(browser, base):
    page = browser.new_page()
    start(page, base, name="Trần Không Kịch Bản", phone="0912 345 775")
    plain = browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    )
    other = plain.new_page()
    other.goto(page.url)

    other.fill(BOX, "31")
    other.get_by_role("button", name="Lưu và nộp bài").click()
    other.get_by_role("button", name="Nộp bài").click()

    other.wait_for_url(re.compile("/phieu/"))
    assert "31" in other.locator(".receipt").inner_text()
