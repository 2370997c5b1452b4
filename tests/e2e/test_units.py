"""Units on a phone: the picker by keyboard, mistyped; the organisers' tree from a file."""

import io
import re

import xlsxwriter
from playwright.sync_api import Page, expect

from tests.e2e.steps import sign_in


def test_the_picker_takes_a_mistyped_name_by_keyboard(page: Page):
    page.goto("/tai-khoan/dang-ky/")
    box = page.locator("input[name=unit_query]")
    box.press_sequentially("so noj vu")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("Sở Nội vụ")
    expect(option).to_contain_text("Sở, ban, ngành")

    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(option).to_have_attribute("aria-selected", "true")
    box.press("Enter")

    expect(box).to_have_value("Sở Nội vụ")
    expect(page.locator("input[type=hidden][name=unit]")).to_have_value("so-noi-vu")
    expect(page.locator(".unit-status")).to_have_text("Đã chọn Sở Nội vụ.")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == 360


def test_namesakes_are_told_apart_by_what_they_belong_to(page: Page):
    page.goto("/tai-khoan/dang-ky/")
    page.locator("input[name=unit_query]").press_sequentially("ubnd phuong 1")

    options = page.get_by_role("option", name=re.compile("phường 1, "))
    expect(options).to_have_count(3)
    texts = options.all_inner_texts()
    assert len({text.rsplit("·", 1)[1] for text in texts}) == 3


def test_an_organiser_brings_a_file_in_and_moves_a_unit(page: Page, live_site):
    sign_in(page, live_site.url, "tochuc@vidu.vn")
    page.goto("/to-chuc/don-vi/nhap/")
    page.set_input_files(
        "input[name=file]", {"name": "don-vi.xlsx", "mimeType": "", "buffer": _workbook()}
    )
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_text("Thiếu khối")).to_be_visible()
    page.get_by_role("button", name="Nhập các dòng hợp lệ").click()
    page.get_by_label("Tìm đơn vị").fill("tram kiem djnh")
    page.get_by_role("button", name="Tìm").click()
    page.get_by_role("link", name="Trạm Kiểm định").click()
    page.get_by_role("link", name="Chuyển cấp trên").click()
    page.locator("input[name=unit_query]").fill("so xay dung")
    page.get_by_label("Căn cứ").fill("Quyết định 1/QĐ-UBND")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_text("Thay đổi sẽ được ghi nhận")).to_be_visible()
    page.get_by_role("button", name="Ghi nhận").click()

    expect(page.get_by_role("main")).to_contain_text("Quyết định 1/QĐ-UBND")
    expect(page.get_by_role("link", name="Sở Xây dựng").first).to_be_visible()


def _workbook() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Tên đơn vị", "Khối", "Cấp trên"])
        sheet.write_row(1, 0, ["Trạm Kiểm định", "Đơn vị sự nghiệp", "Sở Công Thương"])
        sheet.write_row(2, 0, ["Trạm Không khối", "", ""])
    return file.getvalue()
