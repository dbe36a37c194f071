"""What a real Saleor shows to strangers is what is kept for links."""

from __future__ import annotations

import httpx
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.offers import read_offers
from distribution.orders.offers import find_offers
from tests.saleor.conftest import variable
from tests.saleor.shop import Shop

_SHOWN = """
query($channel: String) { products(channel: $channel, first: 100) {
  totalCount edges { node { slug name isAvailable pricing { priceRange { start { gross { amount } } } } } }
} }
"""
_MOST = 100


def shown(url: str, channel: str) -> dict[str, tuple[str, bool, int]]:
    """Name, stock and price of everything that a stranger sees in a channel with two decimals, by slug."""
    answer = httpx.post(url, json={"query": _SHOWN, "variables": {"channel": channel}}, timeout=30).json()
    nodes = [edge["node"] for edge in answer["data"]["products"]["edges"]]
    assert len(nodes) == answer["data"]["products"]["totalCount"]
    return {
        node["slug"]: (
            node["name"],
            node["isAvailable"],
            round(node["pricing"]["priceRange"]["start"]["gross"]["amount"] * 100),
        )
        for node in nodes
    }


def test_everything_a_stranger_sees_is_read_and_nothing_else(
    shop: Shop, engine: Engine, session: Session
) -> None:
    token = variable("TOKEN")
    found = shop.saleor.run("{ channels { slug currencyCode } }")["channels"]
    channels = [each["slug"] for each in found if each["currencyCode"] in {"USD", "EUR"}]
    with SaleorClient(shop.saleor.url, token) as client:
        assert read_offers(engine, client, channels) > 0
    for channel in channels:
        kept = find_offers(session, channel, "", kinds=["product"], limit=_MOST)
        assert {offer.slug: (offer.name, offer.in_stock, offer.price_minor) for offer in kept} == shown(
            shop.saleor.url, channel
        )
