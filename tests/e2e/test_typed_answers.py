"""A paper with every kind of question on a phone: what is typed is saved, whatever happens."""

import re

import pytest

from tests.e2e.lossy_network import lossy_network
from tests.e2e.steps import CONTEST, open_paper, sign_up
from tests.e2e.test_accessibility import faults
from tests.e2e.test_bad_network import REFUSED

pytestmark = pytest.mark.e2e

ROUND = "du-cac-dang"
MAKE_ROUND = f"""
from datetime import timedelta
from django.utils import timezone
from contest.models import Contest, Round
from tests.contest.papers import round_of_all_kinds
now, hour = timezone.now(), timedelta(hours=1)
if not Round.objects.filter(slug="{ROUND}").exists():
    round_of_all_kinds(
        contest=Contest.objects.get(slug="{CONTEST}"), slug="{ROUND}", name="Đủ các dạng",
        kind="practice", opens_at=now - hour, closes_at=now + hour,
        show_score="at_submit", show_key="at_submit",
    )
"""
SAVED = "[data-save-state][data-state=saved]"
TEXT = "[data-box]:not([inputmode])"
NUMBER = "[data-box][inputmode=decimal]"


@pytest.fixture
def base(live_site):
    live_site.manage("shell", "--verbosity", "0", "-c", MAKE_ROUND)
    return live_site.url


@pytest.fixture
def network(base):
    with lossy_network(base) as network:
        yield network


def start(page, base, *, name, phone):
    sign_up(page, base, name=name, phone=phone)
    page.goto(f"{base}/hoi-thi/{CONTEST}/{ROUND}/")
    open_paper(page)


def call_up(page, box):
    """Turn to the question with this box; returns the box."""
    number = page.locator(f"[data-question]:has({box})").get_attribute("data-question")
    page.click(f"[data-goto='{number}']")
    return page.locator(box)


def answered(page, box):
    number = page.locator(f"[data-question]:has({box})").get_attribute("data-question")
    return page.locator(f"[data-goto='{number}']").get_attribute("data-answered") == "true"


def test_a_paper_of_all_kinds_from_the_first_key_to_the_review(base, page):
    start(page, base, name="Thạch Thị Đủ Dạng", phone="0912 345 651")
    for number in range(1, 7):
        page.click(f"[data-goto='{number}']")
        assert faults(page) == []
        page.set_viewport_size({"width": 360, "height": 740})
        question = page.locator(f"[data-question='{number}']")
        if not question.locator("[data-box]").count():
            question.locator(".choice").first.click()
    call_up(page, NUMBER).fill("88,5")
    text = call_up(page, TEXT)
    text.press_sequentially("bo phan mot cua")  # letters that elsewhere choose an option
    page.wait_for_selector(SAVED)
    assert answered(page, TEXT)
    assert page.locator("[data-answered-count]").first.inner_text() == "6"

    page.reload()
    page.wait_for_selector("html.has-quiz-script")
    assert page.locator(TEXT).input_value() == "bo phan mot cua"
    assert page.locator(NUMBER).input_value() == "88,5"
    assert page.locator("[data-answered-count]").first.inner_text() == "6"

    call_up(page, TEXT).fill("Một cửa")  # and no pause before handing in
    page.locator(".quizbar button[type=submit]").click()
    page.locator("[data-submit-dialog]").get_by_role("button", name="Nộp bài").click()
    page.wait_for_url(re.compile("/phieu/"))
    page.get_by_role("link", name="Xem lại bài và đáp án").click()

    written = page.locator(".typed-answer", has_text="Bộ phận một cửa")
    assert written.locator(".is-right dd").inner_text().startswith("Một cửa")
    number = page.locator(".typed-answer", has_text="± 0,5")
    assert number.locator(".is-right dd").inner_text().startswith("88,5")
    assert page.get_by_text(re.compile(r"^[\d,]+/1 điểm$")).count() == 1
    assert faults(page) == []


def test_what_was_typed_without_a_network_survives_a_closed_tab(page, browser, network):
    browser.expect_errors(REFUSED)
    start(page, network.url, name="Sơn Gõ Ngoại Tuyến", phone="0912 345 652")
    paper = page.url

    network.cut()
    call_up(page, TEXT).press_sequentially("một cửa")
    page.wait_for_selector("[data-save-state][data-state=offline]")
    page.locator(TEXT).press_sequentially(" liên thông")
    again = page.context.new_page()
    page.close(run_before_unload=False)  # with the last letters not even tried yet
    network.mend()
    again.goto(paper)

    assert again.locator(TEXT).input_value() == "một cửa liên thông"
    again.wait_for_selector(SAVED)
    again.evaluate("localStorage.clear()")
    again.reload()
    assert again.locator(TEXT).input_value() == "một cửa liên thông"


def test_what_is_no_number_stays_in_the_box_with_the_reason(base, page):
    start(page, base, name="Danh Gõ Nhầm", phone="0912 345 653")
    box = call_up(page, NUMBER)
    reason = page.get_by_text("Câu này cần trả lời bằng một số")

    box.press_sequentially("88,")
    page.wait_for_selector("[data-save-state][data-state=error]")
    assert not reason.is_visible()  # it is not finished yet
    assert not answered(page, NUMBER)
    box.blur()
    reason.wait_for()
    assert box.input_value() == "88,"
    assert box.get_attribute("aria-invalid") == "true"
    assert faults(page) == []

    box.press("End")
    box.press_sequentially("4")
    page.wait_for_selector(SAVED)
    assert not reason.is_visible()
    assert answered(page, NUMBER)
    page.reload()
    assert page.locator(NUMBER).input_value() == "88,4"


def test_keys_in_a_box_write_and_turn_pages_but_never_hand_in(base, page):
    start(page, base, name="Lý Phím Tắt", phone="0912 345 654")
    page.click("[data-goto='1']")
    call_up(page, TEXT).press_sequentially("abcd")
    position = int(page.locator(f"[data-question]:has({TEXT})").get_attribute("data-question"))

    page.keyboard.press("PageUp" if position > 1 else "PageDown")
    assert page.locator(TEXT).is_hidden()
    call_up(page, TEXT).press("Enter")

    page.wait_for_selector(SAVED)
    assert page.locator("[data-submit-dialog]").is_hidden()
    assert page.locator("[data-question] input:checked").count() == 0
    assert page.locator(TEXT).input_value() == "abcd"
    assert page.locator(TEXT).is_hidden() == (position < 6)


def test_a_newer_text_from_another_device_shows_unless_somebody_is_typing(base, page, browser):
    start(page, base, name="Kim Hai Máy", phone="0912 345 655")
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("html.has-quiz-script")
    # the clock of the other page runs ahead, so that what it saves is newer
    other.evaluate("Date.now = (now => () => now() + 5000)(Date.now)")
    call_up(other, TEXT).fill("từ máy khác")
    other.wait_for_selector(SAVED)

    box = call_up(page, TEXT)
    box.press_sequentially("đang gõ")
    page.wait_for_selector(SAVED)
    assert box.input_value() == "đang gõ"
    box.blur()
    assert box.input_value() == "từ máy khác"

    box.fill("mới nhất")
    page.wait_for_selector(SAVED)
    box.blur()
    assert box.input_value() == "mới nhất"


def test_when_the_time_is_over_the_last_letters_count(live_site, base, page):
    name = "Danh Gõ Đến Hết Giờ"
    start(page, base, name=name, phone="0912 345 656")
    box = call_up(page, TEXT)
    live_site.manage(
        *("shell", "--verbosity", "0", "-c"),
        "from datetime import timedelta; from django.utils import timezone;"
        "from contest.models import Attempt;"
        f"Attempt.objects.running().filter(participant__full_name='{name}')"
        ".update(deadline_at=timezone.now() + timedelta(seconds=4))",
    )
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function(
        "() => document.querySelector('[data-clock]').innerText.startsWith('00:0')"
    )

    # a letter every 200 ms and never a pause: nothing is sent before the end
    page.evaluate(
        """selector => {
            const box = document.querySelector(selector);
            window.letters = 0;
            setInterval(() => {
                if (box.matches(":disabled")) return;
                box.value = `Một cửa ${++window.letters}`;
                sessionStorage.setItem("typed", box.value);
                box.dispatchEvent(new Event("input", { bubbles: true }));
            }, 200);
        }""",
        TEXT,
    )
    box.focus()

    page.wait_for_url(re.compile("/phieu/"), timeout=15_000)
    typed = page.evaluate("sessionStorage.getItem('typed')")
    page.get_by_role("link", name="Xem lại bài và đáp án").click()
    shown = page.locator(".typed-answer", has_text="Bộ phận một cửa").locator(".is-wrong dd")
    assert shown.inner_text().startswith(typed)


def test_typed_answers_without_javascript(base, browser):
    browser.expect_errors("422")
    page = browser.new_page()
    sign_up(page, base, name="Sơn Không Kịch Bản", phone="0912 345 657")
    state = page.context.storage_state()
    plain = browser.new_page(java_script_enabled=False, storage_state=state)
    plain.goto(f"{base}/hoi-thi/{CONTEST}/{ROUND}/")
    plain.get_by_role("button", name="Vào thi").click()

    plain.fill(TEXT, "Một cửa")
    plain.fill(NUMBER, "tám tám")
    plain.press(NUMBER, "Enter")  # saves, and does not hand in
    assert plain.locator(NUMBER).input_value() == "tám tám"
    assert plain.get_by_text("Câu này cần trả lời bằng một số").count() == 2
    assert plain.locator(TEXT).input_value() == "Một cửa"

    plain.fill(NUMBER, "88,4")
    plain.get_by_role("button", name="Lưu và nộp bài").click()
    plain.get_by_role("button", name="Nộp bài").click()
    plain.get_by_role("link", name="Xem lại bài và đáp án").click()
    assert plain.locator(".typed-answer .is-right").count() == 2
