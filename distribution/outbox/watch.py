"""Effects that were given up, for a person to see and retry; and those long done, to forget."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from distribution.errors import NotFound
from distribution.outbox.tables import Effect


def given_up(session: Session, *, limit: int = 100) -> list[Effect]:
    """Effects that failed for good, newest first."""
    query = select(Effect).where(Effect.failed_at.is_not(None), Effect.done_at.is_(None))
    return list(session.scalars(query.order_by(Effect.failed_at.desc()).limit(limit)))


def retry(session: Session, effect_id: int, *, now: datetime) -> Effect:
    """Make an effect that was given up due again, its attempts counted anew; any other is returned as it is.

    Raises NotFound.
    """
    effect = session.execute(
        select(Effect)
        .where(Effect.id == effect_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if effect is None:
        raise NotFound("there is no such effect", effect_id=effect_id)
    if effect.failed_at is not None and effect.done_at is None:
        effect.failed_at, effect.attempts, effect.due_at, effect.claimed_until = None, 0, now, None
        session.flush()
    return effect


def forget_done(session: Session, *, before: datetime) -> int:
    """Delete effects done before that moment, for their payloads name people; returns how many."""
    gone = session.execute(delete(Effect).where(Effect.done_at < before).returning(Effect.id))
    return len(gone.all())
