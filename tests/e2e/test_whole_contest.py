"""The way of one person from sign-up to the exported file, in a real browser."""

import re
from io import BytesIO

import openpyxl
import pytest

from tests.e2e.steps import (
    CONTEST,
    STRONG_PASSWORD,
    answer_everything,
    answer_question,
    open_paper,
    sign_in,
    sign_up,
    submit,
)

pytestmark = pytest.mark.e2e


def test_from_sign_up_to_the_exported_rank(live_server_url, page, browser):
    name, rival = "Lý Thị Kiểm Thử", "Trần Văn Đối Thủ"
    board = browser.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN").new_page()
    board.goto(f"{live_server_url}/bang-xep-hang/{CONTEST}/tuan-2/")
    other = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN").new_page()
    sign_up(other, live_server_url, name=rival, phone="0912 345 670")
    open_paper(other)
    answer_everything(other)
    submit(other)

    sign_up(page, live_server_url, name=name, phone="0912 345 671")
    open_paper(page)
    count = answer_everything(page)
    submit(page)

    receipt = page.locator(".receipt-code").inner_text()
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}", receipt)
    assert page.locator("[data-score]").inner_text().endswith(f"/{count}")
    place = page.locator("[data-place]").inner_text().split("/")[0]
    # the board has moved by itself: it was never reloaded
    row = board.locator(".board-row", has_text=name)
    row.wait_for()
    assert row.get_attribute("data-rank") == place

    rows = exported_rows(browser, live_server_url)

    mine = next(row for row in rows if row["Họ và tên"] == name)
    assert str(mine["Hạng"]) == place
    assert mine["Mã phiếu"] == receipt
    assert rival in [row["Họ và tên"] for row in rows]
    order = sorted(rows, key=lambda row: (-row["Điểm"], row["Thời gian (ms)"]))
    assert [row["Hạng"] for row in order] == list(range(1, len(rows) + 1))


def exported_rows(browser, base):
    """The standings of the open round as the jury downloads them, a dict a row."""
    desk = browser.new_context(accept_downloads=True, locale="vi-VN").new_page()
    sign_in(desk, base, "giamkhao1@vidu.vn")
    desk.goto(f"{base}/giam-khao/{CONTEST}/")
    with desk.expect_download() as download:
        desk.locator("form:has(input[value=tuan-2]) button[value=xlsx]").click()
    book = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()))
    header, *rows = book["Xếp hạng"].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_reload_and_second_device_resume_the_same_paper(live_server_url, page, browser):
    sign_up(page, live_server_url, name="Thạch Đổi Máy", phone="0912 345 672")
    open_paper(page)
    stem = page.locator("[data-question='1'] [data-stem]").inner_text()
    page.locator("[data-question='1'] .choice").nth(1).click()
    page.wait_for_selector("[data-save-state][data-state=saved]")

    page.reload()

    assert page.locator("[data-question='1'] input:checked").get_attribute("value") == "B"
    other = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    phone = other.new_page()
    sign_in(phone, live_server_url, "0912345672", STRONG_PASSWORD)
    phone.goto(page.url)
    assert phone.locator("[data-question='1'] [data-stem]").text_content().split() == stem.split()
    assert phone.locator("[data-question='1'] input:checked").get_attribute("value") == "B"
    other.close()


def test_the_quiz_works_without_javascript(live_server_url, browser):
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="vi-VN"
    )
    page = context.new_page()
    sign_in(page, live_server_url, "duthi@vidu.vn")
    page.goto(f"{live_server_url}/hoi-thi/{CONTEST}/thi-thu/")
    page.get_by_role("button", name=re.compile("Vào thi|Thi lượt nữa|Làm tiếp")).click()
    for question in page.locator("[data-question]").all():
        answer_question(question)
    page.get_by_role("button", name="Lưu và nộp bài").click()
    page.get_by_role("button", name="Nộp bài").click()

    assert page.locator(".receipt-code").is_visible()
    assert page.locator("[data-score]").is_visible()
    page.get_by_role("link", name="Xem lại bài và đáp án").click()
    assert page.locator(".explanation").count() == 10
    context.close()
