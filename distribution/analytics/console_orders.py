"""The list of orders, filtered by whose they are, why, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, or_, select, text
from sqlalchemy.orm import Session

from distribution.analytics.console_paging import Page, page
from distribution.analytics.order_state import OrderState, order_state
from distribution.commission.tables import CommissionLine
from distribution.network.tables import Distributor
from distribution.orders.tables import Order

REASONS = (
    "voucher",
    "referral_code",
    "click",
    "binding",
    "reassigned",
    "self_purchase_sponsor",
    "self_purchase",
    "no_referral",
    "unknown_code",
    "malformed_code",
    "inactive_distributor",
    "outside_window",
    "not_a_new_customer",
    "replacement",
)
ASTRAY = ("unknown_code", "malformed_code", "inactive_distributor")
"""Reasons of orders whose code led nowhere."""


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What to show; empty texts filter nothing."""

    whose: str = "all"
    reason: str = ""
    status: str = ""
    currency: str = ""
    number: str = ""
    distributor_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order in the list; `commission_minor` is what is recorded for all levels."""

    id: int
    source: str
    number: str
    channel: str
    placed_at: datetime
    currency: str
    total_minor: int
    state: OrderState
    distributor_id: UUID | None
    distributor_name: str | None
    reason: str | None
    commission_minor: int


@dataclass(frozen=True, slots=True)
class _Facts:
    status: str
    paid: bool
    total_minor: int
    given_back_minor: int
    quantity: int
    fulfilled_quantity: int
    returned_quantity: int


def orders(session: Session, wanted: OrderFilter, *, cursor: str | None = None) -> Page[OrderRow]:
    """Orders that match, newest first."""
    commission = (
        select(func.coalesce(func.sum(CommissionLine.amount_minor), 0))
        .where(CommissionLine.order_id == Order.id)
        .scalar_subquery()
    )
    query = select(
        Order.id,
        Order.source,
        Order.number,
        Order.channel,
        Order.placed_at,
        Order.currency,
        Order.total_minor,
        Order.distributor_id,
        Distributor.name,
        Order.reason,
        # Most orders have no line: they are not asked for any.
        case((Order.line_count > 0, commission), else_=0),
        Order.status,
        Order.paid,
        Order.given_back_minor,
        Order.quantity,
        Order.fulfilled_quantity,
        Order.returned_quantity,
    ).outerjoin(Distributor, Distributor.id == Order.distributor_id)
    if wanted.whose == "attributed":
        query = query.where(Order.distributor_id.is_not(None))
    elif wanted.whose == "unattributed":
        query = query.where(Order.distributor_id.is_(None))
    if wanted.reason == "astray":
        query = query.where(Order.reason.in_(ASTRAY))
    elif wanted.reason in REASONS:
        query = query.where(Order.reason == wanted.reason)
    if wanted.distributor_id is not None:
        query = query.where(Order.distributor_id == wanted.distributor_id)
    if wanted.currency:
        query = query.where(Order.currency == wanted.currency[:3])
    number = wanted.number.strip().lstrip("#")[:100].replace("\x00", "")
    if number:
        query = query.where(or_(Order.number == number, Order.external_id == number))
    query = query.where(*_in_state(wanted.status))
    return page(session, query, (Order.placed_at, Order.id), _row, cursor=cursor)


# One index probe a currency, not one pass over all orders.
_CURRENCIES = text("""
WITH RECURSIVE known AS (
    SELECT min(currency) AS currency FROM distribution.orders
    UNION ALL
    SELECT (SELECT min(currency) FROM distribution.orders WHERE currency > known.currency)
    FROM known WHERE known.currency IS NOT NULL
)
SELECT currency FROM known WHERE currency IS NOT NULL
""")


def currencies(session: Session) -> list[str]:
    """Every currency orders were placed in."""
    return list(session.scalars(_CURRENCIES))


def _in_state(status: str) -> list[Any]:
    """The states of `order_state`, as conditions; the two of each pair that differ only in how much are one filter."""
    alive = Order.status == "open"
    back = or_(Order.given_back_minor > 0, Order.returned_quantity > 0)
    match status:
        case "draft" | "cancelled":
            return [Order.status == status]
        case "placed":
            return [alive, ~Order.paid, ~back]
        case "paid":
            return [alive, Order.paid, ~back, Order.fulfilled_quantity == 0]
        case "partly_shipped":
            return [
                alive,
                Order.paid,
                ~back,
                Order.fulfilled_quantity > 0,
                Order.fulfilled_quantity < Order.quantity,
            ]
        case "shipped":
            return [alive, Order.paid, ~back, Order.fulfilled_quantity >= Order.quantity]
        case "refunded":
            return [alive, back]
    return []


def _row(row: Any) -> OrderRow:
    facts = _Facts(row[11], row[12], row[6], row[13], row[14], row[15], row[16])
    return OrderRow(
        id=row[0],
        source=row[1],
        number=row[2],
        channel=row[3],
        placed_at=row[4],
        currency=row[5],
        total_minor=row[6],
        state=order_state(facts),
        distributor_id=row[7],
        distributor_name=row[8],
        reason=row[9],
        commission_minor=int(row[10]),
    )
