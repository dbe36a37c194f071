"""A real Chromium on a page, with everything it complains about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.functional.world import PASSWORD

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}


@contextmanager
def running(chromium: str, **options: Any) -> Iterator[Browser]:
    """Chromium, closed at the end; `options` are those of Playwright's launch."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS, **options)
        try:
            yield browser
        finally:
            browser.close()


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


def log_in(page: Page, url: str, email: str) -> None:
    """Log in as a person would."""
    page.goto(f"{url}/login")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{url}/")
