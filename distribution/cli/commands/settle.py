"""`distribution settle`."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from distribution.cli.database import opened_engine
from distribution.cli.moment import MOMENT
from distribution.cli.progress import line
from distribution.db import transaction
from distribution.money import is_currency, to_decimal_text
from distribution.settings.environment import Settings, Variable
from distribution.settlement.preview import Preview, preview
from distribution.settlement.settle import currencies
from distribution.settlement.settle_due import settle_due
from distribution.settlement.tables import SettlementRun

_ACTOR = "job:command_line"


@click.command("settle")
@click.option("--until", type=MOMENT, help="Settle what matured by this time; by default by now.")
@click.option("--currency", help="Settle one currency only.")
@click.option("--everything", is_flag=True, help="Also what is below the program's smallest amount.")
@click.option("--preview", "only_shown", is_flag=True, help="Say what it would pay whom, and write nothing.")
def command(until: datetime | None, currency: str | None, everything: bool, only_shown: bool) -> None:
    """Settle what has matured: a statement for each distributor and currency. Prints each run's totals.

    Under review a run is only prepared: it is closed once it was approved in the console.

    Months, quarters and years that are over are decided first, where the plan decides something over all of them.
    """
    if currency is not None and not is_currency(currency):
        raise click.BadParameter(f"{currency!r} is no ISO 4217 code", param_hint="--currency")
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    if only_shown:
        with opened_engine(settings) as engine, transaction(engine) as session:
            for each in currencies(session) if currency is None else [currency]:
                _show(
                    preview(session, currency=each, now=datetime.now(UTC), until=until, everything=everything)
                )
        return
    with opened_engine(settings) as engine, line() as told:
        settled = settle_due(
            engine,
            actor=_ACTOR,
            now=datetime.now(UTC),
            until=until,
            currency=currency,
            everything=everything,
            doing=told,
        )
    if settled.adjusted:
        click.echo(f"{settled.adjusted} adjusting lines of periods that are over")
    for run in settled.runs:
        click.echo(_totals(run))
    if not settled.runs:
        click.echo("Nothing is due.")


def _totals(run: SettlementRun) -> str:
    if run.closed_at is None:
        return f"{run.currency} run {run.number} ({run.id}): prepared, waits for approval"
    credited = to_decimal_text(run.credited_minor or 0, run.currency)
    debited = to_decimal_text(run.debited_minor or 0, run.currency)
    return (
        f"{run.currency} run {run.number} ({run.id}): {run.statement_count} statements of {run.line_count} lines, "
        f"credited {credited}, debited {debited}"
    )


def _show(found: Preview) -> None:
    def decimal(minor: int) -> str:
        return to_decimal_text(minor, found.currency)

    for row in found.rows:
        kept = ", waits: below the smallest amount" if row.left else ""
        tax = f" less {decimal(row.tax_minor)} of tax" if row.tax_minor else ""
        click.echo(
            f"{found.currency} {row.distributor_id} {row.name}: {row.line_count} lines, "
            f"{decimal(row.total_minor)}{tax}; "
            f"available {decimal(row.available_after_minor)}, debt {decimal(row.debt_after_minor)}{kept}"
        )
    withheld = f", withheld {decimal(found.withheld_minor)}" if found.withheld_minor else ""
    click.echo(
        f"{found.currency} run {found.number} would write {found.statement_count} statements of {found.line_count} "
        f"lines, credited {decimal(found.credited_minor)}, debited {decimal(found.debited_minor)}{withheld}; "
        f"{found.left_count} wait with {decimal(found.left_minor)}"
    )
