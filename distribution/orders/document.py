"""An order as other shops send it to the API: checked, and turned into the same snapshot Saleor's orders become."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from distribution.errors import InvalidInput
from distribution.money import is_currency
from distribution.orders.snapshot import CANCELLED, DRAFT, OPEN, OrderLine, OrderSnapshot
from distribution.orders.text import clean, code
from distribution.orders.values import (
    amount,
    count,
    moment,
    optional,
    optional_price,
    price,
    text,
    texts,
)
from distribution.privacy.hashing import email_hash

MOST_LINES = 1_000
EARLY_BY = timedelta(minutes=5)
"""How far ahead of our clock another shop's may be."""


def parse(
    document: Mapping[str, Any], *, order_id: str, source: str, hash_key: bytes, now: datetime
) -> OrderSnapshot:
    """The snapshot an API document describes.

    Raises InvalidInput naming the path of the value at fault (`lines[0].net`) and the rule it breaks.
    """
    if not 1 <= len(order_id) <= 255 or clean(order_id, 255) != order_id:
        raise InvalidInput("order_id: must be 1 to 255 characters", field="order_id")
    currency = text(document, "currency", longest=3)
    if not is_currency(currency):
        raise InvalidInput(f"currency: {currency!r} is no ISO 4217 code", field="currency")
    observed_at = moment(document, "observed_at")
    if observed_at > now + EARLY_BY:
        raise InvalidInput("observed_at: is more than five minutes ahead of our clock", field="observed_at")
    status = text(document, "status", longest=20)
    if status not in (DRAFT, OPEN, CANCELLED):
        raise InvalidInput("status: must be 'draft', 'open' or 'cancelled'", field="status")
    customer = document.get("customer") or {}
    email = optional(customer, "email", "customer.")
    shipping_net_minor, shipping_gross_minor = optional_price(document, "shipping", currency) or (0, 0)
    lines = _lines(document.get("lines"), currency)
    return OrderSnapshot(
        source=source,
        order_id=order_id,
        number=text(document, "number"),
        channel=text(document, "channel"),
        currency=currency,
        observed_at=observed_at,
        placed_at=moment(document, "placed_at"),
        status=status,
        total_minor=amount(document, "total", currency),
        collected_minor=amount(document, "collected", currency),
        given_back_minor=amount(document, "given_back", currency),
        customer_id=optional(customer, "id", "customer."),
        customer_key=email_hash(hash_key, email) if email else None,
        country=optional(document, "country"),
        referral_code=code(document.get("referral_code")),
        click_id=code(document.get("click_id")),
        voucher_code=code(document.get("voucher_code")),
        replacement_of=optional(document, "replacement_of"),
        lines=lines,
        shipping_net_minor=shipping_net_minor,
        shipping_gross_minor=shipping_gross_minor,
    )


def _lines(entries: object, currency: str) -> tuple[OrderLine, ...]:
    if not isinstance(entries, list) or len(entries) > MOST_LINES:
        raise InvalidInput(f"lines: must be a list of at most {MOST_LINES} lines", field="lines")
    lines = tuple(_line(entry, f"lines[{index}].", currency) for index, entry in enumerate(entries))
    seen: set[str] = set()
    for index, line in enumerate(lines):
        if line.id in seen:
            raise InvalidInput(f"lines[{index}].id: {line.id!r} occurs twice", field=f"lines[{index}].id")
        seen.add(line.id)
    return lines


def _line(entry: object, path: str, currency: str) -> OrderLine:
    if not isinstance(entry, Mapping):
        raise InvalidInput(f"{path[:-1]}: must be an object", field=path[:-1])
    quantity = count(entry, "quantity", path)
    fulfilled, returned = count(entry, "fulfilled", path), count(entry, "returned", path)
    if fulfilled + returned > quantity:
        raise InvalidInput(
            f"{path}fulfilled: {fulfilled} fulfilled and {returned} returned are more than {quantity}",
            field=f"{path}fulfilled",
        )
    net_minor, gross_minor = price(entry, currency, path)
    undiscounted = optional_price(entry, "undiscounted", currency, path)
    gift_card = entry.get("gift_card", False)
    if not isinstance(gift_card, bool):
        raise InvalidInput(f"{path}gift_card: must be true or false", field=f"{path}gift_card")
    return OrderLine(
        id=text(entry, "id", path),
        quantity=quantity,
        fulfilled=fulfilled,
        returned=returned,
        net_minor=net_minor,
        gross_minor=gross_minor,
        gift_card=gift_card,
        sku=optional(entry, "sku", path),
        name=optional(entry, "name", path) or "",
        product_id=optional(entry, "product_id", path),
        variant_id=optional(entry, "variant_id", path),
        category_ids=texts(entry, "category_ids", path),
        collection_ids=texts(entry, "collection_ids", path),
        fulfilled_at=moment(entry, "fulfilled_at", path) if entry.get("fulfilled_at") is not None else None,
        undiscounted_net_minor=undiscounted[0] if undiscounted else None,
        undiscounted_gross_minor=undiscounted[1] if undiscounted else None,
        cost_minor=amount(entry, "cost", currency, path) if entry.get("cost") is not None else None,
    )
