"""Whose customer somebody is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.attribution.tables import Binding
from distribution.network.tables import Distributor
from distribution.privacy.hashing import email_hash, shopper_key


def bound_to(session: Session, email: str, *, now: datetime) -> UUID | None:
    """The active distributor to whom the shopper with this address is bound at `now`."""
    newest = session.execute(
        select(Binding.distributor_id, Binding.ends_at)
        .where(Binding.customer_key == email_hash(shopper_key(session), email), Binding.effective_at <= now)
        .order_by(Binding.effective_at.desc(), Binding.id.desc())
        .limit(1)
    ).one_or_none()
    if newest is None or newest[0] is None or (newest[1] is not None and newest[1] <= now):
        return None
    active = select(Distributor.id).where(Distributor.id == newest[0], Distributor.status == "active")
    return session.scalar(active)
