"""Settlement runs and the statements they write."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import text

from distribution.network import find
from distribution.settlement import read
from distribution.settlement.approval import discard_run
from distribution.settlement.approve import approve
from distribution.settlement.preview import preview
from distribution.settlement.settle_due import settle_due
from portal.api.call import Call
from portal.api.cursor import PageQuery, QueryNumber, page_of
from portal.api.operation import Routes
from portal.api.settlement_answer import (
    PreviewAnswer,
    RunAnswer,
    RunPage,
    SettlementAnswer,
    StatementAnswer,
    StatementPage,
    preview_answer,
    run_answer,
    statement_answers,
)
from portal.api.types import (
    AnyCurrency,
    Id,
    Moment,
    Nothing,
    Reason,
    Request,
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


class Discard(Request):
    """Why a prepared run is taken back."""

    reason: Reason


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
        runs=[run_answer(call.session, each) for each in settled.runs],
    )


@routes.get("/settlements")
def list_settlements(call: Call, query: PageQuery) -> RunPage:
    """List runs, newest first."""
    found = read.runs(call.session, limit=query.limit + 1, before=query.after_id())
    page, next_cursor = page_of(found, query.limit, lambda run: run.id)
    return RunPage(items=[run_answer(call.session, each) for each in page], next_cursor=next_cursor)


@routes.get("/settlements/preview")
def preview_settlement(call: Call, query: PreviewQuery) -> PreviewAnswer:
    """Say what settling a currency now would pay whom; nothing is written.

    While a run of it is open, that is what it pays.
    """
    return preview_answer(preview(call.session, currency=query.currency, now=call.now, limit=query.limit))


@routes.get("/settlements/<settlement_id>")
def get_settlement(call: Call, settlement_id: Id) -> RunAnswer:
    """Read a run."""
    return run_answer(call.session, read.run(call.session, UUID(settlement_id)))


@routes.post("/settlements/<settlement_id>/approve", scope="money:approve", status=200)
def approve_settlement(call: Call, settlement_id: Id, body: Nothing) -> RunAnswer:
    """Approve a prepared run; it pays once as many approved it as it needs.

    A token counts as one person. Above the program's amount for two the run stays open until another approves.
    """
    call.session.execute(_NO_HURRY)
    return run_answer(
        call.session, approve(call.engine, UUID(settlement_id), actor=call.client.actor, now=call.now)
    )


@routes.post("/settlements/<settlement_id>/discard", scope="money:approve", status=200)
def discard_settlement(call: Call, settlement_id: Id, body: Discard) -> RunAnswer:
    """Take a prepared run back: it moved nothing, and everything in it is due again."""
    run = read.run(call.session, UUID(settlement_id))
    answer = run_answer(call.session, run).model_copy(update={"state": "discarded", "approvals_missing": 0})
    discard_run(call.session, run.id, reason=body.reason, actor=call.client.actor, now=call.now)
    return answer


@routes.get("/settlements/<settlement_id>/statements")
def list_statements_of_settlement(call: Call, settlement_id: Id, query: PageQuery) -> StatementPage:
    """List a run's statements in the order of their distributors."""
    run = read.run(call.session, UUID(settlement_id))
    found = read.statements_of_run(call.session, run.id, limit=query.limit + 1, after=query.after_id())
    page, next_cursor = page_of(found, query.limit, lambda statement: statement.distributor_id)
    return StatementPage(items=statement_answers(call.session, page), next_cursor=next_cursor)


@routes.get("/statements", problems={404})
def list_statements(call: Call, query: StatementsQuery) -> StatementPage:
    """List a distributor's statements, newest first of each currency."""
    person = find.by_id(call.session, query.distributor_id)
    last_id = query.after_id()
    last = None if last_id is None else read.statement(call.session, last_id)
    found = read.statements(call.session, distributor_id=person.id, limit=query.limit + 1, before=last)
    page, next_cursor = page_of(found, query.limit, lambda statement: statement.id)
    return StatementPage(items=statement_answers(call.session, page), next_cursor=next_cursor)


@routes.get("/statements/<statement_id>")
def get_statement(call: Call, statement_id: Id) -> StatementAnswer:
    """Read a statement."""
    return statement_answers(call.session, [read.statement(call.session, UUID(statement_id))])[0]
