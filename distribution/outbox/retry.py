"""A person wants an effect that was given up tried again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.errors import NotFound
from distribution.outbox.tables import Effect


def retry_effect(session: Session, effect_id: int, *, actor: str, now: datetime) -> Effect:
    """Make an effect that was given up due again, its attempts counted anew, and note who wanted it.

    Any other is returned as it is. Raises NotFound.
    """
    effect = session.execute(
        select(Effect)
        .where(Effect.id == effect_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if effect is None:
        raise NotFound("there is no such effect", effect_id=effect_id)
    if effect.failed_at is None or effect.done_at is not None:
        return effect
    before = {"attempts": effect.attempts, "last_error": effect.last_error}
    effect.failed_at, effect.attempts, effect.due_at, effect.claimed_until = None, 0, now, None
    session.flush()
    record(
        session,
        actor=actor,
        action="outbox.retry",
        subject_type="outbox",
        subject_id=effect.id,
        now=now,
        before=before,
        after={"kind": effect.kind, "dedupe_key": effect.dedupe_key},
    )
    return effect
