"""The second step in a real browser: set up from its QR code, then asked for, without scripts."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect
from pyotp import parse_uri
from sqlalchemy import Engine

from distribution.db import transaction
from tests.factories import a_distributor
from tests.functional.browser import leaving, log_in, open_page, running
from tests.functional.conftest import LivePortal
from tests.functional.world import PASSWORD

pytestmark = pytest.mark.browser


def _code(page: Page) -> str:
    """What an app shows that has scanned the page's QR code."""
    picture = Image.open(io.BytesIO(page.locator(".qr img").screenshot()))
    [found] = zxingcpp.read_barcodes(picture)
    return str(parse_uri(found.text).at(datetime.now(UTC)))


def test_by_thumb_without_scripts(live_portal: LivePortal, lived_in_engine: Engine, chromium: str) -> None:
    url = live_portal.url
    with transaction(lived_in_engine) as session:
        a_distributor(session, email="thumb@example.com", password=PASSWORD)
    with running(chromium) as browser:
        page, complaints = open_page(browser, java_script_enabled=False)
        log_in(page, url, "thumb@example.com")
        page.goto(f"{url}/account")
        page.click("a[href='/account/security']")
        with leaving(page):
            page.click("text=Set up")
        code = _code(page)
        page.fill("#code", code)
        page.fill("#password", PASSWORD)
        with leaving(page):
            page.click("text=Switch on")
        codes = page.locator(".recovery-codes li").all_text_contents()
        with page.expect_download() as download:
            page.click("text=Download")
        kept = download.value.path().read_text()
        assert all(one in kept for one in codes)
        page.click("text=I have kept them")
        expect(page.locator("#second-step .badge")).to_have_text("On")
        assert complaints == []

        other, complaints = open_page(browser, java_script_enabled=False)
        other.goto(f"{url}/login")
        other.fill("#email", "thumb@example.com")
        other.fill("#password", PASSWORD)
        other.press("#password", "Enter")
        other.wait_for_url(f"{url}/login/code")
        other.fill("#code", code)
        other.press("#code", "Enter")
        expect(other.locator(".field-error")).to_have_count(1)
        with leaving(other):
            other.click("text=Use a recovery code")
        other.fill("#code", codes[0])
        other.press("#code", "Enter")
        other.wait_for_url(f"{url}/")
