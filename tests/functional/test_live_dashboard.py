"""The dashboard follows the shop within seconds of a sale, by itself."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from distribution.commission.accrue import accrue
from distribution.db import transaction
from tests.functional.browser import log_in, open_page, running
from tests.functional.conftest import LivePortal
from tests.functional.world import an_order

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
