"""`distribution verify`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from sqlalchemy import text

from distribution.cli.database import opened_engine
from distribution.db import transaction
from distribution.errors import InvalidInput
from distribution.proof import Proof, prove
from distribution.sealing.head import seal_of
from distribution.settings.environment import Settings, Variable

# Millions of rows take longer than any page may.
_PATIENCE = text("SET LOCAL statement_timeout = '2h'; SET LOCAL idle_in_transaction_session_timeout = '2h'")


@click.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of lines.")
@click.option(
    "--since-seal",
    is_flag=True,
    help="Compare what was verified with its seals; work out anew what came after.",
)
@click.option(
    "--head",
    "heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A head that was kept elsewhere, see `distribution ledger head`: prove that it is still part of the chain.",
)
def command(as_json: bool, since_seal: bool, heads: tuple[Path, ...]) -> int:
    """Prove snapshots and terms, lines, statements, transfers and balances; exit 1 if anything differs."""
    kept = [_read(path) for path in heads]
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        session.execute(_PATIENCE)
        proof = prove(session, since_seal=since_seal, kept=kept)
    if as_json:
        click.echo(json.dumps(proof.to_json(), indent=2))
    else:
        _print(proof)
    return 0 if proof.holds else 1


def _read(path: Path) -> tuple[int, bytes]:
    try:
        document = json.loads(path.read_text())
        return seal_of(document if isinstance(document, dict) else {})
    except (ValueError, OSError, InvalidInput):
        raise click.BadParameter(
            f"{path} is no head that `distribution ledger head` wrote", param_hint="--head"
        ) from None


def _print(proof: Proof) -> None:
    for each in proof.differences:
        click.echo(f"{each.table} {each.row}: {each.check}; expected {each.expected}, found {each.found}")
    checked = ", ".join(f"{count} {table.replace('_', ' ')}" for table, count in proof.checked.items())
    verdict = f"{len(proof.differences)} differences" if proof.differences else "Everything agrees"
    sealed = f"up to seal {proof.seal.number}" if proof.seal.number else "nothing sealed yet"
    since = f", worked out anew since seal {proof.since_seal}" if proof.since_seal else ""
    click.echo(f"{verdict}: {checked}; {sealed}{since}.")
