"""Finds distributors."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from distribution.network.errors import DistributorNotFound
from distribution.network.tables import Distributor


def by_id(session: Session, distributor_id: UUID | str, *, for_update: bool = False) -> Distributor:
    """The distributor with this id, read afresh; raises DistributorNotFound."""
    try:
        wanted = distributor_id if isinstance(distributor_id, UUID) else UUID(distributor_id)
    except ValueError:
        raise DistributorNotFound(distributor_id) from None
    query = select(Distributor).where(Distributor.id == wanted).execution_options(populate_existing=True)
    found = session.scalar(query.with_for_update() if for_update else query)
    if found is None:
        raise DistributorNotFound(distributor_id)
    return found


def by_email(session: Session, email: str) -> Distributor | None:
    """The distributor with this e-mail address, in whatever case."""
    if not email.isprintable():
        return None
    return session.scalar(
        select(Distributor).where(func.lower(Distributor.email) == func.lower(email.strip()))
    )


def applications(session: Session, *, limit: int = 50, after: UUID | None = None) -> list[Distributor]:
    """Those who wait for a decision, longest waiting first."""
    query = select(Distributor).where(Distributor.status == "applied")
    if after is not None:
        query = query.where(Distributor.id > after)
    return list(session.scalars(query.order_by(Distributor.id).limit(limit)))
