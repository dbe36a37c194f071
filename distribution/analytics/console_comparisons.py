"""The comparisons with the shop: what each covered, repaired and proved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from distribution.analytics.console_paging import Page, page
from distribution.orders.tables import Reconciliation


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One comparison; `paid` orders were found recorded as the shop shows them, `attributed` of them are of
    distributors."""

    id: int
    kind: str
    since_at: datetime
    until_at: datetime | None
    started_at: datetime
    finished_at: datetime | None
    seen: int
    repaired: int
    failed: int
    paid: int
    attributed: int
    error: str | None

    @property
    def proves(self) -> bool:
        """Whether every paid order of its range is recorded as the shop shows it."""
        return self.finished_at is not None and self.error is None and not self.failed


@dataclass(frozen=True, slots=True)
class Proven:
    """The newest comparison of each kind that proves its range; None where there is none."""

    changed: ComparisonRow | None
    placed: ComparisonRow | None
    everything: ComparisonRow | None


_COLUMNS = (
    Reconciliation.id,
    Reconciliation.kind,
    Reconciliation.since_at,
    Reconciliation.until_at,
    Reconciliation.started_at,
    Reconciliation.finished_at,
    Reconciliation.seen,
    Reconciliation.repaired,
    Reconciliation.failed,
    Reconciliation.paid,
    Reconciliation.attributed,
    Reconciliation.error,
)
_REPAIRED = text(
    "SELECT coalesce(sum(repaired), 0) FROM distribution.reconciliations WHERE started_at >= :since"
)


def comparisons(
    session: Session, *, only_repaired: bool = False, cursor: str | None = None
) -> Page[ComparisonRow]:
    """The comparisons, newest first; or only those that had to repair something or did not end well."""
    query = select(*_COLUMNS)
    if only_repaired:
        worth_a_look = (Reconciliation.repaired > 0) | (Reconciliation.failed > 0)
        query = query.where(worth_a_look | Reconciliation.error.is_not(None))
    return page(session, query, (Reconciliation.id,), lambda row: ComparisonRow(*row[:12]), cursor=cursor)


def proven(session: Session) -> Proven:
    """What is proven now, by kind of range."""
    changed, placed, everything = (_last_proof(session, kind) for kind in ("changed", "placed", "everything"))
    return Proven(changed, placed, everything)


def repaired_since(session: Session, since: datetime) -> int:
    """How many orders comparisons have repaired since then."""
    total: int = session.execute(_REPAIRED, {"since": since}).scalar_one()
    return total


def _last_proof(session: Session, kind: str) -> ComparisonRow | None:
    query = select(*_COLUMNS).where(
        Reconciliation.kind == kind,
        Reconciliation.finished_at.is_not(None),
        Reconciliation.error.is_(None),
        Reconciliation.failed == 0,
    )
    row = session.execute(query.order_by(Reconciliation.id.desc()).limit(1)).one_or_none()
    return None if row is None else ComparisonRow(*tuple(row))
