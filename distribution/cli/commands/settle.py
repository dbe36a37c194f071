"""`distribution settle`."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from distribution.cli.database import opened_engine
from distribution.cli.moment import MOMENT
from distribution.commission.periods.close import close_periods
from distribution.money import is_currency, to_decimal_text
from distribution.settings.environment import Settings, Variable
from distribution.settlement.settle import settle
from distribution.settlement.tables import SettlementRun

_ACTOR = "job:command_line"


@click.command("settle")
@click.option("--until", type=MOMENT, help="Settle what matured by this time; by default by now.")
@click.option("--currency", help="Settle one currency only.")
def command(until: datetime | None, currency: str | None) -> None:
    """Settle what has matured: a statement for each distributor and currency. Prints each run's totals.

    Months, quarters and years that are over are decided first, where the plan decides something over all of them.
    """
    if currency is not None and not is_currency(currency):
        raise click.BadParameter(f"{currency!r} is no ISO 4217 code", param_hint="--currency")
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine:
        adjusted = close_periods(engine, now=datetime.now(UTC)).lines
        runs = settle(engine, actor=_ACTOR, now=datetime.now(UTC), until=until, currency=currency)
    if adjusted:
        click.echo(f"{adjusted} adjusting lines of periods that are over")
    for run in runs:
        click.echo(_totals(run))
    if not runs:
        click.echo("Nothing is due.")


def _totals(run: SettlementRun) -> str:
    credited = to_decimal_text(run.credited_minor or 0, run.currency)
    debited = to_decimal_text(run.debited_minor or 0, run.currency)
    return (
        f"{run.currency} run {run.number} ({run.id}): {run.statement_count} statements of {run.line_count} lines, "
        f"credited {credited}, debited {debited}"
    )
