"""The pictures of the README: quiz, board and export, taken from the running site.

`make screenshots` writes them to docs/images/.
"""

from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser import PHONE, chromium
from tests.e2e.steps import CONTEST, open_paper, sign_in, sign_up
from tests.live import live_site, site_template

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
DESKTOP = {"width": 1280, "height": 860}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with site_template() as template, live_site(template) as site, chromium() as browser:
        _quiz(_page(browser, PHONE), site.url)
        _board(_page(browser, DESKTOP), site.url)
        _export(_page(browser, DESKTOP), site.url)


def _page(browser: Browser, viewport: dict[str, int]) -> Page:
    return browser.new_context(
        viewport=viewport, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", device_scale_factor=1.5
    ).new_page()


def _quiz(page: Page, base: str) -> None:
    sign_up(page, base, name="Lâm Thị Chụp Hình", phone="0912 345 699")
    open_paper(page)
    for _question in range(3):
        page.locator("[data-question]:not([hidden]) .choice").nth(1).click()
        page.click("[data-next]")
    page.locator("[data-question]:not([hidden]) .choice").first.click()
    page.wait_for_selector("[data-save-state][data-state=saved]")
    _take(page, "quiz")


def _board(page: Page, base: str) -> None:
    page.goto(f"{base}/bang-xep-hang/{CONTEST}/tuan-1/")
    page.wait_for_selector(".board-row")
    page.locator("h2").first.scroll_into_view_if_needed()
    _take(page, "board")


def _export(page: Page, base: str) -> None:
    sign_in(page, base, "giamkhao1@vidu.vn")
    page.goto(f"{base}/giam-khao/{CONTEST}/")
    _take(page, "export")


def _take(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}.png")
    print(FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
