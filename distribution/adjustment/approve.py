"""A second person approves: the money moves in the same transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.adjustment.decision import decide
from distribution.adjustment.errors import AlreadyDecided, SecondPersonNeeded
from distribution.adjustment.lock import lock
from distribution.adjustment.money import move
from distribution.adjustment.read import AdjustmentSeen, adjustment
from distribution.adjustment.tables import APPROVED


def approve(session: Session, adjustment_id: UUID, *, actor: str, now: datetime) -> AdjustmentSeen:
    """Approve what waits; one that the same person approved before is returned as it is.

    Raises AdjustmentNotFound, AlreadyDecided, and SecondPersonNeeded to whoever proposed it.
    """
    lock(session, adjustment_id)
    seen = adjustment(session, adjustment_id)
    if seen.decision is not None:
        if (seen.decision.decision, seen.decision.actor) == (APPROVED, actor):
            return seen
        raise AlreadyDecided(seen.decision.decision, seen.decision.actor)
    if actor == seen.adjustment.proposed_by:
        raise SecondPersonNeeded(seen.adjustment.proposed_by)
    held = move(session, seen.adjustment, now=now)
    return AdjustmentSeen(
        seen.adjustment, decide(session, seen.adjustment, APPROVED, held=held, actor=actor, now=now)
    )
