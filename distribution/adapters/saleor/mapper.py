"""From an order as Saleor's GraphQL shows it to our snapshot: the only place that knows Saleor's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from distribution.errors import InvalidInput
from distribution.money import to_minor
from distribution.orders.snapshot import CANCELLED, DRAFT, OPEN, OrderLine, OrderSnapshot
from distribution.orders.text import clean, code
from distribution.privacy.hashing import email_hash

SOURCE = "saleor"

_STATUS = {"DRAFT": DRAFT, "UNCONFIRMED": DRAFT, "CANCELED": CANCELLED, "EXPIRED": CANCELLED}
_FULFILLED = frozenset({"FULFILLED", "REPLACED"})
_RETURNED = frozenset({"RETURNED", "REFUNDED", "REFUNDED_AND_RETURNED"})


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
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InvalidInput(f"the answer for this order cannot be read: {error!r}", field="order") from error


def _map(order: Mapping[str, Any], observed_at: datetime, keys: Keys) -> OrderSnapshot:
    currency = str(order["total"].get("currency") or order["channel"]["currencyCode"])
    money = _Amounts(currency)
    lines = tuple(_lines(order, money))
    total = money.of(order["total"]["gross"], "total")
    collected = _collected(order, money)
    metadata = _metadata(order)
    status = _STATUS.get(order["status"], OPEN)
    address = order.get("shippingAddress") or order.get("billingAddress") or {}
    email = order.get("userEmail")
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
    )


def _metadata(order: Mapping[str, Any]) -> Mapping[str, Any]:
    """Either the keys we ask for (`metafields`), or the whole list another caller read."""
    if "metafields" in order:
        found: Mapping[str, Any] = order["metafields"] or {}
        return found
    return {str(entry["key"]): entry["value"] for entry in order.get("metadata") or ()}


class _Amounts:
    def __init__(self, currency: str) -> None:
        self.currency = currency

    def of(self, money: Mapping[str, Any] | None, field: str) -> int:
        if money is None:
            return 0
        amount = money["amount"]
        return to_minor(amount if isinstance(amount, Decimal) else str(amount), self.currency, field=field)


def _collected(order: Mapping[str, Any], money: _Amounts) -> int:
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


def _given_back(order: Mapping[str, Any], money: _Amounts, lines: Iterable[OrderLine]) -> int:
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


def _lines(order: Mapping[str, Any], money: _Amounts) -> Iterable[OrderLine]:
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
        category = product.get("category") or {}
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
            category_ids=(category["id"],) if category else (),
            collection_ids=tuple(item["id"] for item in product.get("collections") or ()),
            fulfilled_at=shipped_at.get(line["id"]),
        )
