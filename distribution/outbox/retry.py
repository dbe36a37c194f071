"""A person wants an effect that was given up tried again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.outbox.tables import Effect
from distribution.outbox.watch import retry


def retry_effect(session: Session, effect_id: int, *, actor: str, now: datetime) -> Effect:
    """Make an effect that was given up due again, and note who wanted it; raises NotFound."""
    effect = retry(session, effect_id, now=now)
    record(
        session,
        actor=actor,
        action="outbox.retry",
        subject_type="outbox",
        subject_id=effect.id,
        now=now,
        after={"kind": effect.kind, "dedupe_key": effect.dedupe_key},
    )
    return effect
