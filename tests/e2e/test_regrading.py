"""A question graded anew in a real browser: found, foretold, decided, undone."""

import re

import pytest

from tests.e2e.steps import CONTEST, sign_in
from tests.e2e.test_accessibility import faults

pytestmark = pytest.mark.e2e

LIST = f"/giam-khao/{CONTEST}/cham-lai/"
RESULTS = "[aria-labelledby=ket-qua] tbody tr"


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def to_the_latest(page):
    """Once the work is done, to its own page: the list is asked until it stands there."""
    link = page.locator("[aria-labelledby=da-cham-lai] tbody th a").first
    link.wait_for()
    link.click()


def test_a_question_is_given_to_everybody_and_taken_back(live_server_url, page):
    sign_in(page, live_server_url, "giamkhao1@vidu.vn")
    page.goto(LIST)
    page.fill("[name=tim]", "TT-0")
    press(page, "Tìm")
    page.locator("#chon-cau ~ ul a").first.click()
    page.get_by_label("Cho điểm tất cả người có câu này trong đề").check()
    press(page, "Xem trước")

    page.get_by_role("heading", name="Quyết định", exact=True).wait_for()
    for fold in page.locator("details.fold").all():
        fold.evaluate("it => { it.open = true; }")
    assert faults(page) == []
    changed = int(page.locator(".figures dd").nth(1).inner_text())
    page.fill("[name=reason]", "Câu hỏi có hai phương án đúng.")
    press(page, "Chấm lại theo cách này")

    to_the_latest(page)
    assert page.locator(RESULTS).count() == min(changed, 100) > 0
    assert faults(page) == []
    page.fill("[name=reason]", "Xem lại")
    press(page, "Hủy và khôi phục kết quả")
    page.get_by_text(re.compile("Đã hủy \\(số")).first.wait_for()
    assert faults(page) == []
