"""An order's commission as the API and the command line answer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.commission.entitlement import NOTHING, entitlement
from distribution.commission.known import KnownShare
from distribution.errors import NotFound
from distribution.money import to_decimal_text
from distribution.orders.snapshot import OrderSnapshot
from distribution.orders.state import from_state

_ORDER = text(
    """
    SELECT o.id, o.paid, o.currency, o.observed_at, o.terms_count, snapshot.state, terms.seller_id, terms.reason,
           terms.detail
    FROM distribution.orders AS o
    JOIN distribution.order_snapshots AS snapshot ON snapshot.order_id = o.id AND snapshot.number = o.snapshot_count
    LEFT JOIN distribution.terms ON terms.order_id = o.id AND terms.number = o.terms_count
    WHERE o.source = :source AND o.external_id = :order_id
    """
)
_SHARES = text(
    """
    SELECT share.number, share.terms_number, share.line_id, share.level, share.distributor_id, share.base,
           share.rate_numerator, share.rate_denominator, share.claimed_minor, share.most_minor,
           (SELECT coalesce(sum(line.amount_minor), 0)::bigint FROM distribution.commission_lines AS line
            WHERE line.order_id = share.order_id AND line.share_number = share.number) AS accrued
    FROM distribution.shares AS share WHERE share.order_id = :id ORDER BY share.number
    """
)


@dataclass(frozen=True, slots=True)
class ShareAnswer:
    """A share with what is recorded for it and what it may become."""

    share: KnownShare
    accrued_minor: int
    potential_minor: int


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """An order's attribution and shares, those of superseded terms left out."""

    order_id: str
    currency: str
    paid: bool
    seller_id: UUID | None
    reason: str | None
    detail: str | None
    snapshot: OrderSnapshot
    shares: tuple[ShareAnswer, ...]

    def to_json(self) -> dict[str, Any]:
        """The document of `PUT /orders`."""
        return {
            "order_id": self.order_id,
            "paid": self.paid,
            "attribution": {
                "distributor_id": None if self.seller_id is None else str(self.seller_id),
                "reason": self.reason or "not_yet_real",
                "detail": self.detail or "terms are frozen once the order is neither a draft nor unconfirmed",
            },
            "shares": [
                {
                    "line_id": each.share.line_id,
                    "level": each.share.level,
                    "distributor_id": str(each.share.distributor_id),
                    "rate_bps": 10_000 * each.share.rate_numerator // each.share.rate_denominator,
                    "accrued": to_decimal_text(each.accrued_minor, self.currency),
                    "potential": to_decimal_text(each.potential_minor, self.currency),
                    "currency": self.currency,
                }
                for each in self.shares
            ],
        }


def order_answer(session: Session, source: str, order_id: str) -> OrderAnswer:
    """What is recorded of an order.

    Raises NotFound for one never recorded.
    """
    row = session.execute(_ORDER, {"source": source, "order_id": order_id}).one_or_none()
    if row is None:
        raise NotFound(f"order {order_id!r} was never recorded", field="order_id")
    snapshot = from_state(source, row.observed_at, row.state)
    found = [
        (KnownShare._make([*values[:6], int(values[6]), int(values[7]), *values[8:]]), accrued)
        for *values, accrued in session.execute(_SHARES, {"id": row.id})
    ]
    current = [(share, accrued) for share, accrued in found if share.terms_number == row.terms_count]
    worth = entitlement(snapshot, [share for share, _ in current])
    return OrderAnswer(
        order_id=order_id,
        currency=row.currency,
        paid=row.paid,
        seller_id=row.seller_id,
        reason=row.reason,
        detail=row.detail,
        snapshot=snapshot,
        shares=tuple(
            ShareAnswer(share, accrued, worth.get(share.number, NOTHING).potential_minor)
            for share, accrued in current
        ),
    )
