"""What a person does in the browser, for tests and screenshots alike."""

import re

from playwright.sync_api import Locator, Page

from tests.live import SAMPLE_PASSWORD

CONTEST = "cchc-soc-trang"
STRONG_PASSWORD = "mat-khau-rat-kho-doan"


def sign_in(page: Page, base: str, who: str, password: str = SAMPLE_PASSWORD) -> None:
    page.goto(f"{base}/tai-khoan/dang-nhap/")
    page.fill("input[name=login]", who)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "dang-nhap" not in url)


def sign_up(page: Page, base: str, *, name: str, phone: str) -> None:
    """Sign up for the open round, with the unit picked by typing without accents."""
    page.goto(f"{base}/tai-khoan/dang-ky/?next=/hoi-thi/{CONTEST}/tuan-2/")
    page.fill("input[name=full_name]", name)
    page.fill("input[name=born_on]", "19/05/1990")
    page.check("input[name=kind][value=public_employee]")
    page.fill("input[name=unit_query]", "so giao duc")
    page.get_by_role("option", name=re.compile("Sở Giáo dục và Đào tạo")).first.click()
    page.fill("input[name=phone]", phone)
    page.fill("input[name=password1]", STRONG_PASSWORD)
    page.check("input[name=consent]")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile("/tuan-2/$"))


def open_paper(page: Page) -> None:
    page.get_by_role("button", name="Vào thi").click()
    page.wait_for_selector("html.has-quiz-script")


def answer_everything(page: Page) -> int:
    """Choose the first option of every question of the open paper, or type. Returns how many."""
    count = page.locator("[data-question]").count()
    for number in range(count):
        answer_question(page.locator("[data-question]:not([hidden])"))
        if number < count - 1:
            page.click("[data-next]")
    page.wait_for_selector("[data-save-state][data-state=saved]")
    return count


def answer_question(question: Locator) -> None:
    """Choose its first option, or type what fits any box."""
    box = question.locator("[data-box]")
    if box.count():
        box.fill("12")
    else:
        question.locator(".choice").first.click()


def submit(page: Page) -> None:
    page.click("[data-finish]")
    page.locator("[data-submit-dialog]").get_by_role("button", name="Nộp bài").click()
    page.wait_for_url(re.compile("/phieu/"))
