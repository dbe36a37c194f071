"""One statement of one distributor, with the commission lines it settles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.network import find
from distribution.settlement import read
from distribution.settlement.course import Course, course
from distribution.settlement.read import StatementLine
from distribution.settlement.tables import Statement

MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class StatementPage:
    """A statement; `lines` are the first `MOST_LINES` of `line_count`."""

    id: UUID
    run_id: UUID
    run_number: int
    distributor_id: UUID
    distributor_name: str
    currency: str
    number: int
    cutoff_at: datetime
    recorded_at: datetime
    line_count: int
    accrued_minor: int
    reversed_minor: int
    total_minor: int
    debt_before_minor: int
    available_before_minor: int
    debt_after_minor: int
    available_after_minor: int
    statement: Statement
    course: Course
    lines: tuple[StatementLine, ...]


def statement_page(session: Session, statement_id: UUID) -> StatementPage:
    """The page of a statement; raises NotFound."""
    found = read.statement(session, statement_id)
    return StatementPage(
        id=found.id,
        run_id=found.run_id,
        run_number=read.run(session, found.run_id).number,
        distributor_id=found.distributor_id,
        distributor_name=find.by_id(session, found.distributor_id).name,
        currency=found.currency,
        number=found.number,
        cutoff_at=found.cutoff_at,
        recorded_at=found.recorded_at,
        line_count=found.line_count,
        accrued_minor=found.accrued_minor,
        reversed_minor=found.reversed_minor,
        total_minor=found.total_minor,
        debt_before_minor=found.debt_before_minor,
        available_before_minor=found.available_before_minor,
        debt_after_minor=found.debt_after_minor,
        available_after_minor=found.available_after_minor,
        statement=found,
        course=course(session, found),
        lines=tuple(read.statement_lines(session, found, limit=MOST_LINES)),
    )
