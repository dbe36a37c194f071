"""Everything about money opens in the currency somebody lives in, and the others are a tap away."""

from __future__ import annotations

import html
import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from distribution.db import transaction
from distribution.orders.catalogue import Item, keep
from distribution.orders.offers import Offer, keep_offers
from distribution.personal_page.moderate import approve
from distribution.personal_page.write import submit
from distribution.settlement.settle import settle
from tests.factories import ACTOR, a_distributor
from tests.functional.conftest import log_in
from tests.functional.queries import queries
from tests.functional.world import PASSWORD
from tests.money import NOW, earn

PAGES = ("/", "/earnings", "/earnings/statements", "/withdrawals")


@pytest.fixture
def yun(engine: Engine, client: FlaskClient) -> UUID:
    """Somebody with 30 settled orders in yuan and one in dollars, which is the program's own."""
    with transaction(engine) as session:
        who = a_distributor(session, email="yun@example.com", password=PASSWORD, code="YUN").id
        earn(session, [(who, 1250)], currency="USD")
        for _ in range(30):
            earn(session, [(who, 1000)], currency="CNY")
    settle(engine, actor=ACTOR, now=NOW)
    log_in(client, "yun@example.com")
    return who


def _tabs(client: FlaskClient, path: str) -> tuple[list[str], list[str]]:
    """The currencies offered, and that which is open."""
    page = html.unescape(client.get(path).get_data(as_text=True))
    [segments] = re.findall(r'<nav class="segments" aria-label="Currency">(.*?)</nav>', page, flags=re.DOTALL)
    return re.findall(r">([A-Z]{3})<", segments), re.findall(r'aria-current="true">([A-Z]{3})<', segments)


@pytest.mark.usefixtures("yun")
@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_where_they_live_and_asks_little(client: FlaskClient, engine: Engine, path: str) -> None:
    assert _tabs(client, path) == (["CNY", "USD"], ["CNY"])
    assert _tabs(client, f"{path}?currency=USD") == (["CNY", "USD"], ["USD"])
    assert _tabs(client, f"{path}?currency=JPY") == (["CNY", "USD"], ["CNY"])
    client.application.extensions["program"].forget()
    with queries(engine) as statements:
        client.get(path)
    assert 1 <= len(statements) <= 8, statements


@pytest.mark.usefixtures("yun")
@pytest.mark.parametrize("path", ["/", "/withdrawals"])
def test_what_can_be_withdrawn_in_another_is_said_and_leads_there(client: FlaskClient, path: str) -> None:
    page = html.unescape(client.get(path).get_data(as_text=True))
    assert "Also available:" in page
    assert re.search(rf'href="{re.escape(path)}\?currency=USD"><span class="money ">\$12\.50<', page)


@pytest.mark.usefixtures("yun")
def test_the_currency_asked_for_stays_from_tab_to_tab(client: FlaskClient) -> None:
    page = html.unescape(client.get("/earnings?currency=USD").get_data(as_text=True))
    for path in ("/earnings/statements", "/withdrawals"):
        assert f'href="{path}?currency=USD"' in page
        assert f'href="{path}"' in client.get("/earnings").get_data(as_text=True)


@pytest.fixture
def shop(engine: Engine) -> None:
    """The shop sells one thing here and there, and another there alone."""
    cups = {"kind": "product", "id": "p-1", "slug": "cups", "picture": None}
    with transaction(engine) as session:
        keep(session, "channel", [Item("us", "America"), Item("cn", "中国")], began_at=NOW)
        us = [
            Offer(**cups, name="Cloud cups", price_minor=2800, currency="USD"),
            Offer("product", "p-2", "pot", "Tea pot", None, 4200, "USD"),
        ]
        keep_offers(session, "us", "product", us, began_at=NOW)
        cn = [Offer(**cups, name="云朵对杯", price_minor=18800, currency="CNY")]
        keep_offers(session, "cn", "product", cn, began_at=NOW)


@pytest.mark.usefixtures("yun", "shop")
@pytest.mark.parametrize("path", ["/links", "/posters", "/account/page"])
def test_the_shop_opens_in_the_channel_of_their_currency(client: FlaskClient, path: str) -> None:
    page = client.get(path).get_data(as_text=True)
    assert "云朵对杯" in page
    assert "Cloud cups" not in page


@pytest.mark.usefixtures("yun", "shop")
def test_what_another_channel_calls_so_is_found_by_that_name(client: FlaskClient) -> None:
    def names(query: str) -> list[str]:
        return re.findall(
            r'class="offer-name">([^<]+)<', client.get(f"/links?{query}").get_data(as_text=True)
        )

    assert names("q=cloud") == ["云朵对杯"]
    assert names("q=pot") == ["Tea pot"]
    assert names("q=cloud&channel=cn") == []
    assert names("q=nothing") == []


@pytest.mark.usefixtures("shop")
def test_a_public_page_shows_the_prices_of_its_owner(client: FlaskClient, engine: Engine, yun: UUID) -> None:
    with transaction(engine) as session:
        version = submit(session, yun, words="Tea", product_ids=["p-2", "p-1"], found_by_search=True, now=NOW)
        approve(session, version.id, actor=ACTOR, now=NOW)
    page = html.unescape(client.get("/d/YUN").get_data(as_text=True))
    assert re.findall(r'class="offer-price">([^<]+)<', page) == ["$42.00", "CN¥188.00"]


@pytest.mark.usefixtures("yun")
def test_the_rules_are_told_for_the_currency_they_live_in(client: FlaskClient) -> None:
    assert _tabs(client, "/account/rules") == (["CNY", "USD"], ["CNY"])
    assert "A new customer pays CN¥" in client.get("/account/rules").get_data(as_text=True)
    assert "A new customer pays $" in client.get("/account/rules?currency=USD").get_data(as_text=True)


@pytest.mark.usefixtures("yun")
def test_the_list_taken_along_is_the_one_that_is_shown(client: FlaskClient) -> None:
    told = client.get("/earnings.csv")
    assert "earnings-CNY.csv" in told.headers["Content-Disposition"]
    assert told.get_data(as_text=True).count("CNY") == 30
