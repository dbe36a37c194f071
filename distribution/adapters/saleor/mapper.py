"""From an order as Saleor's GraphQL shows it to our snapshot: the only place that knows Saleor's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from distribution.adapters.saleor.amounts import Amounts
from distribution.adapters.saleor.order_lines import lines_of
from distribution.errors import InvalidInput
from distribution.orders.snapshot import CANCELLED, DRAFT, OPEN, OrderLine, OrderSnapshot
from distribution.orders.text import clean, code
from distribution.privacy.hashing import email_hash

SOURCE = "saleor"

_STATUS = {"DRAFT": DRAFT, "UNCONFIRMED": DRAFT, "CANCELED": CANCELLED, "EXPIRED": CANCELLED}


@dataclass(frozen=True, slots=True)
class Keys:
    """Under which metadata keys the shop keeps the referral, and the key of shopper hashes."""

    hash_key: bytes
    referral_code: str = "referral_code"
    referral_click: str = "referral_click"


def to_snapshot(order: Mapping[str, Any], *, observed_at: datetime, keys: Keys) -> OrderSnapshot:
    """The snapshot of one order node; JSON numbers must have been read as Decimal.

    Raises InvalidInput naming the field when the answer is not what Saleor's schema promises, so that a damaged
    order is kept with its error and no other order suffers.
    """
    try:
        return _map(order, observed_at, keys)
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise InvalidInput(f"the answer for this order cannot be read: {error!r}", field="order") from error


def _map(order: Mapping[str, Any], observed_at: datetime, keys: Keys) -> OrderSnapshot:
    currency = str(order["total"].get("currency") or order["channel"]["currencyCode"])
    money = Amounts(currency)
    lines = tuple(lines_of(order, money))
    total = money.of(order["total"]["gross"], "total")
    collected = _collected(order, money)
    metadata = _metadata(order)
    status = _STATUS.get(order["status"], OPEN)
    address = order.get("shippingAddress") or order.get("billingAddress") or {}
    email = order.get("userEmail")
    shipping = order["shippingPrice"] if "net" in order["shippingPrice"] else {}
    return OrderSnapshot(
        source=SOURCE,
        order_id=clean(order["id"]),
        number=clean(str(order["number"])),
        channel=clean(order["channel"]["slug"]),
        currency=currency,
        observed_at=observed_at,
        placed_at=datetime.fromisoformat(order["created"]),
        status=status,
        total_minor=total,
        collected_minor=collected,
        given_back_minor=_given_back(order, money, lines) if collected >= total else 0,
        customer_id=(order.get("user") or {}).get("id"),
        customer_key=email_hash(keys.hash_key, email) if email else None,
        country=(address.get("country") or {}).get("code"),
        referral_code=code(metadata.get(keys.referral_code)),
        click_id=code(metadata.get(keys.referral_click)),
        voucher_code=code(order.get("voucherCode")),
        # Only a reissue replaces an order; a draft that was copied from one is a sale of its own.
        replacement_of=order.get("original") if order.get("origin") == "REISSUE" else None,
        lines=lines,
        shipping_net_minor=money.of(shipping.get("net"), "shippingPrice"),
        shipping_gross_minor=money.of(shipping.get("gross"), "shippingPrice"),
    )


def _metadata(order: Mapping[str, Any]) -> Mapping[str, Any]:
    """Either the keys we ask for (`metafields`), or the whole list another caller read."""
    if "metafields" in order:
        found: Mapping[str, Any] = order["metafields"] or {}
        return found
    return {str(entry["key"]): entry["value"] for entry in order.get("metadata") or ()}


def _collected(order: Mapping[str, Any], money: Amounts) -> int:
    charged_back = sum(
        money.of(event["amount"], "transactions.events.amount")
        for transaction in order.get("transactions") or ()
        for event in transaction["events"]
        if event["type"] == "CHARGE_BACK"
    )
    return (
        money.of(order["totalCharged"], "totalCharged")
        + money.of(order["totalRefunded"], "totalRefunded")
        + money.of(order["totalRefundPending"], "totalRefundPending")
        + charged_back
    )


def _given_back(order: Mapping[str, Any], money: Amounts, lines: Iterable[OrderLine]) -> int:
    """What went back of the goods: total − charged − pending, less the shipping in it, at most their gross."""
    back = (
        money.of(order["total"]["gross"], "total")
        - money.of(order["totalCharged"], "totalCharged")
        - money.of(order["totalRefundPending"], "totalRefundPending")
    )
    if back <= 0:
        return 0
    price = money.of(order["shippingPrice"]["gross"], "shippingPrice")
    shipping = sum(
        money.of(fulfillment.get("shippingRefundedAmount"), "fulfillments.shippingRefundedAmount")
        for fulfillment in order["fulfillments"]
    )
    granted = 0
    for grant in sorted(order.get("grantedRefunds") or (), key=lambda item: str(item["createdAt"])):
        granted += money.of(grant["amount"], "grantedRefunds.amount")
        # A grant is only a promise: it explains money that went back as far as that much did.
        if granted <= back and grant["shippingCostsIncluded"]:
            shipping += price
    return min(max(0, back - min(shipping, price)), sum(line.gross_minor for line in lines))
