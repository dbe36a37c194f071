"""`distribution tax`: what a year came to for the tax office."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import IO

import click

from distribution.analytics.tax_table import tax_table
from distribution.cli.database import opened_engine
from distribution.db import transaction
from distribution.money import to_decimal_text
from distribution.privacy.encryption import Cipher
from distribution.settings.environment import Settings, Variable
from distribution.tax.disclose import export
from distribution.tax.read import YearSum, year_sums, year_totals

ACTOR = "cli:tax"


@click.group("tax")
def command() -> None:
    """Tax: what statements credited in a year, and what was withheld of it."""


@command.command("year")
@click.argument("year", type=click.IntRange(1971, 8999))
@click.option("--csv", "as_csv", is_flag=True, help="A row for each distributor, currency and country.")
@click.option(
    "--details",
    is_flag=True,
    help="With names, addresses and whole tax ids; needs --csv, and is written to the audit log.",
)
@click.option(
    "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="A file; - prints."
)
def year_command(year: int, as_csv: bool, details: bool, output: IO[str]) -> None:
    """Print the totals of a YEAR by currency and country, or of everybody as CSV."""
    if details and not as_csv:
        raise click.UsageError("--details needs --csv")
    needs = [Variable.DATABASE_URL, *([Variable.ENCRYPTION_KEYS] if details else [])]
    settings = Settings.load(needs=needs)
    with opened_engine(settings) as engine, transaction(engine) as session:
        if not as_csv:
            for each in year_sums(session, year):
                output.write(f"{_line(each)}\n")
            return
        totals = year_totals(session, year=year)
        known = None
        if details:
            known = export(
                session,
                {each.distributor_id for each in totals},
                year=year,
                cipher=Cipher(settings.encryption_keys),
                actor=ACTOR,
                now=datetime.now(UTC),
            )
        csv.writer(output, lineterminator="\n").writerows(tax_table(totals, known))


def _line(each: YearSum) -> str:
    amounts = (each.total_minor, each.tax_minor, each.net_minor)
    shown = "  ".join(f"{to_decimal_text(minor, each.currency):>16}" for minor in amounts)
    return f"{each.currency}  {each.country or '--'}  {each.distributor_count:>8}{shown}"
