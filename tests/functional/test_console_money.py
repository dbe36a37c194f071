"""Settlements and withdrawals from the console."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.analytics.console_due import due, earned
from distribution.analytics.spreadsheet import harmless
from distribution.db import transaction
from distribution.settings import program
from distribution.settlement.tables import SettlementRun, Statement
from distribution.withdrawal.tables import Withdrawal
from tests.functional.console_client import ConsoleClient, last_act, merchant_actor
from tests.functional.console_world import ConsoleWorld

Console = Callable[[str], ConsoleClient]


def _withdrawals(engine: Engine) -> dict[UUID, str]:
    with Session(engine) as session:
        rows = session.scalars(select(Withdrawal).order_by(Withdrawal.requested_at))
        return {row.id: row.state for row in rows}


def test_what_is_due_is_what_the_run_writes(
    console: Console, lived_in_engine: Engine, shop: ConsoleWorld
) -> None:
    finance = console("finance")
    with transaction(lived_in_engine) as session:
        now = datetime.now(UTC)
        waiting = {one.currency: one for one in due(session, now=now)}
        sums = {one.currency: one for one in earned(session, now=now)}
    assert waiting["EUR"].lines > 0
    assert {code: (one.pending_minor, one.matured_minor) for code, one in sums.items()} == {
        code: (one.pending_minor, one.total_minor) for code, one in waiting.items()
    }
    assert "Matured now" in finance.page("/console/settlements")
    page = finance.act("/console/settlements", {"currency": "EUR"})
    assert "statement was written." in page
    assert "Ada Lovelace" in page
    with Session(lived_in_engine) as session:
        run = session.scalars(select(SettlementRun).where(SettlementRun.currency == "EUR")).one()
    assert run.line_count == waiting["EUR"].lines
    assert (run.credited_minor or 0) - (run.debited_minor or 0) == waiting["EUR"].total_minor
    assert run.actor == merchant_actor(lived_in_engine, "finance")
    assert last_act(lived_in_engine, "settlement_run.close").subject_id == str(run.id)
    assert "Nothing had matured." in finance.act("/console/settlements", {"currency": "EUR"})
    with Session(lived_in_engine) as session:
        statement = session.scalars(select(Statement).where(Statement.run_id == run.id)).first()
    assert statement is not None
    path = f"/console/statements/{statement.id}"
    assert f'href="{path}.pdf"' in finance.page(path)
    assert finance.browser.get(f"{path}.pdf").data.startswith(b"%PDF-")
    assert "available_after" in finance.browser.get(f"{path}.csv").get_data(as_text=True)


def test_a_reviewed_settlement_is_prepared_approved_by_two_and_pays(
    console: Console, lived_in_engine: Engine, shop: ConsoleWorld
) -> None:
    finance, owner = console("finance"), console("owner")
    rules = {"review": True, "second_person_above_minor": {"USD": 0}}
    with transaction(lived_in_engine) as session:
        program.change(session, {"settlement": rules}, actor="merchant:x", now=datetime.now(UTC))
    preview = finance.page("/console/settlements/preview?currency=USD")
    assert "Nothing is written." in preview
    page = finance.act("/console/settlements", {"currency": "USD"})
    assert "Prepared: look at it, then approve it." in page
    with Session(lived_in_engine) as session:
        run = session.scalars(select(SettlementRun).where(SettlementRun.closed_at.is_(None))).one()
    path = f"/console/settlements/{run.id}"
    assert "Settlements to approve" in owner.page("/console/")
    assert console("support").send(f"{path}/approve").status_code == 403
    assert finance.send(f"{path}/discard", {"reason": ""}).status_code == 422
    assert "it takes one more of you" in finance.act(f"{path}/approve")
    assert "You approved this one before" in finance.act(f"{path}/approve")
    assert "Approved: the statements are written." in owner.act(f"{path}/approve")
    with Session(lived_in_engine) as session:
        assert session.get_one(SettlementRun, run.id).closed_at is not None
    assert last_act(lived_in_engine, "settlement_run.approve").actor == merchant_actor(
        lived_in_engine, "owner"
    )
    assert "is not waiting for approval any more" in owner.act(f"{path}/discard", {"reason": "late"})


def test_a_withdrawal_from_the_request_to_the_bank(
    console: Console, lived_in_engine: Engine, shop: ConsoleWorld
) -> None:
    finance, chosen = console("finance"), str(shop.withdrawal_id)
    assert "Say why" in finance.act("/console/withdrawals", {"ids": [chosen], "act": "reject"})
    assert "Choose at least one." in finance.act("/console/withdrawals", {"act": "approve"})
    assert "1 withdrawal approved." in finance.act(
        "/console/withdrawals", {"ids": [chosen], "act": "approve"}
    )
    assert _withdrawals(lived_in_engine)[shop.withdrawal_id] == "approved"
    assert last_act(lived_in_engine, "withdrawal.approve").actor == merchant_actor(lived_in_engine, "finance")

    answer = finance.send("/console/withdrawals/bank-file", {"for": "bank"})
    assert answer.mimetype == "text/csv"
    assert "no-store" in answer.headers["Cache-Control"]
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert [(row["id"], row["reference"], row["iban"]) for row in rows] == [
        (chosen, chosen.replace("-", ""), "DE89370400440532013000")
    ]
    assert finance.send("/console/withdrawals/bank-file").get_data(as_text=True).startswith("\ufeffid,")
    assert [(row["account"], row["account_holder"], row["amount"], row["currency"]) for row in rows] == [
        ("DE89370400440532013000", "Ada Lovelace", "25.00", "USD")
    ]
    assert last_act(lived_in_engine, "withdrawal.export").after == {"withdrawals": [chosen]}

    path = f"/console/withdrawals/{chosen}"
    empty = finance.send(f"{path}/paid", {"reference": ""})
    assert empty.status_code == 422
    assert 'id="reference-error"' in empty.get_data(as_text=True)
    page = finance.act(f"{path}/paid", {"reference": "SEPA-2026-1"})
    assert "SEPA-2026-1" in page
    assert "Marked as paid." in page
    assert _withdrawals(lived_in_engine)[shop.withdrawal_id] == "paid"
    assert "does not allow this any more" in finance.send(
        f"{path}/paid", {"reference": "SEPA-2026-2"}
    ).get_data(as_text=True)


def test_a_withdrawal_is_turned_down_with_a_reason(
    console: Console, lived_in_engine: Engine, shop: ConsoleWorld
) -> None:
    finance = console("finance")
    other = next(one for one in _withdrawals(lived_in_engine) if one != shop.withdrawal_id)
    path = f"/console/withdrawals/{other}"
    assert finance.send(f"{path}/reject", {"reason": ""}).status_code == 422
    page = finance.act(f"{path}/reject", {"reason": "the account is closed"})
    assert "the account is closed" in page
    assert _withdrawals(lived_in_engine)[other] == "rejected"
    assert "does not allow this any more" in finance.act(f"{path}/approve")
    assert "the account is closed" in console("read_only").page(path)


def test_no_cell_of_a_file_is_a_formula() -> None:
    assert harmless('=HYPERLINK("https://evil.example")').startswith("'=")
    assert harmless("+49 30 1234") == "'+49 30 1234"
    assert harmless("-12.50") == "-12.50"
    assert harmless("Ada") == "Ada"
