"""Orders of a real Saleor for benchmarks: imported, paid and delivered, three lines each, a second apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.saleor.shop import ADDRESS, Channel, Shop

AT_ONCE = 50
_LINES = 3
_COUNT = """
query($where: OrderWhereInput) { orders(first: 1, where: $where) { totalCount } }
"""
_IMPORT = """
mutation($orders: [OrderBulkCreateInput!]!) {
  orderBulkCreate(orders: $orders, stockUpdatePolicy: SKIP) { count results { errors { message } } errors { message } }
}
"""


def import_orders(shop: Shop, channel: Channel, count: int, *, begin: datetime, code: str) -> None:
    """Have `count` orders placed from `begin` on, with a referral code; those that are there stay."""
    until = begin + timedelta(seconds=count)
    where = {"createdAt": {"gte": begin.isoformat(), "lte": until.isoformat()}}
    known = shop.saleor.run(_COUNT, where=where)["orders"]["totalCount"]
    tax_class = shop.saleor.run("{ taxClasses(first: 1) { edges { node { id } } } }")["taxClasses"]["edges"][
        0
    ]
    for first in range(known, count, AT_ONCE):
        orders = [
            _order(channel, number, begin + timedelta(seconds=number), code, tax_class["node"]["id"])
            for number in range(first, min(first + AT_ONCE, count))
        ]
        made = shop.saleor.run(_IMPORT, orders=orders)["orderBulkCreate"]
        assert made["count"] == len(orders), made["results"][:2]


def _order(
    channel: Channel, number: int, placed_at: datetime, code: str, tax_class: str
) -> Mapping[str, Any]:
    moment = placed_at.isoformat()
    lines = [
        {
            "variantId": channel.variant,
            "createdAt": moment,
            "isShippingRequired": False,
            "isGiftCard": False,
            "quantity": 2,
            "totalPrice": {"net": f"{40 + line}.00", "gross": f"{44 + line}.00"},
            "undiscountedTotalPrice": {"net": f"{40 + line}.00", "gross": f"{44 + line}.00"},
            "taxClassId": tax_class,
            "warehouse": channel.warehouse,
        }
        for line in range(_LINES)
    ]
    shipped = [
        {"variantId": channel.variant, "quantity": 2, "warehouse": channel.warehouse, "orderLineIndex": line}
        for line in range(_LINES)
    ]
    paid = {"currency": "USD", "amount": sum(44 + line for line in range(_LINES))}
    return {
        "channel": channel.slug,
        "createdAt": moment,
        "status": "FULFILLED",
        "user": {"email": f"bench-{number}@example.com"},
        "billingAddress": ADDRESS,
        "currency": "USD",
        "languageCode": "EN",
        "metadata": [{"key": "referral_code", "value": code}],
        "lines": lines,
        "fulfillments": [{"lines": shipped}],
        "transactions": [{"name": "Card", "pspReference": f"bench-{number}", "amountCharged": paid}],
    }
