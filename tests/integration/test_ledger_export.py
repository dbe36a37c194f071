"""Beancount, which shares nothing with us, accepts the exported ledger and comes to the same balances."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from beancount import loader
from beancount.core import data
from click.testing import CliRunner
from sqlalchemy import Engine, text

from distribution.analytics.commission_detail import DETAIL_COLUMNS
from distribution.analytics.spreadsheet import harmless
from distribution.cli.commands.ledger import command
from distribution.db import create_engine, transaction
from distribution.demo.load import load
from distribution.demo.shop.store import Store
from distribution.ledger.as_of import By, balances_before
from distribution.ledger.chart import full_name
from distribution.ledger.export import TRANSFER_COLUMNS, Days, beancount_lines
from distribution.money import to_decimal_text, to_minor
from distribution.privacy.encryption import Cipher, new_key
from tests.lived import live
from tests.money import totals

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Balances = dict[tuple[str, str], Decimal]


@pytest.fixture(scope="module")
def lived(module_database_url: str) -> Iterator[Engine]:
    engine = create_engine(module_database_url)
    live(engine)
    yield engine
    engine.dispose()


def exported(engine: Engine, first: date | None = None, last: date | None = None) -> str:
    with transaction(engine) as session:
        lines = beancount_lines(session, Days(ZONE, first, last), title='Kiln "& Cloud"', now=NOW)
        return "\n".join(lines) + "\n"


def accepted(ledger: str) -> data.Directives:
    entries, errors, _ = loader.load_string(ledger)
    assert [str(error.message) for error in errors] == []
    return entries


def of_beancount(entries: data.Directives, before: date) -> Balances:
    """What every account holds before a day, summed from beancount's own transactions."""
    found: Balances = defaultdict(Decimal)
    for entry in entries:
        if isinstance(entry, data.Transaction) and entry.date < before:
            for posting in entry.postings:
                found[posting.account, posting.units.currency] += posting.units.number
    return {key: amount for key, amount in found.items() if amount}


def of_ours(engine: Engine, before: date) -> Balances:
    """The same from our balances; a debit is positive in beancount."""
    with transaction(engine) as session:
        return {
            (full_name(each.kind, each.distributor_id), each.currency): -Decimal(
                to_decimal_text(each.balance_minor, each.currency)
            )
            for each in balances_before(session, Days(ZONE).start_of(before), by=By.EFFECTIVE)
            if each.balance_minor
        }


def months(entries: data.Directives) -> list[date]:
    """The first day of every month from the first transaction to the one after the last."""
    days = [entry.date for entry in entries if isinstance(entry, data.Transaction)]
    found = [min(days).replace(day=1)]
    while found[-1] <= max(days):
        found.append((found[-1] + timedelta(days=32)).replace(day=1))
    return found


def agree(engine: Engine, entries: data.Directives) -> int:
    """Every account and month, to the last digit; returns how many balances were compared."""
    compared = 0
    for month in months(entries):
        ours = of_ours(engine, month)
        assert of_beancount(entries, month) == ours, month
        compared += len(ours)
    return compared


def test_beancount_accepts_a_lived_ledger_and_comes_to_the_same(lived: Engine) -> None:
    entries = accepted(exported(lived))
    assert agree(lived, entries) > 10
    assert {entry.currency for entry in entries if isinstance(entry, data.Commodity)} == {"USD", "JPY"}
    with transaction(lived) as session:
        current = totals(session)
        transfers = session.execute(text("SELECT count(*) FROM distribution.transfers")).scalar_one()
    assert sum(isinstance(entry, data.Transaction) for entry in entries) == transfers
    ends = of_beancount(entries, date.max)
    assert ends["Expenses:Commission", "USD"] == -Decimal(
        to_decimal_text(current["commission", "USD"], "USD")
    )


def test_one_unit_of_the_last_digit_is_not_let_pass(lived: Engine) -> None:
    """A ledger whose assertions beancount would pass anyway proves nothing."""
    ledger = exported(lived)
    line = next(
        each for each in reversed(ledger.splitlines()) if " balance " in each and each.endswith("USD")
    )
    amount = line.split()[3]
    other = str(Decimal(amount) + Decimal("0.01"))
    _, errors, _ = loader.load_string(ledger.replace(line, line.replace(f" {amount} ", f" {other} ")))
    assert len(errors) == 1
    assert "Balance failed" in errors[0].message


def test_some_days_begin_with_what_was_there_before(lived: Engine) -> None:
    everything = accepted(exported(lived))
    for first in months(everything)[1:-1]:
        entries = accepted(exported(lived, first, first + timedelta(days=45)))
        for day in (first + timedelta(days=9), first + timedelta(days=30), first + timedelta(days=46)):
            assert of_beancount(entries, day) == of_ours(lived, day)


def test_days_are_those_of_the_program(lived: Engine) -> None:
    with transaction(lived) as session:
        rows = session.execute(text("SELECT id, effective_at FROM distribution.transfers")).all()
    for entry in accepted(exported(lived)):
        if isinstance(entry, data.Transaction):
            at = next(row.effective_at for row in rows if row.id == entry.meta["transfer"])
            assert entry.date == at.astimezone(ZONE).date()


def test_the_command_line_writes_all_three(lived: Engine, module_database_url: str, tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(command, arguments, env={"DISTRIBUTION_DATABASE_URL": module_database_url})
        assert done.exit_code == 0, done.output
        return done.output

    accepted(run("export"))
    kept = tmp_path / "ledger.beancount"
    run("export", "--from", "2026-01-01", "--to", "2026-12-31", "--output", str(kept))
    accepted(kept.read_text())
    rows = list(csv.DictReader(io.StringIO(run("export", "--format", "csv"))))
    assert tuple(rows[0]) == TRANSFER_COLUMNS
    moved: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        moved[row["credit_account"], row["currency"]] += to_minor(row["amount"], row["currency"])
        moved[row["debit_account"], row["currency"]] -= to_minor(row["amount"], row["currency"])
    with transaction(lived) as session:
        for each in balances_before(session, NOW, by=By.RECORDED):
            assert moved[full_name(each.kind, each.distributor_id), each.currency] == each.balance_minor
    detail = list(csv.DictReader(io.StringIO(run("commission"))))
    assert tuple(detail[0]) == DETAIL_COLUMNS
    with transaction(lived) as session:
        statements = session.execute(
            text("SELECT id, total_minor, line_count, currency FROM distribution.statements")
        ).all()
    for statement in statements:
        ours = [row for row in detail if row["statement_id"] == str(statement.id)]
        assert len(ours) == statement.line_count
        assert sum(to_minor(row["amount"], row["currency"]) for row in ours) == statement.total_minor
    assert '"seal": 2' in run("head")
    assert "Nothing is new." in run("seal")
    assert "commission" in run("balance", "--by", "recorded", "--currency", "JPY")


def test_no_cell_of_the_shop_becomes_a_formula() -> None:
    assert [harmless(each) for each in ("=1+1", "-1.50", "+49", "#1001", "@x")] == [
        "'=1+1",
        "-1.50",
        "'+49",
        "#1001",
        "'@x",
    ]


@pytest.mark.prove
def test_beancount_accepts_the_demo_year(own_database_url: str, tmp_path: Path) -> None:
    engine = create_engine(own_database_url)
    cipher = Cipher([new_key()])
    load(engine, Store(tmp_path / "shop"), now=NOW, cipher=cipher, progress=lambda _done: None)
    ledger = exported(engine)
    entries = accepted(ledger)
    compared = agree(engine, entries)
    assertions = sum(isinstance(entry, data.Balance) for entry in entries)
    transactions = sum(isinstance(entry, data.Transaction) for entry in entries)
    engine.dispose()
    print(
        f"beancount: the demo's year, {transactions} transactions and {assertions} assertions without an error, "
        f"{compared} balances of accounts and months equal to the cent"
    )
