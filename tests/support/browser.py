"""Debian's Chromium as a resident's phone."""

import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--js-flags=--no-opt --no-maglev"]  # no page is there for long enough to be worth compiling well
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
PATIENCE = 30_000  # milliseconds for anything to appear, on a machine that does many things at once


class Watch:
    """What went wrong in a page without anybody seeing it."""

    def __init__(self):
        self.errors: list[str] = []
        self.strangers: set[str] = set()
        self.hosts = {"127.0.0.1", "localhost", ""}

    def over(self, page: Page) -> None:
        page.on("pageerror", lambda e: self.errors.append(str(e)))
        page.on("console", lambda m: self.errors.append(m.text) if self._is_fault(m) else None)
        page.on("request", lambda r: self._asked(r.url))

    def _is_fault(self, message) -> bool:
        """A refused form is a page like any other; the browser's line about its status is no fault."""
        return message.type == "error" and "the server responded with a status of 4" not in message.text

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname not in self.hosts:
            self.strangers.add(parts.netloc)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Script errors and requests to other hosts, of all pages of the test: any fails it at its end."""
    kept = Watch()
    yield kept
    assert not kept.errors, f"the page had errors: {kept.errors}"
    assert not kept.strangers, f"the page asked other hosts: {sorted(kept.strangers)}"


@pytest.fixture
def open_context(browser, watch) -> Iterator[Callable[..., BrowserContext]]:
    """`open_context(java_script_enabled=False, color_scheme="dark")`: another person's browser, a phone."""
    opened: list[BrowserContext] = []

    def make(**options) -> BrowserContext:
        context = browser.new_context(**PHONE | options)
        context.set_default_timeout(PATIENCE)
        context.on("page", watch.over)
        opened.append(context)
        return context
    yield make
    for context in opened:
        context.close()


@pytest.fixture
def page(open_context) -> Page:
    """A phone of 390 × 844, in Chinese, with scripts."""
    return open_context().new_page()


@pytest.fixture
def plain_page(open_context) -> Page:
    """The same phone without scripts."""
    return open_context(java_script_enabled=False).new_page()
