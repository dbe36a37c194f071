"""An adjustment that waits is turned down, or taken back by whoever proposed it: nothing moves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.adjustment.decision import decide
from distribution.adjustment.document import checked_reason
from distribution.adjustment.errors import AlreadyDecided
from distribution.adjustment.lock import lock
from distribution.adjustment.read import AdjustmentSeen, adjustment
from distribution.adjustment.tables import DECLINED, WITHDRAWN


def decline(session: Session, adjustment_id: UUID, *, note: str, actor: str, now: datetime) -> AdjustmentSeen:
    """Say no, and why; by its proposer that is a withdrawal. A repetition by the same person changes nothing.

    Raises AdjustmentNotFound, AlreadyDecided, InvalidInput for a note that says nothing.
    """
    why = checked_reason(note, field="note")
    lock(session, adjustment_id)
    seen = adjustment(session, adjustment_id)
    decision = WITHDRAWN if actor == seen.adjustment.proposed_by else DECLINED
    if seen.decision is not None:
        if (seen.decision.decision, seen.decision.actor) == (decision, actor):
            return seen
        raise AlreadyDecided(seen.decision.decision, seen.decision.actor)
    return AdjustmentSeen(
        seen.adjustment, decide(session, seen.adjustment, decision, note=why, actor=actor, now=now)
    )
