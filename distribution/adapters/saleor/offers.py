"""Reads what the shop shows to everybody, channel by channel: without our token, so nothing unpublished is among it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine

from distribution.adapters.saleor.amounts import Amounts
from distribution.adapters.saleor.catalogue_pages import PAGE
from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.errors import SaleorAnswerTooLarge, SaleorUnreachable
from distribution.db import clock_at, transaction
from distribution.orders.offers import (
    OFFER_KINDS,
    Offer,
    OfferKind,
    finish_channels,
    finish_offers,
    keep_offers,
    see_offers,
)

_QUERY = """
query Offers($channel: String!, $first: Int!, $after: String) {{
  {many}(channel: $channel, first: $first, after: $after) {{
    edges {{ node {{ {fields} }} }} pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""
_MANY: dict[OfferKind, str] = {"product": "products", "collection": "collections"}
_FIELDS: dict[OfferKind, str] = {
    "product": "id slug name isAvailable thumbnail(size: 256, format: WEBP) { url }"
    " large: thumbnail(size: 1024, format: WEBP) { url }"
    " pricing { priceRange { start { gross { amount currency } net { amount currency } } } }",
    "collection": "id slug name backgroundImage(size: 256, format: WEBP) { url }"
    " large: backgroundImage(size: 1024, format: WEBP) { url }",
}


def read_offers(engine: Engine, client: SaleorClient, channels: list[str]) -> int:
    """Read everything that is shown in these channels; how much that is.

    This is an edge: each page is read between transactions and kept in one of its own. Raises SaleorUnreachable and
    SaleorRefused; what was kept until then stands.
    """
    seen = sum(_read(engine, client, channel, kind) for channel in channels for kind in OFFER_KINDS)
    with transaction(engine) as session:
        finish_channels(session, channels, seen=seen, now=clock_at(session))
    return seen


def _read(engine: Engine, client: SaleorClient, channel: str, kind: OfferKind) -> int:
    with transaction(engine) as session:
        began_at = clock_at(session)
    seen, after, more = 0, None, True
    while more:
        asked = {"channel": channel, "first": PAGE, "after": after}
        connection = _page(client, kind, asked, _FIELDS[kind])
        if connection is None:
            connection = _page(client, kind, asked, "id")
            if connection is None:
                raise SaleorUnreachable(f"Saleor cannot list the {_MANY[kind]} of channel {channel}")
        seen += _keep(engine, channel, kind, [edge["node"] for edge in connection["edges"]], began_at)
        info = connection["pageInfo"]
        # A cursor that stands still would have us read the same page for ever.
        more, after = bool(info["hasNextPage"]) and info["endCursor"] != after, info["endCursor"]
    with transaction(engine) as session:
        finish_offers(session, channel, kind, began_at=began_at)
    return seen


def _page(
    client: SaleorClient, kind: OfferKind, asked: dict[str, Any], fields: str
) -> Mapping[str, Any] | None:
    """A page; None when Saleor cannot show it."""
    query = _QUERY.format(many=_MANY[kind], fields=fields)
    try:
        answer = client.execute(query, asked, as_stranger=True)
    except (SaleorUnreachable, SaleorAnswerTooLarge):
        return None
    connection: Mapping[str, Any] | None = answer.data.get(_MANY[kind])
    return connection


def _keep(
    engine: Engine, channel: str, kind: OfferKind, nodes: list[Mapping[str, Any]], began_at: datetime
) -> int:
    shown = [_offer(kind, node) for node in nodes if node.get("slug") and node.get("name")]
    unshown = {str(node["id"]) for node in nodes} - {offer.id for offer in shown}
    with transaction(engine) as session:
        keep_offers(session, channel, kind, shown, began_at=began_at)
        if unshown:
            see_offers(session, channel, kind, unshown, began_at=began_at)
    return len(nodes)


def _offer(kind: OfferKind, node: Mapping[str, Any]) -> Offer:
    picture = _address(node.get("thumbnail") or node.get("backgroundImage"))
    start = ((node.get("pricing") or {}).get("priceRange") or {}).get("start") or {}
    price, net = start.get("gross"), start.get("net")
    return Offer(
        kind,
        str(node["id"]),
        str(node["slug"]),
        str(node["name"]),
        picture,
        Amounts(price["currency"]).rounded(Decimal(price["amount"]), "price") if price else None,
        price["currency"] if price else None,
        kind == "collection" or bool(node.get("isAvailable")),
        _address(node.get("large")),
        Amounts(net["currency"]).rounded(Decimal(net["amount"]), "price") if net else None,
    )


def _address(picture: Mapping[str, Any] | None) -> str | None:
    found = (picture or {}).get("url")
    return str(found) if found and urlsplit(found).scheme in {"http", "https"} else None
