"""All distributors, page by page."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from distribution.network.tables import Distributor


def everybody(
    session: Session,
    *,
    limit: int = 50,
    before: UUID | None = None,
    status: str | None = None,
    email: str | None = None,
) -> list[Distributor]:
    """Distributors, newest first; `before` is the last id of the page before."""
    query = select(Distributor).order_by(Distributor.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Distributor.id < before)
    if status is not None:
        query = query.where(Distributor.status == status)
    if email is not None:
        query = query.where(func.lower(Distributor.email) == func.lower(email))
    return list(session.scalars(query))
