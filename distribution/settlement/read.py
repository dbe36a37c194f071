"""Runs, statements and their lines, and what is not settled yet: for pages and answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.orm import Session

from distribution.errors import NotFound
from distribution.settlement.tables import SettlementRun, Statement
from distribution.settlement.window import OWNED_LINES, window_since


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a statement: a commission line, or an adjusting line of a period, whose `order_id` is 0."""

    order_id: int
    number: int
    order_number: str | None
    share_number: int
    level: int | None
    kind: str
    amount_minor: int
    matures_at: datetime
    recorded_at: datetime
    period: str | None = None
    period_start: date | None = None
    basis: dict[str, Any] | None = None


_LINES = text(f"""
SELECT line.order_id, line.number, orders.number, line.share_number, share.level, line.kind, line.amount_minor,
    line.matures_at, line.recorded_at, line.period, line.period_start, line.basis
FROM ({OWNED_LINES}) AS line
LEFT JOIN distribution.orders orders ON orders.id = line.order_id
LEFT JOIN distribution.shares share ON share.order_id = line.order_id AND share.number = line.share_number
WHERE line.distributor_id = :distributor_id AND (line.order_id, line.number) > (:after_order_id, :after_number)
ORDER BY line.order_id, line.number
LIMIT :limit
""")


def run(session: Session, run_id: UUID) -> SettlementRun:
    """A run by its id, or NotFound."""
    found = session.get(SettlementRun, run_id)
    if found is None:
        raise NotFound("there is no such settlement run", run_id=run_id)
    return found


def runs(
    session: Session, *, currency: str | None = None, limit: int = 50, before: UUID | None = None
) -> list[SettlementRun]:
    """Runs, newest first; `before` is the id of the last one on the page before."""
    query = select(SettlementRun).order_by(SettlementRun.id.desc()).limit(limit)
    if currency is not None:
        query = query.where(SettlementRun.currency == currency)
    if before is not None:
        query = query.where(SettlementRun.id < before)
    return list(session.scalars(query))


def statement(session: Session, statement_id: UUID, *, of: UUID | None = None) -> Statement:
    """A statement by its id, or NotFound; also when it is another distributor's than `of`."""
    found = session.get(Statement, statement_id)
    if found is None or of not in (None, found.distributor_id):
        raise NotFound("there is no such statement", statement_id=statement_id)
    return found


def statements(
    session: Session,
    *,
    distributor_id: UUID,
    currency: str | None = None,
    limit: int = 50,
    before: Statement | None = None,
    below: int | None = None,
) -> list[Statement]:
    """A distributor's statements, newest first of each currency; `before` is the last one on the page before.

    With `below` only those whose number is smaller, which says where in one currency a page begins.
    """
    query = (
        select(Statement)
        .where(Statement.distributor_id == distributor_id)
        .order_by(Statement.currency.desc(), Statement.number.desc())
        .limit(limit)
    )
    if currency is not None:
        query = query.where(Statement.currency == currency)
    if before is not None:
        query = query.where(tuple_(Statement.currency, Statement.number) < (before.currency, before.number))
    if below is not None:
        query = query.where(Statement.number < below)
    return list(session.scalars(query))


def newest_statements(session: Session, distributor_id: UUID) -> dict[str, int]:
    """How many statements a distributor has in each currency: the number of the newest."""
    query = (
        select(Statement.currency, func.max(Statement.number))
        .where(Statement.distributor_id == distributor_id)
        .group_by(Statement.currency)
        .order_by(Statement.currency)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def statements_of_year(session: Session, distributor_id: UUID, tax_year: int) -> list[Statement]:
    """A distributor's statements of one year for the tax office, the oldest first of each currency."""
    query = select(Statement).where(
        Statement.distributor_id == distributor_id, Statement.tax_year == tax_year
    )
    return list(session.scalars(query.order_by(Statement.currency, Statement.number)))


def invoices(
    session: Session, distributor_id: UUID, *, limit: int = 50, before: Statement | None = None
) -> list[Statement]:
    """A distributor's statements that are invoices, newest first; `before` is the last one on the page before."""
    query = select(Statement).where(
        Statement.distributor_id == distributor_id, Statement.invoice_number.is_not(None)
    )
    if before is not None:
        query = query.where(tuple_(Statement.recorded_at, Statement.id) < (before.recorded_at, before.id))
    return list(
        session.scalars(query.order_by(Statement.recorded_at.desc(), Statement.id.desc()).limit(limit))
    )


def statements_of_run(
    session: Session, run_id: UUID, *, limit: int = 50, after: UUID | None = None
) -> list[Statement]:
    """A run's statements in order of distributor; `after` is the last distributor of the page before."""
    query = (
        select(Statement).where(Statement.run_id == run_id).order_by(Statement.distributor_id).limit(limit)
    )
    if after is not None:
        query = query.where(Statement.distributor_id > after)
    return list(session.scalars(query))


def statement_lines(
    session: Session, of: Statement, *, limit: int = 200, after: tuple[int, int] = (0, 0)
) -> list[StatementLine]:
    """The lines a statement settles, those of periods first; `after` is the order and number of the last one before."""
    parameters = {
        **window_since(run(session, of.run_id), run_before(session, of)),
        "distributor_id": of.distributor_id,
        "after_order_id": after[0],
        "after_number": after[1],
        "limit": limit,
    }
    return [StatementLine(*row) for row in session.execute(_LINES, parameters)]


def run_before(session: Session, of: Statement) -> SettlementRun | None:
    """The run of the distributor's statement before: what it left, and all since, is in this one."""
    return session.scalar(
        select(SettlementRun)
        .join(Statement, Statement.run_id == SettlementRun.id)
        .where(
            Statement.distributor_id == of.distributor_id,
            Statement.currency == of.currency,
            Statement.number == of.number - 1,
        )
    )
