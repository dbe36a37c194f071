"""Settlement runs and their statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from distribution.analytics.console_paging import Page, page
from distribution.analytics.console_people import actor_names
from distribution.errors import NotFound
from distribution.network.tables import Distributor
from distribution.settlement.approval import approvals, missing_approvals
from distribution.settlement.preview import Preview, preview_of
from distribution.settlement.tables import SettlementRun, Statement

MOST_PREVIEWED = 200


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run."""

    id: UUID
    currency: str
    number: int
    cutoff_at: datetime
    previous_cutoff_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    actor: str
    statement_count: int | None
    line_count: int | None
    credited_minor: int | None
    debited_minor: int | None
    review: bool

    @property
    def state(self) -> str:
        """closed, review (prepared, waits for approval) or interrupted."""
        if self.closed_at is not None:
            return "closed"
        return "review" if self.review else "interrupted"


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """Who approved a run, and when."""

    actor: str
    name: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One distributor's statement of a run."""

    id: UUID
    distributor_id: UUID
    distributor_name: str
    currency: str
    number: int
    cutoff_at: datetime
    line_count: int
    accrued_minor: int
    reversed_minor: int
    total_minor: int
    debt_before_minor: int
    available_before_minor: int
    debt_after_minor: int
    available_after_minor: int
    tax_minor: int
    net_minor: int
    withholds: bool
    invoice: str | None


@dataclass(frozen=True, slots=True)
class RunPage:
    """One run with a page of its statements; while it is open with what they would be, and who has to agree."""

    run: RunRow
    actor_name: str | None
    statements: Page[StatementRow]
    approvals: tuple[ApprovalRow, ...]
    missing_approvals: int
    preview: Preview | None
    withheld_minor: int


_WITHHELD = text(
    "SELECT coalesce(sum(tax_minor), 0)::bigint FROM distribution.statements WHERE run_id = :run_id"
)


def runs(session: Session, *, cursor: str | None = None) -> Page[RunRow]:
    """Settlement runs, newest first."""
    return page(session, select(*_RUN), (SettlementRun.id,), _run, cursor=cursor)


def run_page(session: Session, run_id: UUID, *, cursor: str | None = None) -> RunPage:
    """One run and its statements, the first distributor's first; raises NotFound."""
    row = session.execute(select(*_RUN).where(SettlementRun.id == run_id)).one_or_none()
    if row is None:
        raise NotFound("there is no such settlement run", run_id=run_id)
    found = _run(row)
    query = (
        select(Statement, Distributor.name)
        .join(Distributor, Distributor.id == Statement.distributor_id)
        .where(Statement.run_id == run_id)
    )
    given = approvals(session, run_id)
    names = actor_names(session, [found.actor, *(each.actor for each in given)])
    run = session.get_one(SettlementRun, run_id)
    return RunPage(
        run=found,
        actor_name=names.get(found.actor),
        approvals=tuple(ApprovalRow(each.actor, names.get(each.actor), each.at) for each in given),
        missing_approvals=missing_approvals(session, run),
        preview=preview_of(session, run, limit=MOST_PREVIEWED) if found.closed_at is None else None,
        withheld_minor=session.execute(_WITHHELD, {"run_id": run_id}).scalar_one(),
        statements=page(
            session, query, (Statement.distributor_id,), _named_statement, cursor=cursor, ascending=True
        ),
    )


_RUN = (
    SettlementRun.id,
    SettlementRun.currency,
    SettlementRun.number,
    SettlementRun.cutoff_at,
    SettlementRun.previous_cutoff_at,
    SettlementRun.opened_at,
    SettlementRun.closed_at,
    SettlementRun.actor,
    SettlementRun.statement_count,
    SettlementRun.line_count,
    SettlementRun.credited_minor,
    SettlementRun.debited_minor,
    SettlementRun.review,
)


def statement_row(found: Statement, name: str) -> StatementRow:
    """A statement as a row of a list."""
    return StatementRow(
        id=found.id,
        distributor_id=found.distributor_id,
        distributor_name=name,
        currency=found.currency,
        number=found.number,
        cutoff_at=found.cutoff_at,
        line_count=found.line_count,
        accrued_minor=found.accrued_minor,
        reversed_minor=found.reversed_minor,
        total_minor=found.total_minor,
        debt_before_minor=found.debt_before_minor,
        available_before_minor=found.available_before_minor,
        debt_after_minor=found.debt_after_minor,
        available_after_minor=found.available_after_minor,
        tax_minor=found.tax_minor,
        net_minor=found.net_minor,
        withholds=found.withholds,
        invoice=found.invoice,
    )


def _named_statement(row: Any) -> StatementRow:
    return statement_row(row[0], row[1])


def _run(row: Any) -> RunRow:
    return RunRow(*row[:13])
