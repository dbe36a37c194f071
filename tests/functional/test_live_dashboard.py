"""The dashboard follows the shop within seconds of a sale, by itself."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from distribution.commission.accrue import accrue
from distribution.db import transaction
from distribution.promotion.clicks import Visit, record_clicks
from tests.functional.browser import log_in, open_page, running
from tests.functional.conftest import LivePortal
from tests.functional.world import PHONE_BROWSER, an_order

_PROMISED_SECONDS = 10


@pytest.mark.browser
def test_a_sale_appears_within_seconds_without_a_reload(
    live_portal: LivePortal, lived_in_engine: Engine, chromium: str
) -> None:
    with running(chromium) as browser:
        page, complaints = open_page(browser)
        log_in(page, live_portal.url, live_portal.world.hero_email)
        page.evaluate("window.theSamePage = true")
        now = datetime.now(UTC)
        order = an_order("9009", "ADA", state="new", placed_at=now, now=now, chance=random.Random(1))
        with transaction(lived_in_engine) as session:
            accrue(session, [order], now=now)
        began = time.monotonic()
        page.wait_for_selector("text=#9009", timeout=30_000)
        waited = time.monotonic() - began
        assert page.evaluate("window.theSamePage")
        assert waited < _PROMISED_SECONDS
        assert complaints == []


@pytest.mark.browser
def test_what_is_opened_and_focused_stays_so_while_everything_on_the_page_follows(
    live_portal: LivePortal, lived_in_engine: Engine, chromium: str
) -> None:
    with running(chromium) as browser:
        page, complaints = open_page(browser, phone=False)
        log_in(page, live_portal.url, live_portal.world.hero_email)
        page.click("[data-part=trend] summary")
        page.focus("[data-part=products] ~ [data-part=destinations] a")
        parts = ("trend", "products", "countries", "funnel")
        before = {part: page.inner_text(f"[data-part={part}]") for part in parts}
        page.evaluate("scrollTo(0, 300)")
        now = datetime.now(UTC)
        order = an_order("9010", "ADA", state="shipped", placed_at=now, now=now, chance=random.Random(2))
        line = replace(order.lines[0], fulfilled_at=now)
        with transaction(lived_in_engine) as session:
            record_clicks(session, [Visit("click-live", "ADA", now, "/", PHONE_BROWSER)])
            accrue(session, [replace(order, lines=(line, *order.lines[1:]), click_id="click-live")], now=now)
        page.wait_for_selector("text=#9010", timeout=30_000)
        assert {part for part in parts if page.inner_text(f"[data-part={part}]") == before[part]} == set()
        assert page.locator("[data-part=trend] details[open]").count() == 1
        assert page.evaluate("document.activeElement.closest('[data-part]').dataset.part") == "destinations"
        assert page.evaluate("scrollY") == 300
        assert complaints == []
