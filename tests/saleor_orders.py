"""Orders as Saleor's GraphQL shows them, made of few words: what a real Saleor was not recorded doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from distribution.adapters.saleor.mapper import Keys, to_snapshot
from distribution.orders.snapshot import OrderSnapshot

PLACED_AT = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
OBSERVED_AT = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
KEYS = Keys(hash_key=b"k" * 32)


@dataclass(frozen=True)
class Line:
    """A line: its totals, and how its units are spread over fulfilments."""

    sku: str
    quantity: int
    net: str
    gross: str
    fulfilled: int = 0
    returned: int = 0
    refunded: int = 0
    replaced: int = 0
    waiting: int = 0
    gift_card: bool = False
    deleted: bool = False


def saleor_order(
    *lines: Line,
    order_id: str = "T3JkZXI6MQ==",
    status: str = "UNFULFILLED",
    currency: str = "USD",
    shipping: str = "0",
    total: str | None = None,
    charged: str = "0",
    refunded: str = "0",
    pending: str = "0",
    charge_backs: tuple[str, ...] = (),
    grants: tuple[tuple[str, bool], ...] = (),
    shipping_refunded: str | None = None,
    code: object = None,
    voucher: str | None = None,
    email: str | None = "buyer@example.com",
    origin: str = "CHECKOUT",
    original: str | None = None,
    placed_at: datetime = PLACED_AT,
) -> dict[str, Any]:
    """One order node; `total` is the lines' gross and shipping unless a gift card lowered it."""
    gross = sum((Decimal(line.gross) for line in lines), Decimal(shipping))
    return {
        "id": order_id,
        "number": "1",
        "status": status,
        "origin": origin,
        "original": original,
        "created": placed_at.isoformat(),
        "userEmail": email,
        "user": None,
        "channel": {"slug": "default", "currencyCode": currency},
        "shippingAddress": {"country": {"code": "US"}},
        "billingAddress": None,
        "metafields": {} if code is None else {"referral_code": code},
        "voucherCode": voucher,
        "total": {"gross": _money(total or str(gross)), "currency": currency},
        "shippingPrice": {"gross": _money(shipping)},
        "totalCharged": _money(charged),
        "totalRefunded": _money(refunded),
        "totalRefundPending": _money(pending),
        "lines": [_line(line) for line in lines],
        "fulfillments": _fulfillments(lines, shipping_refunded),
        "transactions": [
            {"events": [{"type": "CHARGE_BACK", "amount": _money(each)} for each in charge_backs]}
        ],
        "grantedRefunds": [
            {
                "amount": _money(amount),
                "shippingCostsIncluded": shipped,
                "createdAt": f"2026-03-02T0{index}:00:00+00:00",
            }
            for index, (amount, shipped) in enumerate(grants)
        ],
        "events": [{"type": "FULFILLMENT_AWAITS_APPROVAL"}] if any(line.waiting for line in lines) else [],
    }


def snapshot_of(
    order: dict[str, Any], observed_at: datetime = OBSERVED_AT, keys: Keys = KEYS
) -> OrderSnapshot:
    """The snapshot our mapper makes of it."""
    return to_snapshot(order, observed_at=observed_at, keys=keys)


def _money(amount: str) -> dict[str, Decimal]:
    return {"amount": Decimal(amount)}


def _line(line: Line) -> dict[str, Any]:
    product = {
        "id": f"product-{line.sku}",
        "productType": {"kind": "GIFT_CARD" if line.gift_card else "NORMAL"},
        "category": {"id": "category"},
        "collections": [],
    }
    return {
        "id": f"line-{line.sku}",
        "productName": line.sku,
        "productSku": line.sku,
        "quantity": line.quantity,
        "totalPrice": {"net": _money(line.net), "gross": _money(line.gross)},
        "variant": None if line.deleted else {"id": f"variant-{line.sku}", "product": product},
    }


def _fulfillments(lines: tuple[Line, ...], shipping_refunded: str | None) -> list[dict[str, Any]]:
    statuses = {
        "FULFILLED": "fulfilled",
        "RETURNED": "returned",
        "REFUNDED": "refunded",
        "REPLACED": "replaced",
        "WAITING_FOR_APPROVAL": "waiting",
    }
    found = []
    for status, attribute in statuses.items():
        units = [
            {"quantity": getattr(line, attribute), "orderLine": {"id": f"line-{line.sku}"}}
            for line in lines
            if getattr(line, attribute)
        ]
        if units:
            found.append(
                {
                    "status": status,
                    "created": "2026-03-05T10:00:00+00:00",
                    "shippingRefundedAmount": None,
                    "lines": units,
                }
            )
    if shipping_refunded is not None:
        found.append(
            {
                "status": "REFUNDED",
                "created": "2026-03-06T10:00:00+00:00",
                "shippingRefundedAmount": _money(shipping_refunded),
                "lines": [],
            }
        )
    return found
