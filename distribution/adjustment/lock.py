"""One at a time for each adjustment, also before it is written: a repetition of a proposal waits for the first."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:id, 7305811940226008))")


def lock(session: Session, adjustment_id: UUID) -> None:
    """Hold others off this adjustment until the transaction ends; before balances, in every verb."""
    session.execute(_LOCK, {"id": str(adjustment_id)})
