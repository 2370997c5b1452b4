"""Every page a person meets: no fault that axe finds, and nothing wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.steps import CONTEST, answer_everything, open_paper, sign_in, submit

pytestmark = pytest.mark.e2e

WIDTHS = (360, 1280)
FOR_ALL = [
    "/",
    f"/hoi-thi/{CONTEST}/",
    f"/hoi-thi/{CONTEST}/tuan-1/",
    f"/hoi-thi/{CONTEST}/tuan-2/",
    f"/bang-xep-hang/{CONTEST}/",
    f"/bang-xep-hang/{CONTEST}/tuan-1/",
    f"/bang-xep-hang/{CONTEST}/tuan-1/?xem=don-vi",
    f"/hoi-thi/{CONTEST}/ap-phich/",
    "/tai-khoan/dang-ky/",
    "/tai-khoan/dang-nhap/",
    "/tai-khoan/quen-mat-khau/",
]
DESKS = {
    "tochuc": [
        *("/to-chuc/", f"/to-chuc/{CONTEST}/", f"/to-chuc/{CONTEST}/cau-hoi/"),
        *("/to-chuc/don-vi/", "/to-chuc/don-vi/them/", "/to-chuc/don-vi/ma/so-noi-vu/"),
        *("/to-chuc/don-vi/ma/so-noi-vu/chuyen/", "/to-chuc/don-vi/ket-thuc/"),
        "/to-chuc/don-vi/nhap/",
        *(f"/to-chuc/{CONTEST}/xep-hang/", f"/to-chuc/{CONTEST}/giai/"),
        f"/to-chuc/{CONTEST}/khieu-nai/",
        *(f"/to-chuc/{CONTEST}/dang-ky/", f"/to-chuc/{CONTEST}/khong-du-giai/"),
    ],
    "giamkhao1": [
        *("/giam-khao/", f"/giam-khao/{CONTEST}/", f"/giam-khao/{CONTEST}/trung-lap/?status="),
        *(f"/giam-khao/{CONTEST}/trung-lap/danh-sach/", f"/giam-khao/{CONTEST}/quyet-dinh/"),
        *(f"/giam-khao/{CONTEST}/giai/", f"/giam-khao/{CONTEST}/khieu-nai/"),
        *(f"/giam-khao/{CONTEST}/ket-thuc/", f"/giam-khao/{CONTEST}/cham-lai/?tim=CX-00"),
        f"/giam-khao/{CONTEST}/cham-lai/cau/CX-004/",
        f"/giam-khao/{CONTEST}/ho-so/",
        *(f"/giam-khao/{CONTEST}/ho-so/the-thuc/", f"/giam-khao/{CONTEST}/giay-chung-nhan/"),
    ],
    "soancauhoi": [
        *("/ngan-hang/", "/ngan-hang/cau-hoi/CT-001/", "/ngan-hang/van-ban/"),
        *("/ngan-hang/soan/", "/ngan-hang/sua/CT-001/", "/ngan-hang/nhap/"),
        *("/ngan-hang/xuat/?format=gift", "/ngan-hang/chu-de/", "/ngan-hang/chu-de/sua/the-che/"),
        "/ngan-hang/ma-tran/?people=100&topic=the-che&difficulty=hard&count=50",
        *("/ngan-hang/thong-ke/", f"/ngan-hang/thong-ke/{CONTEST}/tuan-1/"),
        "/ngan-hang/cau-hoi/CX-004/",  # with its statistics
    ],
    "daumoi": ["/don-vi/"],
}


def faults(page):
    """What is wrong with the open page, or with the one that is on its way; a line each."""
    page.wait_for_function("() => document.readyState === 'complete'")
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{page.url}: {wide} px wide on a screen of {width}")
        for violation in Axe().run(page).response["violations"]:
            places = ", ".join(str(node["target"]) for node in violation["nodes"][:3])
            found.append(f"{page.url} at {width}: {violation['id']}: {places}")
    return found


@pytest.mark.parametrize("path", FOR_ALL)
def test_page_for_everybody(page, path):
    page.goto(path)

    assert faults(page) == []


@pytest.mark.parametrize("who", DESKS)
def test_desk(live_site, live_server_url, page, who):
    live_site.manage("measure_questions", CONTEST, "tuan-1")
    sign_in(page, live_server_url, f"{who}@vidu.vn")

    for path in DESKS[who]:
        page.goto(path)
        assert faults(page) == []


def test_error_page_says_what_to_do(page, browser):
    browser.expect_errors("404")

    answer = page.goto("/khong-co/")

    assert answer.status == 404
    assert page.get_by_role("link", name="Về trang chủ").or_(page.locator("main a")).count() > 0
    assert faults(page) == []


def test_the_quiz_from_the_paper_to_the_review(live_server_url, page):
    sign_in(page, live_server_url, "thamdinh@vidu.vn")
    page.goto(f"/hoi-thi/{CONTEST}/thi-thu/")
    open_paper(page)
    assert faults(page) == []
    page.reload()

    answer_everything(page)
    submit(page)
    assert faults(page) == []

    page.get_by_role("link", name="Xem lại bài và đáp án").click()
    page.wait_for_selector(".explanation")
    assert faults(page) == []


def test_the_quiz_by_keyboard_alone(live_server_url, page):
    sign_in(page, live_server_url, "giamkhao2@vidu.vn")
    page.goto(f"/hoi-thi/{CONTEST}/thi-thu/")
    page.get_by_role("button", name="Vào thi").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("html.has-quiz-script")

    for _question in range(10):
        if page.locator("[data-question]:not([hidden]) [data-box]").count():
            page.keyboard.press("Tab")
            page.keyboard.type("12")
        else:
            page.keyboard.press("b")
        page.keyboard.press("PageDown")
    page.wait_for_selector("[data-save-state][data-state=saved]")
    assert page.locator("[data-answered-count]").first.inner_text() == "10"

    page.locator("[data-finish]").focus()
    page.keyboard.press("Enter")
    page.locator("[data-submit-dialog] button[value=submit]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/phieu/**")
