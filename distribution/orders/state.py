"""A snapshot as JSON, the form in which it is stored, hashed and proven."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from distribution.orders.snapshot import OrderLine, OrderSnapshot


def to_state(snapshot: OrderSnapshot) -> dict[str, Any]:
    """Everything a snapshot says but when it was observed; amounts as integers, times in UTC.

    What came later than the first version is left out where it says nothing: old states keep their hashes.
    """
    state = {
        "order_id": snapshot.order_id,
        "number": snapshot.number,
        "channel": snapshot.channel,
        "currency": snapshot.currency,
        "placed_at": moment_text(snapshot.placed_at),
        "status": snapshot.status,
        "total": snapshot.total_minor,
        "collected": snapshot.collected_minor,
        "given_back": snapshot.given_back_minor,
        "customer_id": snapshot.customer_id,
        "customer_key": None if snapshot.customer_key is None else snapshot.customer_key.hex(),
        "country": snapshot.country,
        "referral_code": snapshot.referral_code,
        "click_id": snapshot.click_id,
        "voucher_code": snapshot.voucher_code,
        "replacement_of": snapshot.replacement_of,
        "lines": [_line(line) for line in snapshot.lines],
    }
    shipping = {"shipping_net": snapshot.shipping_net_minor, "shipping_gross": snapshot.shipping_gross_minor}
    return state | {name: amount for name, amount in shipping.items() if amount}


def from_state(source: str, observed_at: datetime, state: dict[str, Any]) -> OrderSnapshot:
    """The snapshot that `to_state` described."""
    return OrderSnapshot(
        source=source,
        order_id=state["order_id"],
        number=state["number"],
        channel=state["channel"],
        currency=state["currency"],
        observed_at=observed_at,
        placed_at=datetime.fromisoformat(state["placed_at"]),
        status=state["status"],
        total_minor=state["total"],
        collected_minor=state["collected"],
        given_back_minor=state["given_back"],
        customer_id=state["customer_id"],
        customer_key=None if state["customer_key"] is None else bytes.fromhex(state["customer_key"]),
        country=state["country"],
        referral_code=state["referral_code"],
        click_id=state["click_id"],
        voucher_code=state["voucher_code"],
        replacement_of=state["replacement_of"],
        lines=tuple(_read_line(line) for line in state["lines"]),
        shipping_net_minor=state.get("shipping_net", 0),
        shipping_gross_minor=state.get("shipping_gross", 0),
    )


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(state: Any) -> bytes:
    """JSON with one spelling, so that equal states have equal bytes."""
    return _encode(state).encode()


def _line(line: OrderLine) -> dict[str, Any]:
    state = {
        "id": line.id,
        "quantity": line.quantity,
        "fulfilled": line.fulfilled,
        "returned": line.returned,
        "net": line.net_minor,
        "gross": line.gross_minor,
        "gift_card": line.gift_card,
        "sku": line.sku,
        "name": line.name,
        "product_id": line.product_id,
        "variant_id": line.variant_id,
        "category_ids": list(line.category_ids),
        "collection_ids": list(line.collection_ids),
        "fulfilled_at": None if line.fulfilled_at is None else moment_text(line.fulfilled_at),
    }
    said = {
        "undiscounted_net": line.undiscounted_net_minor,
        "undiscounted_gross": line.undiscounted_gross_minor,
        "cost": line.cost_minor,
    }
    return state | {name: amount for name, amount in said.items() if amount is not None}


def _read_line(line: dict[str, Any]) -> OrderLine:
    return OrderLine(
        id=line["id"],
        quantity=line["quantity"],
        fulfilled=line["fulfilled"],
        returned=line["returned"],
        net_minor=line["net"],
        gross_minor=line["gross"],
        gift_card=line["gift_card"],
        sku=line["sku"],
        name=line["name"],
        product_id=line["product_id"],
        variant_id=line["variant_id"],
        category_ids=tuple(line["category_ids"]),
        collection_ids=tuple(line["collection_ids"]),
        fulfilled_at=None if line["fulfilled_at"] is None else datetime.fromisoformat(line["fulfilled_at"]),
        undiscounted_net_minor=line.get("undiscounted_net"),
        undiscounted_gross_minor=line.get("undiscounted_gross"),
        cost_minor=line.get("cost"),
    )


# The same few moments stand in every row of a batch.
@lru_cache(maxsize=256)
def moment_text(moment: datetime) -> str:
    """A moment as it stands in what is kept and sealed: in UTC, with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
