"""Changes of settings and of merchants happen one at a time: each is checked against the state before it."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

_LOCK = text("SELECT pg_advisory_xact_lock(7305811940226007)")


def lock(session: Session) -> None:
    """Hold other changes off until this transaction ends."""
    session.execute(_LOCK)
