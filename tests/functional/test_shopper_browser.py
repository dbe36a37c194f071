"""A shopper follows a link, buys, and the distributor sees it: real browser, script, portal, API and jobs."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from urllib.request import Request, urlopen

import pytest
import redis
from playwright.sync_api import Page
from sqlalchemy import Engine, select

from distribution.db import transaction
from distribution.promotion.tables import Click
from jobs.clicks import drain
from portal.clicklog import STREAM
from tests.functional.api_client import a_token
from tests.functional.browser import log_in, open_page, running
from tests.functional.conftest import STOREFRONT, LivePortal
from tests.functional.storefront import open_shop
from tests.functional.world import PHONE_BROWSER

pytestmark = pytest.mark.browser
PORT = int(STOREFRONT.rpartition(":")[2])


def put_order(portal_url: str, token: str, metadata: dict[str, str]) -> None:
    """The shop's order as its server reports it."""
    now = datetime.now(UTC).isoformat()
    order = {
        "number": "9001", "channel": "default", "currency": "USD", "observed_at": now, "placed_at": now,
        "status": "open", "customer": {"id": "u-1", "email": "buyer@example.com"}, "country": "US",
        "referral_code": metadata.get("referral_code"), "click_id": metadata.get("referral_click"),
        "voucher_code": None, "total": "36.00", "collected": "36.00", "given_back": "0.00",
        "lines": [{"id": "l-1", "sku": "MUG", "name": "Stoneware mug", "product_id": "p-1", "variant_id": "v-1",
                   "category_ids": [], "collection_ids": [], "quantity": 2, "fulfilled": 2, "returned": 0,
                   "net": "36.00", "gross": "36.00", "gift_card": False}],
    }  # fmt: skip
    request = Request(
        f"{portal_url}/api/v1/orders/order-9001",
        method="PUT",
        data=json.dumps(order).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urlopen(request, timeout=20) as answer:
        assert answer.status == 200


def test_from_the_link_to_the_commission(
    live_portal: LivePortal, lived_in_engine: Engine, redis_server_url: str, chromium: str
) -> None:
    token = a_token(lived_in_engine)
    # What other tests clicked from this machine and nobody took out would make this click a repeat.
    with redis.Redis.from_url(redis_server_url) as connection:
        connection.delete(STREAM)
    with (
        open_shop(
            live_portal.url, lambda metadata: put_order(live_portal.url, token, metadata), PORT
        ) as shop,
        running(chromium) as browser,
    ):
        distributor, _ = open_page(browser)
        log_in(distributor, live_portal.url, live_portal.world.hero_email)
        shopper, complaints = open_page(browser, user_agent=PHONE_BROWSER)
        shopper.goto(f"{live_portal.url}/r/ada?to=/products/mug")
        assert shopper.url.startswith(f"{STOREFRONT}/products/mug?ref=ADA&click=")
        click = shopper.evaluate("referral.current().click")
        # Another day, another page, no parameters: the storefront remembers.
        shopper.goto(f"{STOREFRONT}/")
        shopper.click("#buy")
        shopper.wait_for_selector("text=bought")
        bought_at = time.monotonic()
        assert shop.metadata == {"referral_code": "ADA", "referral_click": click}
        assert complaints == []
        _see(distributor, live_portal.url)
        assert time.monotonic() - bought_at < 10
    until = time.monotonic() + 10
    while _code_of(click, lived_in_engine, redis_server_url) is None and time.monotonic() < until:
        time.sleep(0.1)
    assert _code_of(click, lived_in_engine, redis_server_url) == "ADA"


def _code_of(click: str, engine: Engine, redis_url: str) -> str | None:
    """The code behind a click, once it is taken out of Redis."""
    with redis.Redis.from_url(redis_url) as connection:
        drain(engine, connection)
    with transaction(engine) as session:
        return session.scalar(select(Click.code_key).where(Click.id == click))


def _see(page: Page, url: str) -> None:
    page.goto(f"{url}/orders?q=9001")
    page.wait_for_selector("text=#9001")
    assert "$3.60" in page.locator("tbody tr").first.inner_text()
    page.click("text=#9001")
    page.wait_for_selector("text=Rate: 10% on everything")


def test_the_script_forgets_when_the_window_is_over_and_needs_no_storage(
    live_portal: LivePortal, chromium: str
) -> None:
    with open_shop(live_portal.url, lambda _: None, PORT), running(chromium) as browser:
        page, _ = open_page(browser)
        page.goto(f"{STOREFRONT}/?ref=ADA&click=c-1")
        page.evaluate("localStorage.clear()")
        page.goto(f"{STOREFRONT}/")
        assert page.evaluate("referral.current()") == {"code": "ADA", "click": "c-1"}
        page.evaluate("""localStorage.setItem("referral", JSON.stringify({code: "ADA", click: "", until: 1}));
            document.cookie = "referral=; Path=/; Max-Age=0" """)
        page.goto(f"{STOREFRONT}/")
        assert page.evaluate("referral.current()") is None
        page.click("#buy")
        page.wait_for_selector("text=bought, nobody's")
