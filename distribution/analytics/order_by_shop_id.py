"""Our number of an order that the shop names by its own id."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.orders.tables import Order


def order_by_shop_id(session: Session, source: str, external_id: str) -> int | None:
    """The order's id in our tables, or None while it was not recorded."""
    return session.scalars(
        select(Order.id).where(Order.source == source, Order.external_id == external_id)
    ).one_or_none()
