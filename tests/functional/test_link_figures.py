"""What a link did, from the redirect by the worker to the pages: by page of the shop, by saved link, by campaign."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import redis
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from distribution.db import transaction
from distribution.orders.offers import Offer, keep_offers
from jobs.clicks import drain
from tests.functional.conftest import LivePortal
from tests.functional.world import PHONE_BROWSER

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def shown(lived_in_engine: Engine) -> Iterator[None]:
    """A product of the shop, as its catalogue was read."""
    mug = Offer("product", "p-1", "mug", "Stoneware mug", None, 1800, "USD")
    with transaction(lived_in_engine) as session:
        keep_offers(session, "us", "product", [mug], began_at=NOW)
    yield
    with transaction(lived_in_engine) as session:
        session.execute(text("DELETE FROM distribution.catalogue_offers"))


def follow(live_portal: LivePortal, path: str, ip: str) -> str:
    """Somebody follows a link; the click id they carry on."""
    answer = live_portal.app.test_client().get(
        path, headers={"User-Agent": PHONE_BROWSER}, environ_base={"REMOTE_ADDR": ip}
    )
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["Location"]).query)["click"][0]


def drained(engine: Engine, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        drain(engine, connection)


def card(html: str, title: str) -> str:
    """The words of a card."""
    found = re.search(rf"<h2>{title}</h2>.*?</section>", html, re.DOTALL)
    assert found is not None, html
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_two_clicks_on_a_product_are_two_clicks_on_that_product(
    hero: FlaskClient, live_portal: LivePortal, lived_in_engine: Engine, redis_server_url: str
) -> None:
    follow(live_portal, "/r/ADA?to=/products/x", "192.0.2.1")
    follow(live_portal, "/r/ADA?to=/products/x%3Futm_source%3Dqq%23top", "192.0.2.2")
    for number in range(3):
        follow(live_portal, "/r/ada?to=/products/mug", f"192.0.2.{10 + number}")
    drained(lived_in_engine, redis_server_url)
    led = card(hero.get("/").get_data(as_text=True), "Where your links lead")
    assert "/products/x $0.00 2 clicks" in led
    assert "Stoneware mug $0.00 3 clicks" in led
