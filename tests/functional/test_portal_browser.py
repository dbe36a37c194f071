"""The portal in a real browser: nothing overflows, nothing is refused, hands and keyboards both get through."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.functional.browser import log_in, open_page, running
from tests.functional.conftest import LivePortal

pytestmark = pytest.mark.browser
PAGES = (
    "/", "/links?page=/products/mug", "/team", "/orders", "/earnings", "/earnings/statements", "/withdrawals",
    "/account", "/account/security",
)  # fmt: skip
PUBLIC = ("/login", "/register", "/join/ADA", "/forgot", "/terms")
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CLIPPED = """() => [...document.querySelectorAll('.button span, .bottom span, .tabs a, .badge, .segments a')]
    .filter(box => box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).display !== 'inline')
    .map(box => box.textContent.trim())"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_no_page_is_wider_than_a_phone(
    live_portal: LivePortal, chromium: str, language: str, theme: str
) -> None:
    with running(chromium) as browser:
        page, complaints = open_page(browser, language=language, color_scheme=theme)
        for path in PUBLIC:
            _fits(page, live_portal.url + path)
        log_in(page, live_portal.url, live_portal.world.hero_email)
        for path in PAGES:
            _fits(page, live_portal.url + path)
        page.goto(live_portal.url + "/orders")
        _fits(page, live_portal.url + (page.locator("td.cell-main a").first.get_attribute("href") or ""))
        assert complaints == []


def _fits(page: Page, address: str) -> None:
    page.goto(address)
    assert page.evaluate(WIDER) <= 0, address
    assert page.evaluate(CLIPPED) == [], address


def test_a_keyboard_alone_gets_in_and_asks_for_money(live_portal: LivePortal, chromium: str) -> None:
    with running(chromium) as browser:
        page, _ = open_page(browser, phone=False)
        page.goto(live_portal.url + "/login")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type(live_portal.world.hero_email)
        page.keyboard.press("Tab")
        page.keyboard.type("correct horse battery")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Hello Ada")
        _tab_to(page, "Withdraw")
        page.keyboard.press("Enter")
        page.wait_for_url("**/withdrawals**")
        _tab_to(page, "Add a bank account")
        page.keyboard.press("Enter")
        page.wait_for_url("**/account#payout")


def _tab_to(page: Page, words: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if (page.evaluate("document.activeElement.textContent") or "").strip() == words:
            return
    raise AssertionError(f"the keyboard never reaches {words!r}")


def test_menus_open_without_scripts(live_portal: LivePortal, chromium: str) -> None:
    with running(chromium) as browser:
        page, _ = open_page(browser, java_script_enabled=False)
        page.goto(live_portal.url + "/login")
        page.click("details.menu summary")
        page.click("text=简体中文")
        page.wait_for_selector("text=欢迎回来")
        log_in(page, live_portal.url, live_portal.world.hero_email)
        assert page.locator("[data-copy]").count() > 0
        assert not page.locator("[data-copy]").first.is_visible()


def test_one_tap_copies_the_link(live_portal: LivePortal, chromium: str) -> None:
    with running(chromium) as browser:
        page, complaints = open_page(browser, permissions=["clipboard-read", "clipboard-write"])
        log_in(page, live_portal.url, live_portal.world.hero_email)
        page.goto(live_portal.url + "/links")
        page.locator("[data-copy]").first.click()
        page.wait_for_selector(".toast")
        assert page.evaluate("navigator.clipboard.readText()") == f"{live_portal.url}/r/ADA"
        assert complaints == []
