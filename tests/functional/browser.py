"""A real Chromium on a page, with everything it complains about."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, ViewportSize, expect, sync_playwright

from tests.functional.world import PASSWORD

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
# Five seconds are too few for a page where many tests share few cores; what is there is seen at once all the same.
expect.set_options(timeout=20_000)


@cache
def _playwright() -> Playwright:
    started = sync_playwright().start()
    atexit.register(started.stop)
    return started


@cache
def _shared(chromium: str) -> Browser:
    return _playwright().chromium.launch(executable_path=chromium, args=ARGUMENTS)


@contextmanager
def running(chromium: str, **options: Any) -> Iterator[Browser]:
    """Chromium with no profile open; `options` of Playwright's launch give a Chromium of one's own.

    It is started once in a process, which takes longer than most of what is done in it; what was opened is closed at
    the end, so that nothing is left for whoever comes next.
    """
    if options:
        browser = _playwright().chromium.launch(executable_path=chromium, args=ARGUMENTS, **options)
        try:
            yield browser
        finally:
            browser.close()
        return
    if not _shared(chromium).is_connected():
        _shared.cache_clear()
    browser = _shared(chromium)
    try:
        yield browser
    finally:
        for context in browser.contexts:
            context.close()


def open_page(
    browser: Browser, *, phone: bool = True, language: str = "en-US", **options: Any
) -> tuple[Page, list[str]]:
    """A fresh profile's page, and the list its complaints will be in: errors of scripts, refusals of the policy."""
    context = browser.new_context(viewport=PHONE if phone else DESKTOP, locale=language, **options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


@contextmanager
def leaving(page: Page) -> Iterator[None]:
    """What is done in this block leads to another page, whose scripts have run when the block ends.

    A click or a key returns before the answer is there: on a busy machine what stands on the page afterwards is still
    what stood there before.
    """
    with page.expect_navigation(wait_until="domcontentloaded"):
        yield


def log_in(page: Page, url: str, email: str) -> None:
    """Log in as a person would."""
    page.goto(f"{url}/login")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{url}/")
