"""The portal in a real browser: nothing is cut off, nothing is refused, menus and copies work."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.functional.browser import log_in, open_page, running
from tests.functional.conftest import LivePortal
from tests.pictures.fits import misfits

pytestmark = pytest.mark.browser
# Those that tests/functional/test_axe.py does not look at.
PAGES = (
    "/links?page=/products/mug",
    "/earnings/statements",
    "/account/security",
    "/account/data",
    "/account/notices",
)
PUBLIC = ("/join/ADA", "/forgot", "/terms", "/rules")


@pytest.mark.parametrize("language, theme", [("en-US", "dark"), ("zh-CN", "light")])
def test_nothing_is_cut_off_on_a_phone(
    live_portal: LivePortal, chromium: str, hero_session: str, language: str, theme: str
) -> None:
    with running(chromium) as browser:
        page, complaints = open_page(browser, language=language, color_scheme=theme)
        found = _cut_off(page, [live_portal.url + path for path in PUBLIC])
        page.context.add_cookies([{"name": "session", "value": hero_session, "url": live_portal.url}])
        page.goto(live_portal.url + "/orders")
        order = page.locator("td.cell-main a").first.get_attribute("href")
        found |= _cut_off(page, [live_portal.url + path for path in (*PAGES, order)])
        assert found == {}
        assert complaints == []


def _cut_off(page: Page, addresses: list[str]) -> dict[str, list[str]]:
    found = {}
    for address in addresses:
        page.goto(address, wait_until="load")
        if wrong := misfits(page, finger=False):
            found[address] = wrong
    return found


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
