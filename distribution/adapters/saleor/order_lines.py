"""From the lines and fulfilments of an order as Saleor's GraphQL shows them to our lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from distribution.adapters.saleor.amounts import Amounts
from distribution.errors import InvalidInput
from distribution.orders.snapshot import OrderLine
from distribution.orders.text import clean

_FULFILLED = frozenset({"FULFILLED", "REPLACED"})
_RETURNED = frozenset({"RETURNED", "REFUNDED", "REFUNDED_AND_RETURNED"})


def lines_of(order: Mapping[str, Any], money: Amounts) -> Iterator[OrderLine]:
    """The lines of an order node, with how many units of each were fulfilled and came back."""
    fulfilled: dict[str, int] = {}
    returned: dict[str, int] = {}
    shipped_at: dict[str, datetime] = {}
    # An approved fulfilment keeps the moment it was asked for; only its first sight as fulfilled is certain.
    approvals = any(event["type"] == "FULFILLMENT_AWAITS_APPROVAL" for event in order.get("events") or ())
    for fulfillment in order["fulfillments"]:
        status = fulfillment["status"]
        counts = fulfilled if status in _FULFILLED else returned if status in _RETURNED else None
        if counts is None:
            continue
        for line in fulfillment["lines"]:
            line_id = line["orderLine"]["id"]
            counts[line_id] = counts.get(line_id, 0) + int(line["quantity"])
            if status in _FULFILLED and not approvals:
                moment = datetime.fromisoformat(fulfillment["created"])
                shipped_at[line_id] = max(shipped_at.get(line_id, moment), moment)
    for line in order["lines"]:
        product = (line.get("variant") or {}).get("product") or {}
        undiscounted = line.get("undiscountedTotalPrice") or {}
        quantity = int(line["quantity"])
        units, back = fulfilled.get(line["id"], 0), returned.get(line["id"], 0)
        if units + back > quantity:
            raise InvalidInput(
                f"line {line['id']}: {units} fulfilled and {back} returned of {quantity}",
                field="fulfillments",
            )
        yield OrderLine(
            id=clean(line["id"]),
            quantity=quantity,
            fulfilled=units,
            returned=back,
            net_minor=money.of(line["totalPrice"]["net"], "lines.totalPrice.net"),
            gross_minor=money.of(line["totalPrice"]["gross"], "lines.totalPrice.gross"),
            gift_card=(product.get("productType") or {}).get("kind") == "GIFT_CARD",
            sku=line.get("productSku") and clean(line["productSku"]),
            name=clean(line.get("productName") or ""),
            product_id=product.get("id"),
            variant_id=(line.get("variant") or {}).get("id"),
            category_ids=tuple(_upwards(product.get("category"))),
            collection_ids=tuple(item["id"] for item in product.get("collections") or ()),
            fulfilled_at=shipped_at.get(line["id"]),
            undiscounted_net_minor=money.known(undiscounted.get("net"), "lines.undiscountedTotalPrice.net"),
            undiscounted_gross_minor=money.known(
                undiscounted.get("gross"), "lines.undiscountedTotalPrice.gross"
            ),
            cost_minor=_cost(line, order["channel"]["slug"], money),
        )


def _upwards(category: Mapping[str, Any] | None) -> Iterator[str]:
    """The category and those above it, as far up as the answer goes."""
    while category:
        yield category["id"]
        category = category.get("parent")


def _cost(line: Mapping[str, Any], channel: str, money: Amounts) -> int | None:
    """What all units of the line cost the shop as its variant is listed in the channel now."""
    for listing in (line.get("variant") or {}).get("channelListings") or ():
        cost = listing["costPrice"]
        if listing["channel"]["slug"] == channel and cost:
            return money.rounded(Decimal(cost["amount"]) * int(line["quantity"]), "costPrice")
    return None
