"""`distribution ledger`: the ledger's head, balances and exports."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import IO
from zoneinfo import ZoneInfo

import click
from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.analytics.commission_detail import DETAIL_COLUMNS, commission_detail
from distribution.cli.database import opened_engine
from distribution.cli.moment import MOMENT
from distribution.db import transaction
from distribution.ledger.as_of import By, trial_balance
from distribution.ledger.export import TRANSFER_COLUMNS, Days, beancount_lines, transfer_cells, transfers
from distribution.money import to_decimal_text
from distribution.sealing.head import head as read_head
from distribution.sealing.seal import seal as seal_now
from distribution.settings import program
from distribution.settings.environment import Settings, Variable

_ONE_STATE = text(
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL statement_timeout = '2h';"
    " SET LOCAL idle_in_transaction_session_timeout = '2h'"
)
_DAY = click.DateTime(formats=["%Y-%m-%d"])
_FROM = click.option(
    "--from", "first", type=_DAY, help="The first day, as 2026-01-31, in the program's time zone."
)
_TO = click.option("--to", "last", type=_DAY, help="The last day, counted in.")
_OUTPUT = click.option(
    "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="A file; - prints."
)


@click.group("ledger")
def command() -> None:
    """The ledger: head of its seals, balances as of any moment, exports."""


@command.command("head")
def head() -> None:
    """Print the newest seal; kept elsewhere, `distribution verify --head FILE` proves all before it."""
    with _reading() as session:
        click.echo(json.dumps(read_head(session).to_json(), indent=2))


@command.command("seal")
def seal() -> None:
    """Seal now what a job otherwise seals every few minutes."""
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        seals = seal_now(session, now=datetime.now(UTC))
    for each in seals:
        click.echo(f"Seal {each.number}: {each.transfer_count} transfers, {each.snapshot_count} snapshots.")
    if not seals:
        click.echo("Nothing is new.")


@command.command("balance")
@click.option("--at", type=MOMENT, help="Just before this time; now if left out.")
@click.option("--by", type=click.Choice([each.value for each in By]), default=By.EFFECTIVE.value)
@click.option("--currency", help="One currency only.")
def balance(at: datetime | None, by: str, currency: str | None) -> None:
    """Print the trial balance as of a moment: each kind of account, its debits, credits and balance."""
    with _reading() as session:
        found = trial_balance(session, at or datetime.now(UTC), by=By(by), currency=currency)
    for each in found:
        amounts = (each.debits_minor, each.credits_minor, each.balance_minor)
        shown = "  ".join(f"{to_decimal_text(minor, each.currency):>16}" for minor in amounts)
        click.echo(f"{each.currency}  {each.kind:<12}{shown}")


@command.command("export")
@click.option("--format", "kind", type=click.Choice(["beancount", "csv"]), default="beancount")
@_FROM
@_TO
@_OUTPUT
def export(kind: str, first: datetime | None, last: datetime | None, output: IO[str]) -> None:
    """Write the transfers of some days: as a ledger of beancount with balances to check, or as CSV."""
    with _reading() as session:
        settings = program.read(session)
        days = _days(first, last, settings.time_zone)
        if kind == "csv":
            _write_csv(output, TRANSFER_COLUMNS, map(transfer_cells, transfers(session, days)))
            return
        for line in beancount_lines(session, days, title=settings.program_name, now=datetime.now(UTC)):
            output.write(f"{line}\n")


@command.command("commission")
@_FROM
@_TO
@_OUTPUT
def commission(first: datetime | None, last: datetime | None, output: IO[str]) -> None:
    """Write every line of commission recorded in some days as CSV: order, level, rate, amount, statement."""
    with _reading() as session:
        days = _days(first, last, program.read(session).time_zone)
        _write_csv(output, DETAIL_COLUMNS, commission_detail(session, days))


@contextmanager
def _reading() -> Iterator[Session]:
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        session.execute(_ONE_STATE)
        yield session


def _days(first: datetime | None, last: datetime | None, zone: str) -> Days:
    if first is not None and last is not None and first > last:
        raise click.BadParameter("the last day lies before the first", param_hint="--to")
    return Days(ZoneInfo(zone), _day(first), _day(last))


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.date()


def _write_csv(output: IO[str], head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
