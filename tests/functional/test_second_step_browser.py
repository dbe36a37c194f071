"""The second step in a real browser: set up from its QR code, then asked for; by thumb without scripts, by keyboard."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page
from pyotp import parse_uri
from sqlalchemy import Engine

from distribution.db import transaction
from tests.factories import a_distributor
from tests.functional.browser import log_in, open_page, running
from tests.functional.conftest import LivePortal
from tests.functional.world import PASSWORD

pytestmark = pytest.mark.browser
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def _code(page: Page) -> str:
    """What an app shows that has scanned the page's QR code."""
    picture = Image.open(io.BytesIO(page.locator(".qr img").screenshot()))
    [found] = zxingcpp.read_barcodes(picture)
    return str(parse_uri(found.text).at(datetime.now(UTC)))


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard never reaches {selector}")


def test_by_thumb_without_scripts(live_portal: LivePortal, lived_in_engine: Engine, chromium: str) -> None:
    url = live_portal.url
    with transaction(lived_in_engine) as session:
        a_distributor(session, email="thumb@example.com", password=PASSWORD)
    with running(chromium) as browser:
        page, complaints = open_page(browser, java_script_enabled=False)
        log_in(page, url, "thumb@example.com")
        page.goto(f"{url}/account")
        page.click("a[href='/account/security']")
        page.click("text=Set up")
        code = _code(page)
        page.fill("#code", code)
        page.fill("#password", PASSWORD)
        page.click("text=Switch on")
        codes = page.locator(".recovery-codes li").all_text_contents()
        with page.expect_download() as download:
            page.click("text=Download")
        kept = download.value.path().read_text()
        assert all(one in kept for one in codes)
        page.click("text=I have kept them")
        assert page.locator("#second-step .badge").text_content() == "On"
        assert complaints == []

        other, complaints = open_page(browser, java_script_enabled=False)
        other.goto(f"{url}/login")
        other.fill("#email", "thumb@example.com")
        other.fill("#password", PASSWORD)
        other.press("#password", "Enter")
        other.wait_for_url(f"{url}/login/code")
        other.fill("#code", code)
        other.press("#code", "Enter")
        assert other.locator(".field-error").count() == 1
        other.click("text=Use a recovery code")
        other.fill("#code", codes[0])
        other.press("#code", "Enter")
        other.wait_for_url(f"{url}/")


@pytest.mark.parametrize("phone", [True, False])
def test_by_keyboard_in_chinese(
    live_portal: LivePortal, lived_in_engine: Engine, chromium: str, phone: bool
) -> None:
    url, email = live_portal.url, f"keys-{phone}@example.com"
    with transaction(lived_in_engine) as session:
        a_distributor(session, email=email, password=PASSWORD)
    with running(chromium) as browser:
        page, complaints = open_page(browser, phone=phone, language="zh-CN")
        log_in(page, url, email)
        page.goto(f"{url}/account/security")
        _tab_to(page, "#second-step button")
        page.keyboard.press("Enter")
        page.wait_for_url("**/set-up")
        assert page.evaluate(WIDER) <= 0
        _tab_to(page, "#code")
        page.keyboard.type(_code(page))
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector(".recovery-codes")
        assert page.evaluate(WIDER) <= 0
        code = page.locator(".recovery-codes li").first.text_content() or ""
        _tab_to(page, "a[href='/account/security'].button")
        page.keyboard.press("Enter")
        page.wait_for_selector("#sessions")
        page.context.clear_cookies()
        page.goto(f"{url}/login")
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{url}/login/code")
        assert page.evaluate(WIDER) <= 0
        _tab_to(page, "a[href='?with=recovery'], a[href='/login/code?with=recovery']")
        page.keyboard.press("Enter")
        page.wait_for_url("**with=recovery")
        _tab_to(page, "#code")
        page.keyboard.type(code.upper())
        page.keyboard.press("Enter")
        page.wait_for_url(f"{url}/")
        assert complaints == []
