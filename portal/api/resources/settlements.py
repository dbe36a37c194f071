"""Settlement runs and the statements they write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import text

from distribution.money import to_decimal_text
from distribution.network import find
from distribution.settlement import read
from distribution.settlement.approval import approvals, discard_run, missing_approvals
from distribution.settlement.approve import approve
from distribution.settlement.course import Course, courses
from distribution.settlement.preview import preview
from distribution.settlement.settle_due import settle_due
from distribution.settlement.tables import SettlementRun, Statement
from portal.api.call import Call
from portal.api.cursor import NextCursor, PageQuery, QueryNumber, page_of
from portal.api.operation import Routes
from portal.api.types import (
    Answer,
    AnyCurrency,
    Id,
    Moment,
    Nothing,
    Reason,
    Request,
    SignedAmount,
    Time,
)

routes = Routes()
# The transaction that holds the idempotency key waits idle while the runs commit theirs.
_NO_HURRY = text("SET LOCAL idle_in_transaction_session_timeout = 0")


class NewSettlement(Request):
    """What to settle."""

    until: Annotated[
        Moment | None, Field(description="What matured by then; by now if left out, never in the future")
    ] = None
    everything: Annotated[bool, Field(description="Also totals below the program's smallest amount")] = False


class PreviewQuery(Request):
    """Of what."""

    currency: AnyCurrency
    limit: Annotated[int, Field(ge=1, le=1000, description="Most distributors to answer"), QueryNumber] = 100


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


class Discard(Request):
    """Why a prepared run is taken back."""

    reason: Reason


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


class StatementsQuery(PageQuery):
    """Whose statements."""

    distributor_id: Id


@routes.post("/settlements", scope="money:write")
def create_settlement(call: Call, body: NewSettlement) -> SettlementAnswer:
    """Settle all that is due, one run for each currency.

    Months, quarters and years that are over are decided first, and interrupted runs finished. With nothing due there
    is no run, and `id` is null. Where the program has settlements approved, a run stays open until it was approved.
    """
    call.session.execute(_NO_HURRY)
    settled = settle_due(
        call.engine, actor=call.client.actor, now=call.now, until=body.until, everything=body.everything
    )
    return SettlementAnswer(
        id=str(settled.runs[0].id) if settled.runs else None,
        adjusted=settled.adjusted,
        runs=[_run(call, each) for each in settled.runs],
    )


@routes.get("/settlements")
def list_settlements(call: Call, query: PageQuery) -> RunPage:
    """List runs, newest first."""
    found = read.runs(call.session, limit=query.limit + 1, before=query.after_id())
    page, next_cursor = page_of(found, query.limit, lambda run: run.id)
    return RunPage(items=[_run(call, each) for each in page], next_cursor=next_cursor)


@routes.get("/settlements/preview")
def preview_settlement(call: Call, query: PreviewQuery) -> PreviewAnswer:
    """Say what settling a currency now would pay whom; nothing is written.

    While a run of it is open, that is what it pays.
    """
    found = preview(call.session, currency=query.currency, now=call.now, limit=query.limit)

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


@routes.get("/settlements/<settlement_id>")
def get_settlement(call: Call, settlement_id: Id) -> RunAnswer:
    """Read a run."""
    return _run(call, read.run(call.session, UUID(settlement_id)))


@routes.post("/settlements/<settlement_id>/approve", scope="money:approve", status=200)
def approve_settlement(call: Call, settlement_id: Id, body: Nothing) -> RunAnswer:
    """Approve a prepared run; it pays once as many approved it as it needs.

    A token counts as one person. Above the program's amount for two the run stays open until another approves.
    """
    call.session.execute(_NO_HURRY)
    return _run(call, approve(call.engine, UUID(settlement_id), actor=call.client.actor, now=call.now))


@routes.post("/settlements/<settlement_id>/discard", scope="money:approve", status=200)
def discard_settlement(call: Call, settlement_id: Id, body: Discard) -> RunAnswer:
    """Take a prepared run back: it moved nothing, and everything in it is due again."""
    run = read.run(call.session, UUID(settlement_id))
    answer = _run(call, run).model_copy(update={"state": "discarded", "approvals_missing": 0})
    discard_run(call.session, run.id, reason=body.reason, actor=call.client.actor, now=call.now)
    return answer


@routes.get("/settlements/<settlement_id>/statements")
def list_statements_of_settlement(call: Call, settlement_id: Id, query: PageQuery) -> StatementPage:
    """List a run's statements in the order of their distributors."""
    run = read.run(call.session, UUID(settlement_id))
    found = read.statements_of_run(call.session, run.id, limit=query.limit + 1, after=query.after_id())
    page, next_cursor = page_of(found, query.limit, lambda statement: statement.distributor_id)
    return StatementPage(items=_statements(call, page), next_cursor=next_cursor)


@routes.get("/statements", problems={404})
def list_statements(call: Call, query: StatementsQuery) -> StatementPage:
    """List a distributor's statements, newest first of each currency."""
    person = find.by_id(call.session, query.distributor_id)
    last_id = query.after_id()
    last = None if last_id is None else read.statement(call.session, last_id)
    found = read.statements(call.session, distributor_id=person.id, limit=query.limit + 1, before=last)
    page, next_cursor = page_of(found, query.limit, lambda statement: statement.id)
    return StatementPage(items=_statements(call, page), next_cursor=next_cursor)


@routes.get("/statements/<statement_id>")
def get_statement(call: Call, statement_id: Id) -> StatementAnswer:
    """Read a statement."""
    return _statements(call, [read.statement(call.session, UUID(statement_id))])[0]


def _run(call: Call, run: SettlementRun) -> RunAnswer:
    given = approvals(call.session, run.id) if run.review else []
    return RunAnswer(
        id=str(run.id),
        currency=run.currency,
        number=run.number,
        state="open" if run.closed_at is None else "closed",
        review=run.review,
        approvals=[ApprovalAnswer(actor=each.actor, at=each.at) for each in given],
        approvals_missing=missing_approvals(call.session, run),
        cutoff_at=run.cutoff_at,
        opened_at=run.opened_at,
        closed_at=run.closed_at,
        statements=run.statement_count or 0,
        lines=run.line_count or 0,
        credited=to_decimal_text(run.credited_minor or 0, run.currency),
        debited=to_decimal_text(run.debited_minor or 0, run.currency),
    )


def _statements(call: Call, page: Sequence[Statement]) -> list[StatementAnswer]:
    moved = courses(call.session, page)
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
