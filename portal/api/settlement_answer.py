"""What the API says of settlement runs, of what one would pay, and of statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy.orm import Session

from distribution.money import to_decimal_text
from distribution.settlement.approval import approvals, missing_approvals
from distribution.settlement.course import Course, courses
from distribution.settlement.preview import Preview
from distribution.settlement.tables import SettlementRun, Statement
from portal.api.cursor import NextCursor
from portal.api.types import Answer, AnyCurrency, Id, SignedAmount, Time


class PreviewRowAnswer(Answer):
    """What one distributor's statement would say."""

    distributor_id: Id
    lines: int
    accrued: SignedAmount
    reversed: SignedAmount
    total: SignedAmount
    tax: Annotated[SignedAmount, Field(description="To be withheld of the total; below 0 given back")]
    net: Annotated[SignedAmount, Field(description="`total` - `tax`")]
    waits: Annotated[bool, Field(description="Below the smallest amount: no statement yet")]
    available_after: SignedAmount
    debt_after: SignedAmount


class PreviewAnswer(Answer):
    """A run as it would be now; `items` are the largest totals, those that wait last."""

    currency: AnyCurrency
    number: int
    cutoff_at: Time
    statements: int
    lines: int
    credited: SignedAmount
    debited: SignedAmount
    withheld: Annotated[SignedAmount, Field(description="Tax of all statements together")]
    waiting: Annotated[SignedAmount, Field(description="What waits below the smallest amount, all together")]
    items: list[PreviewRowAnswer]


class ApprovalAnswer(Answer):
    """That somebody found a prepared run to be right."""

    actor: Annotated[str, Field(description="As on the audit log", examples=["token:Bookkeeping"])]
    at: Time


class RunAnswer(Answer):
    """One run: the closing of one currency."""

    id: Id
    currency: AnyCurrency
    number: int
    state: Annotated[
        Literal["open", "closed", "discarded"],
        Field(description="What an open run pays is fixed and not paid yet; a discarded one is gone"),
    ]
    review: Annotated[bool, Field(description="Whether it pays only once it was approved")]
    approvals: list[ApprovalAnswer]
    approvals_missing: Annotated[int, Field(description="How many people have still to approve it")]
    cutoff_at: Time
    opened_at: Time
    closed_at: Time | None
    statements: int
    lines: int
    credited: Annotated[SignedAmount, Field(description="Sum of the statements above 0")]
    debited: Annotated[SignedAmount, Field(description="Sum of the statements below 0, without its sign")]


class SettlementAnswer(Answer):
    """What was settled."""

    id: Annotated[Id | None, Field(description="That of the first run; null when nothing was due")]
    adjusted: Annotated[int, Field(description="Adjusting lines of periods that were decided first")]
    runs: Annotated[list[RunAnswer], Field(description="One for each currency in which something was due")]


class RunPage(Answer):
    """Some runs, newest first."""

    items: list[RunAnswer]
    next_cursor: NextCursor


class StatementAnswer(Answer):
    """A distributor's account of one run."""

    id: Id
    run_id: Id
    distributor_id: Id
    currency: AnyCurrency
    number: int
    lines: int
    accrued: SignedAmount
    reversed: SignedAmount
    total: Annotated[SignedAmount, Field(description="`accrued` + `reversed`")]
    tax: Annotated[
        SignedAmount, Field(description="Withheld of the total; below 0 given back with what was taken back")
    ]
    net: Annotated[SignedAmount, Field(description="`total` - `tax`: what it added to the balance")]
    withdrawn: Annotated[
        SignedAmount,
        Field(description="What withdrawals moved since the statement before; below 0 it left the balance"),
    ]
    adjusted: Annotated[SignedAmount, Field(description="What adjustments moved since the statement before")]
    available_before: SignedAmount
    available_after: Annotated[
        SignedAmount,
        Field(description="With `debt_after`: what there was before, with `debt_before`, + `net`"),
    ]
    debt_before: SignedAmount
    debt_after: SignedAmount
    tax_year: Annotated[int, Field(description="The year of the cutoff in the program's time zone")]
    tax_country: Annotated[
        str | None, Field(description="Where its distributor said to be taxed; null where they said nothing")
    ]
    year_total: Annotated[
        SignedAmount | None,
        Field(description="The year's totals in this country so far, this one included; null without rules"),
    ]
    year_tax: Annotated[
        SignedAmount | None, Field(description="The same of the tax withheld; null without rules")
    ]
    invoice: Annotated[
        str | None,
        Field(description="The number of the self-billing invoice that it is", examples=["SB-2026-12"]),
    ]
    cutoff_at: Time
    recorded_at: Time


class StatementPage(Answer):
    """Some statements."""

    items: list[StatementAnswer]
    next_cursor: NextCursor


def preview_answer(found: Preview) -> PreviewAnswer:
    """What a run would pay now."""

    def decimal(minor: int) -> str:
        return to_decimal_text(minor, found.currency)

    return PreviewAnswer(
        currency=found.currency,
        number=found.number,
        cutoff_at=found.cutoff_at,
        statements=found.statement_count,
        lines=found.line_count,
        credited=decimal(found.credited_minor),
        debited=decimal(found.debited_minor),
        withheld=decimal(found.withheld_minor),
        waiting=decimal(found.left_minor),
        items=[
            PreviewRowAnswer(
                distributor_id=str(row.distributor_id),
                lines=row.line_count,
                accrued=decimal(row.accrued_minor),
                reversed=decimal(row.reversed_minor),
                total=decimal(row.total_minor),
                tax=decimal(row.tax_minor),
                net=decimal(row.net_minor),
                waits=row.left,
                available_after=decimal(row.available_after_minor),
                debt_after=decimal(row.debt_after_minor),
            )
            for row in found.rows
        ],
    )


def run_answer(session: Session, run: SettlementRun) -> RunAnswer:
    """A run, with who approved it and how many have still to."""
    given = approvals(session, run.id) if run.review else []
    return RunAnswer(
        id=str(run.id),
        currency=run.currency,
        number=run.number,
        state="open" if run.closed_at is None else "closed",
        review=run.review,
        approvals=[ApprovalAnswer(actor=each.actor, at=each.at) for each in given],
        approvals_missing=missing_approvals(session, run),
        cutoff_at=run.cutoff_at,
        opened_at=run.opened_at,
        closed_at=run.closed_at,
        statements=run.statement_count or 0,
        lines=run.line_count or 0,
        credited=to_decimal_text(run.credited_minor or 0, run.currency),
        debited=to_decimal_text(run.debited_minor or 0, run.currency),
    )


def statement_answers(session: Session, page: Sequence[Statement]) -> list[StatementAnswer]:
    """Statements, with what moved each balance since the one before."""
    moved = courses(session, page)
    return [_statement(each, moved[each.id]) for each in page]


def _statement(statement: Statement, moved: Course) -> StatementAnswer:
    def decimal(minor: int) -> str:
        return to_decimal_text(minor, statement.currency)

    def optional(minor: int | None) -> str | None:
        return None if minor is None else decimal(minor)

    return StatementAnswer(
        id=str(statement.id),
        run_id=str(statement.run_id),
        distributor_id=str(statement.distributor_id),
        currency=statement.currency,
        number=statement.number,
        lines=statement.line_count,
        accrued=decimal(statement.accrued_minor),
        reversed=decimal(statement.reversed_minor),
        total=decimal(statement.total_minor),
        tax=decimal(statement.tax_minor),
        net=decimal(statement.net_minor),
        withdrawn=decimal(moved.withdrawn_minor),
        adjusted=decimal(moved.adjusted_minor),
        available_before=decimal(statement.available_before_minor),
        available_after=decimal(statement.available_after_minor),
        debt_before=decimal(statement.debt_before_minor),
        debt_after=decimal(statement.debt_after_minor),
        tax_year=statement.tax_year,
        tax_country=statement.tax_country,
        year_total=optional(statement.year_total_minor),
        year_tax=optional(statement.year_tax_minor),
        invoice=statement.invoice,
        cutoff_at=statement.cutoff_at,
        recorded_at=statement.recorded_at,
    )
