"""`distribution verify`."""

from __future__ import annotations

import json

import click
from sqlalchemy import text

from distribution.cli.database import opened_engine
from distribution.db import transaction
from distribution.proof import Proof, prove
from distribution.settings.environment import Settings, Variable

# Millions of rows take longer than any page may.
_PATIENCE = text("SET LOCAL statement_timeout = '2h'; SET LOCAL idle_in_transaction_session_timeout = '2h'")


@click.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of lines.")
def command(as_json: bool) -> int:
    """Prove snapshots and terms, lines, statements, transfers and balances; exit 1 if anything differs."""
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        session.execute(_PATIENCE)
        proof = prove(session)
    if as_json:
        click.echo(json.dumps(proof.to_json(), indent=2))
    else:
        _print(proof)
    return 0 if proof.holds else 1


def _print(proof: Proof) -> None:
    for each in proof.differences:
        click.echo(f"{each.table} {each.row}: {each.check}; expected {each.expected}, found {each.found}")
    checked = ", ".join(f"{count} {table.replace('_', ' ')}" for table, count in proof.checked.items())
    verdict = f"{len(proof.differences)} differences" if proof.differences else "Everything agrees"
    click.echo(f"{verdict}: {checked}.")
