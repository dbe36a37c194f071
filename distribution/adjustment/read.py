"""Adjustments with what became of each, for verbs, pages and answers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from distribution.adjustment.errors import AdjustmentNotFound
from distribution.adjustment.tables import Adjustment, AdjustmentDecision

WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class AdjustmentSeen:
    """An adjustment and the decision on it, None while it waits."""

    adjustment: Adjustment
    decision: AdjustmentDecision | None

    @property
    def state(self) -> str:
        """Waiting, or as it was decided."""
        return WAITING if self.decision is None else self.decision.decision


def find(session: Session, adjustment_id: UUID) -> AdjustmentSeen | None:
    """An adjustment by its id, as it is now."""
    row = session.execute(
        _query().where(Adjustment.id == adjustment_id).execution_options(populate_existing=True)
    ).first()
    return None if row is None else AdjustmentSeen(row[0], row[1])


def adjustment(session: Session, adjustment_id: UUID) -> AdjustmentSeen:
    """The same; raises AdjustmentNotFound."""
    found = find(session, adjustment_id)
    if found is None:
        raise AdjustmentNotFound(adjustment_id)
    return found


def adjustments(
    session: Session,
    *,
    distributor_id: UUID | None = None,
    currency: str | None = None,
    state: str | None = None,
    limit: int = 50,
    before: int | None = None,
) -> list[AdjustmentSeen]:
    """Adjustments in a state or in any, newest first; `before` is the number of the last one on the page before."""
    query = _query().order_by(Adjustment.number.desc()).limit(limit)
    if distributor_id is not None:
        query = query.where(Adjustment.distributor_id == distributor_id)
    if currency is not None:
        query = query.where(Adjustment.currency == currency)
    if state == WAITING:
        query = query.where(AdjustmentDecision.number.is_(None))
    elif state is not None:
        query = query.where(AdjustmentDecision.decision == state)
    if before is not None:
        query = query.where(Adjustment.number < before)
    return [AdjustmentSeen(found, decision) for found, decision in session.execute(query)]


def _query() -> Select[Adjustment, AdjustmentDecision]:
    return select(Adjustment, AdjustmentDecision).outerjoin(
        AdjustmentDecision, AdjustmentDecision.adjustment_id == Adjustment.id
    )
