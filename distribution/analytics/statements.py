"""Statements of a distributor, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.errors import NotFound
from distribution.settlement.tables import Statement


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One closed account: what a settlement run found for the distributor, and what it left."""

    id: UUID
    number: int
    currency: str
    cutoff_at: datetime
    line_count: int
    accrued_minor: int
    reversed_minor: int
    total_minor: int
    debt_before_minor: int
    available_before_minor: int
    debt_after_minor: int
    available_after_minor: int


def statements(session: Session, distributor_id: UUID, *, limit: int = 60) -> list[StatementRow]:
    """The newest statements."""
    found = session.scalars(
        select(Statement)
        .where(Statement.distributor_id == distributor_id)
        .order_by(Statement.cutoff_at.desc(), Statement.id.desc())
        .limit(limit)
    )
    return [_row(statement) for statement in found]


def statement(session: Session, distributor_id: UUID, statement_id: UUID) -> StatementRow:
    """One statement of the distributor; raises NotFound, also for somebody else's."""
    found = session.get(Statement, statement_id)
    if found is None or found.distributor_id != distributor_id:
        raise NotFound(f"there is no statement {statement_id}", statement_id=statement_id)
    return _row(found)


def _row(found: Statement) -> StatementRow:
    return StatementRow(
        id=found.id,
        number=found.number,
        currency=found.currency,
        cutoff_at=found.cutoff_at,
        line_count=found.line_count,
        accrued_minor=found.accrued_minor,
        reversed_minor=found.reversed_minor,
        total_minor=found.total_minor,
        debt_before_minor=found.debt_before_minor,
        available_before_minor=found.available_before_minor,
        debt_after_minor=found.debt_after_minor,
        available_after_minor=found.available_after_minor,
    )
