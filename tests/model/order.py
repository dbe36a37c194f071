"""An order of a shop that lives: paid, shipped, given back, changed; and how Saleor's GraphQL would show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.saleor_orders import Line, saleor_order

EXPONENT = {"USD": 2, "JPY": 0}


@dataclass
class ModelLine:
    """A line and where its units are; `shipments` are (when, how many)."""

    quantity: int
    net_minor: int
    gross_minor: int
    gift_card: bool = False
    shipments: list[tuple[datetime, int]] = field(default_factory=list)
    replaced: int = 0
    returned: int = 0
    refunded: int = 0
    waiting: int = 0

    @property
    def shipped(self) -> int:
        return sum(units for _, units in self.shipments)

    @property
    def free(self) -> int:
        return self.quantity - self.shipped - self.replaced - self.returned - self.refunded - self.waiting

    def take_back(self, units: int) -> None:
        """These shipped units are no longer so, the last shipped first."""
        while units:
            at, most = self.shipments.pop()
            if most > units:
                self.shipments.append((at, most - units))
            units -= min(most, units)


@dataclass
class ModelOrder:
    """What the shop knows of one order, in minor units."""

    id: str
    currency: str
    placed_at: datetime
    lines: dict[str, ModelLine]
    status: str = "UNFULFILLED"
    email: str | None = None
    code: str | None = None
    voucher: str | None = None
    original: str | None = None
    shipping: int = 0
    paid_by_gift_card: int = 0
    charged: int = 0
    refunded: int = 0
    pending: int = 0
    charge_backs: list[int] = field(default_factory=list)
    shipping_refunded: int = 0
    approvals: bool = False

    @property
    def gross(self) -> int:
        return sum(line.gross_minor for line in self.lines.values())

    @property
    def total(self) -> int:
        return max(0, self.gross + self.shipping - self.paid_by_gift_card)

    @property
    def collected(self) -> int:
        return self.charged + self.refunded + self.pending + sum(self.charge_backs)

    def shown(self) -> dict[str, Any]:
        """The order node of GraphQL."""
        node = saleor_order(
            *(
                Line(
                    sku,
                    line.quantity,
                    self._text(line.net_minor),
                    self._text(line.gross_minor),
                    gift_card=line.gift_card,
                )
                for sku, line in self.lines.items()
            ),
            order_id=self.id,
            status=self.status,
            currency=self.currency,
            shipping=self._text(self.shipping),
            total=self._text(self.total),
            charged=self._text(self.charged),
            refunded=self._text(self.refunded),
            pending=self._text(self.pending),
            charge_backs=tuple(map(self._text, self.charge_backs)),
            code=self.code,
            voucher=self.voucher,
            email=self.email,
            origin="CHECKOUT" if self.original is None else "REISSUE",
            original=self.original,
            placed_at=self.placed_at,
        )
        return node | {
            "fulfillments": list(self._fulfillments()),
            "events": [{"type": "FULFILLMENT_AWAITS_APPROVAL"}] if self.approvals else [],
        }

    def _fulfillments(self) -> Any:
        refunded = self._text(self.shipping_refunded)
        for sku, line in self.lines.items():
            for at, units in line.shipments:
                yield self._fulfillment("FULFILLED", at, sku, units)
            for status in ("replaced", "returned", "refunded", "waiting"):
                if units := getattr(line, status):
                    name = "WAITING_FOR_APPROVAL" if status == "waiting" else status.upper()
                    yield self._fulfillment(name, self.placed_at, sku, units)
        if self.shipping_refunded:
            empty = self._fulfillment("REFUNDED", self.placed_at, "", 0)
            yield empty | {"lines": [], "shippingRefundedAmount": {"amount": Decimal(refunded)}}

    def _fulfillment(self, status: str, at: datetime, sku: str, units: int) -> dict[str, Any]:
        return {
            "status": status,
            "created": at.isoformat(),
            "shippingRefundedAmount": None,
            "lines": [{"quantity": units, "orderLine": {"id": f"line-{sku}"}}],
        }

    def _text(self, minor: int) -> str:
        return str(Decimal(minor).scaleb(-EXPONENT[self.currency]))
