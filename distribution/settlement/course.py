"""How a distributor's balance came from one statement to the next: each part with its amount, and they add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from distribution.settlement.tables import Statement


@dataclass(frozen=True, slots=True)
class Course:
    """A balance is what is available and, below 0, what is owed.

    `withdrawn_minor` is what withdrawals took since the statement before, less what they returned: below 0 it left the
    balance. `before_number` and `since` are of that statement, None for the first.
    """

    before_number: int | None
    since: datetime | None
    before_minor: int
    withdrawn_minor: int
    adjusted_minor: int
    accrued_minor: int
    reversed_minor: int
    total_minor: int
    tax_minor: int
    after_minor: int

    @property
    def net_minor(self) -> int:
        """What the statement added to the balance: its total less the tax withheld."""
        return self.total_minor - self.tax_minor


def course(session: Session, of: Statement) -> Course:
    """The course of a statement: `before + withdrawn + adjusted + total - tax = after`."""
    return courses(session, [of])[of.id]


def courses(session: Session, of: Sequence[Statement]) -> dict[UUID, Course]:
    """The courses of many, by their ids."""
    wanted = [(each.distributor_id, each.currency, each.number - 1) for each in of]
    key = tuple_(Statement.distributor_id, Statement.currency, Statement.number)
    before = {
        (each.distributor_id, each.currency, each.number): each
        for each in session.scalars(select(Statement).where(key.in_(wanted)))
    }
    return {each.id: _course(before.get(name), each) for name, each in zip(wanted, of, strict=True)}


def _course(before: Statement | None, of: Statement) -> Course:
    before_minor = before.available_after_minor + before.debt_after_minor if before else 0
    adjusted_minor = of.adjusted_to_date_minor - (before.adjusted_to_date_minor if before else 0)
    found_minor = of.available_before_minor + of.debt_before_minor
    return Course(
        before_number=before.number if before else None,
        since=before.cutoff_at if before else None,
        before_minor=before_minor,
        # Between two statements nothing but adjustments and withdrawals moves a balance.
        withdrawn_minor=found_minor - before_minor - adjusted_minor,
        adjusted_minor=adjusted_minor,
        accrued_minor=of.accrued_minor,
        reversed_minor=of.reversed_minor,
        total_minor=of.total_minor,
        tax_minor=of.tax_minor,
        after_minor=of.available_after_minor + of.debt_after_minor,
    )
