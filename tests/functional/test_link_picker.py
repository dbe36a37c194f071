"""Products to pick on the page of links: found by name, in a channel, each with its own link; no script needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from distribution.db import transaction
from distribution.orders.catalogue import Item, keep
from distribution.orders.offers import Offer, keep_offers
from distribution.settings import program
from tests.functional.conftest import LivePortal
from tests.functional.queries import queries

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def shown(lived_in_engine: Engine, live_portal: LivePortal) -> Iterator[None]:
    """Two channels of a shop, as its catalogue was read."""
    mug = Offer("product", "p-1", "mug", "Stoneware mug", "https://media.example.com/1.webp", 1800, "USD")
    gone = Offer("product", "p-2", "bowl", "Bowl <b>", None, 2500, "USD", in_stock=False)
    many = [Offer("product", f"t-{n}", f"tea-{n}", f"Tea {n}", None, 900, "EUR") for n in range(14)]
    with transaction(lived_in_engine) as session:
        keep(session, "channel", [Item("us", "America"), Item("eu", "Europe")], began_at=NOW)
        keep_offers(session, "us", "product", [mug, gone], began_at=NOW)
        keep_offers(session, "us", "collection", [Offer("collection", "c", "new", "New in")], began_at=NOW)
        keep_offers(session, "eu", "product", many, began_at=NOW)
    yield
    with transaction(lived_in_engine) as session:
        session.execute(text("DELETE FROM distribution.catalogue_offers"))
        program.change(session, {"storefront": {}}, actor="test", now=NOW)
    live_portal.app.extensions["program"].forget()


def page(hero: FlaskClient, address: str = "/links") -> str:
    """The page's text, as it is sent."""
    answer = hero.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def tiles(html: str) -> list[str]:
    """The addresses of what can be picked."""
    return [unescape(found) for found in re.findall(r'class="offer" href="([^"]+)"', html)]


def test_the_shops_products_can_be_picked(hero: FlaskClient, live_portal: LivePortal) -> None:
    html = page(hero)
    assert tiles(html) == [
        "/links?page=/collections/new&channel=us#built",
        "/links?page=/products/mug&channel=us#built",
        "/links?page=/products/bowl&channel=us#built",
    ]
    assert "$18.00" in html
    assert "Sold out" in html
    assert html.count("In stock") == 1
    assert "Bowl &lt;b&gt;" in html
    picked = page(hero, tiles(html)[1].removesuffix("#built"))
    assert f"{live_portal.url}/r/ADA?to=/products/mug" in picked
    assert 'aria-current="true"' in picked


def test_they_are_found_by_name_and_channel(hero: FlaskClient) -> None:
    assert tiles(page(hero, "/links?q=MUG")) == ["/links?page=/products/mug&q=MUG&channel=us#built"]
    europe = page(hero, "/links?channel=eu")
    assert len(tiles(europe)) == 6
    assert "More products" in europe
    assert "Nothing of that name" in page(hero, "/links?q=nothing&channel=eu")
    assert len(tiles(page(hero, "/links?channel=another"))) == 3


def test_pictures_of_the_shop_may_be_shown_on_this_page_alone(hero: FlaskClient) -> None:
    policy = hero.get("/links").headers["Content-Security-Policy"]
    assert "img-src 'self' data: https: https://media.example.com;" in policy
    assert "script-src 'self';" in policy
    assert "media.example.com" not in hero.get("/").headers["Content-Security-Policy"]


def test_the_program_says_where_the_storefront_shows_them(
    hero: FlaskClient, live_portal: LivePortal, lived_in_engine: Engine
) -> None:
    with transaction(lived_in_engine) as session:
        changes = {"storefront": {"product": "/{channel}/p/{slug}.html"}}
        program.change(session, changes, actor="test", now=NOW)
    live_portal.app.extensions["program"].forget()
    assert tiles(page(hero, "/links?q=mug")) == ["/links?page=/us/p/mug.html&q=mug&channel=us#built"]


def test_a_shop_that_was_never_read_offers_the_address_alone(
    hero: FlaskClient, lived_in_engine: Engine
) -> None:
    with transaction(lived_in_engine) as session:
        session.execute(text("DELETE FROM distribution.catalogue_offers"))
    html = page(hero)
    assert tiles(html) == []
    assert "Open it in the shop, copy its address" in html


def test_the_dashboard_asks_little_of_a_shop_whose_catalogue_is_known(
    hero: FlaskClient, lived_in_engine: Engine
) -> None:
    with transaction(lived_in_engine) as session:
        session.execute(text("UPDATE distribution.clicks SET url = '/products/mug' WHERE url <> ''"))
    page(hero, "/")
    hero.application.extensions["program"].forget()
    with queries(lived_in_engine) as statements:
        assert "Stoneware mug" in page(hero, "/")
    assert len(statements) <= 8, statements
