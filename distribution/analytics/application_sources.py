"""Where applications came from, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from distribution.network.tables import Distributor
from distribution.orders.tables import Order

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Everybody who came one way: how many applied, wait, were admitted, and sold something."""

    source: str
    applied: int
    waiting: int
    admitted: int
    sold: int


def sources(session: Session, *, since: datetime) -> list[SourceRow]:
    """Each way people came since then, the one that brought most who sell first."""
    source = func.coalesce(Distributor.application["source"].astext, UNKNOWN)
    has_sold = exists().where(Order.distributor_id == Distributor.id, Order.paid)
    query = (
        select(
            source,
            func.count(),
            func.count().filter(Distributor.status == "applied"),
            func.count().filter(Distributor.joined_at.is_not(None)),
            func.count().filter(has_sold),
        )
        .where(Distributor.created_at >= since)
        .group_by(source)
    )
    rows = [SourceRow(*row) for row in session.execute(query)]
    return sorted(rows, key=lambda row: (-row.sold, -row.applied, row.source))
