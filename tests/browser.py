"""Headless Chromium as a participant's phone, watched for what a person would not report."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    ViewportSize,
    sync_playwright,
)

from tests.machine import Missing, chromium_program

PHONE: ViewportSize = {"width": 360, "height": 740}
CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# only a test that takes the network away can cause this one
OFFLINE = re.compile("net::ERR_INTERNET_DISCONNECTED")
REPORT_CSP_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`CSP: ${event.effectiveDirective} refused ${event.blockedURI}`));
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium. Raises Missing if there is none."""
    program = chromium_program()
    if program is None:
        raise Missing("Missing: Chromium. Run as root: apt-get install chromium")
    with sync_playwright() as playwright:
        # Playwright leaves Chromium's sandbox off unless told otherwise: root has to
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


class WatchedBrowser:
    """A browser for one test: notes every console error, script error and CSP violation.

    A context is a phone in Việt Nam unless its options say otherwise.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._errors: list[str] = []
        self._expected = [OFFLINE]

    def new_context(self, **options: Any) -> BrowserContext:
        defaults = {"viewport": PHONE, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
        context = self._browser.new_context(**{**defaults, **options})
        context.add_init_script(REPORT_CSP_VIOLATIONS)
        context.on("console", self._note_console)
        context.on("weberror", lambda fault: self._errors.append(f"script: {fault.error}"))
        self._contexts.append(context)
        return context

    def new_page(self, **options: Any) -> Page:
        """A page in a context of its own: somebody else, or another device."""
        return self.new_context(**options).new_page()

    def expect_errors(self, pattern: str) -> None:
        """Let pass, for the rest of this test, the errors in which `pattern` is found."""
        self._expected.append(re.compile(pattern))

    def unexpected_errors(self) -> list[str]:
        def is_expected(error: str) -> bool:
            return any(known.search(error) for known in self._expected)

        return [error for error in self._errors if not is_expected(error)]

    def take_pictures(self, folder: Path, stem: str) -> list[Path]:
        """One picture of each open page, for a person to look at after a failure."""
        folder.mkdir(parents=True, exist_ok=True)
        pages = [page for context in self._contexts for page in context.pages]
        pictures = []
        for number, page in enumerate(pages, start=1):
            picture = folder / f"{stem}-{number}.png"
            try:
                page.screenshot(path=picture, full_page=True)
            except Error:  # closed or crashed: that is the test's own news
                continue
            pictures.append(picture)
        return pictures

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            place = message.location.get("url", "")
            self._errors.append(f"console: {message.text} ({place})")
