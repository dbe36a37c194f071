"""What variants cost the shop, which Saleor says in a listing for every channel.

Read with each line it would weigh on long runs, asked for by itself on a few orders: long runs ask once a variant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.errors import SaleorRefused, SaleorUnreachable

MOST_REMEMBERED = 50_000
_AT_ONCE = 100
_LISTINGS = "channelListings { channel { slug } costPrice { amount } }"
_QUERY = f"""
query Costs($ids: [ID!]!, $first: Int!) {{
  productVariants(ids: $ids, first: $first) {{ edges {{ node {{ id {_LISTINGS} }} }} }}
}}
"""
_VARIANT = "variant { id "


def with_costs(fragment: str) -> str:
    """The fragment of orders with the listings of each line's variant."""
    return fragment.replace(_VARIANT, _VARIANT + _LISTINGS + " ")


def names_costs(error: SaleorRefused | SaleorUnreachable) -> bool:
    """Whether it is costs that Saleor refuses or does not know."""
    where = [error.message, *map(str, error.facts.get("path", ()))]
    return any(name in text for text in where for name in ("channelListings", "costPrice"))


def add_costs(client: SaleorClient, orders: Iterable[dict[str, Any]]) -> None:
    """Put the channel listings of each line's variant into order nodes, unless this Saleor does not show them to us.

    Any app that may see orders may see costs in the versions we know; where that is not so they are unknown, and the
    orders stay. Raises SaleorUnreachable and SaleorRefused as any reading does: without its costs an order might be
    paid more than its plan allows.
    """
    variants = list(_variants(orders))
    known = client.costs.listings
    if len(known) > MOST_REMEMBERED:
        known.clear()
    wanted = sorted({variant["id"] for variant in variants} - known.keys())
    for start in range(0, len(wanted), _AT_ONCE):
        if client.costs.shown:
            _ask(client, wanted[start : start + _AT_ONCE])
    for variant in variants:
        if variant["id"] in known:
            variant["channelListings"] = known[variant["id"]]


def _variants(orders: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The variants of all lines that do not say so yet; what a damaged order shows is left to the mapper."""
    for order in orders:
        lines = order.get("lines")
        for line in lines if isinstance(lines, list) else ():
            variant = line.get("variant") if isinstance(line, dict) else None
            if (
                isinstance(variant, dict)
                and isinstance(variant.get("id"), str)
                and "channelListings" not in variant
            ):
                yield variant


def _ask(client: SaleorClient, ids: list[str]) -> None:
    try:
        answer = client.execute(_QUERY, {"ids": ids, "first": len(ids)})
    except (SaleorRefused, SaleorUnreachable) as error:
        if not names_costs(error):
            raise
        client.costs.shown = False
        return
    found = answer.data.get("productVariants")
    if found is None:
        # One damaged variant takes the whole list with it.
        middle = len(ids) // 2
        for part in (ids[:middle], ids[middle:]) if middle else ():
            _ask(client, part)
        return
    # A variant that was deleted since is remembered as one without costs.
    client.costs.listings |= {variant_id: [] for variant_id in ids}
    client.costs.listings |= {
        edge["node"]["id"]: edge["node"]["channelListings"] or [] for edge in found["edges"] if edge["node"]
    }
