"""Effects that were given up, for a person to see; and those long done, to forget."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from distribution.outbox.tables import Effect


def given_up(session: Session, *, limit: int = 100) -> list[Effect]:
    """Effects that failed for good, newest first."""
    query = select(Effect).where(Effect.failed_at.is_not(None), Effect.done_at.is_(None))
    return list(session.scalars(query.order_by(Effect.failed_at.desc()).limit(limit)))


def forget_done(session: Session, *, before: datetime) -> int:
    """Delete effects done before that moment, for their payloads name people; returns how many."""
    gone = session.execute(delete(Effect).where(Effect.done_at < before).returning(Effect.id))
    return len(gone.all())
