"""The browser fixture itself: it must see what no assertion of a test looks for."""

import pytest

INLINE_SCRIPT = """
const script = document.createElement("script");
script.textContent = "document.title = 'hacked'";
document.body.append(script);
"""


@pytest.mark.parametrize(
    ("deed", "noted"),
    [
        ("console.error('paper lost')", "console: paper lost"),
        ("setTimeout(() => { throw new Error('no such row') })", "script: .*no such row"),
        ("fetch('/khong-co-trang-nay/')", r"console: .*404 .*khong-co-trang-nay"),
        (INLINE_SCRIPT, "console: CSP: script-src-elem refused inline"),
    ],
    ids=["console", "script", "missing", "csp"],
)
def test_an_error_in_the_page_is_noted(page, browser, deed, noted):
    page.goto("/")
    assert browser.unexpected_errors() == []

    page.evaluate(deed)
    page.wait_for_timeout(100)

    assert browser.unexpected_errors() != []
    browser.expect_errors(noted)
    browser.expect_errors("Content Security Policy directive")  # Chromium's own words for it
    assert browser.unexpected_errors() == []


def test_the_page_is_a_phone_in_viet_nam(page):
    page.goto("/")

    told = page.evaluate(
        "[innerWidth, innerHeight, navigator.language,"
        " Intl.DateTimeFormat().resolvedOptions().timeZone]"
    )

    assert told[:3] == [360, 740, "vi-VN"]
    assert told[3] in {"Asia/Ho_Chi_Minh", "Asia/Saigon"}
