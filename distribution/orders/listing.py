"""The orders of one source, page by page."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.orders.tables import Order


def orders_of(
    session: Session,
    source: str,
    *,
    limit: int = 50,
    before: int | None = None,
    distributor_id: UUID | None = None,
) -> list[Order]:
    """Orders as they were first recorded, newest first; `before` is the last id of the page before."""
    query = select(Order).where(Order.source == source).order_by(Order.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Order.id < before)
    if distributor_id is not None:
        query = query.where(Order.distributor_id == distributor_id)
    return list(session.scalars(query))


def channels_of_orders(session: Session) -> list[str]:
    """The channels that orders came by, by name."""
    return list(session.scalars(select(Order.channel).distinct().order_by(Order.channel)))
