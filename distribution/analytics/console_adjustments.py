"""Adjustments as a queue, and one of them with what its distributor has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.adjustment.errors import AdjustmentNotFound
from distribution.adjustment.read import WAITING
from distribution.adjustment.tables import DECISIONS, Adjustment, AdjustmentDecision
from distribution.analytics.console_paging import Page, page
from distribution.analytics.console_people import actor_names
from distribution.ledger.read import Entry, Holdings, entries_of_document, holdings
from distribution.network.tables import Distributor

QUEUES: dict[str, tuple[str, ...]] = {
    "waiting": (WAITING,),
    "approved": ("approved",),
    "closed": ("declined", "withdrawn"),
    "all": (WAITING, *DECISIONS),
}


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """One adjustment in a queue."""

    id: UUID
    distributor_id: UUID
    distributor_name: str
    distributor_status: str
    currency: str
    amount_minor: int
    category: str
    reason: str
    reference: str | None
    proposed_by: str
    proposed_at: datetime
    limit_minor: int | None
    second_person: bool
    decision: str | None
    decided_by: str | None
    decided_at: datetime | None
    note: str | None

    @property
    def state(self) -> str:
        """Waiting, or as it was decided."""
        return self.decision or WAITING


@dataclass(frozen=True, slots=True)
class AdjustmentPage:
    """One adjustment, who did what by name, what its distributor has now, and what it moved."""

    adjustment: AdjustmentRow
    names: dict[str, str]
    money: Holdings | None
    transfers: tuple[Entry, ...]


_COLUMNS = (
    Adjustment.id,
    Adjustment.distributor_id,
    Distributor.name,
    Distributor.status,
    Adjustment.currency,
    Adjustment.amount_minor,
    Adjustment.category,
    Adjustment.reason,
    Adjustment.reference,
    Adjustment.proposed_by,
    Adjustment.proposed_at,
    Adjustment.limit_minor,
    Adjustment.second_person,
    AdjustmentDecision.decision,
    AdjustmentDecision.actor,
    AdjustmentDecision.at,
    AdjustmentDecision.note,
)


def adjustments(
    session: Session, *, queue: str = "waiting", distributor_id: UUID | None = None, cursor: str | None = None
) -> tuple[Page[AdjustmentRow], dict[str, str]]:
    """A queue's adjustments with the names of who acted: what waits longest first, everything else newest first."""
    query = _joined()
    if queue == "waiting":
        query = query.where(AdjustmentDecision.number.is_(None))
    elif queue != "all":
        query = query.where(AdjustmentDecision.decision.in_(QUEUES[queue]))
    if distributor_id is not None:
        query = query.where(Adjustment.distributor_id == distributor_id)
    found = page(session, query, (Adjustment.number,), _row, cursor=cursor, ascending=queue == "waiting")
    return found, actor_names(session, (one.proposed_by for one in found.items))


def adjustment_page(session: Session, adjustment_id: UUID) -> AdjustmentPage:
    """The page of one adjustment; raises AdjustmentNotFound."""
    row = session.execute(_joined().where(Adjustment.id == adjustment_id)).one_or_none()
    if row is None:
        raise AdjustmentNotFound(adjustment_id)
    found = _row(row)
    held = [each for each in holdings(session, [found.distributor_id]) if each.currency == found.currency]
    return AdjustmentPage(
        adjustment=found,
        names=actor_names(session, [found.proposed_by, *([found.decided_by] if found.decided_by else [])]),
        money=held[0] if held else None,
        transfers=tuple(entries_of_document(session, found.id)),
    )


def _joined() -> Any:
    return (
        select(*_COLUMNS)
        .join(Distributor, Distributor.id == Adjustment.distributor_id)
        .outerjoin(AdjustmentDecision, AdjustmentDecision.adjustment_id == Adjustment.id)
    )


def _row(row: Any) -> AdjustmentRow:
    return AdjustmentRow(*row[: len(_COLUMNS)])
