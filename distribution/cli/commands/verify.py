"""`distribution verify`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from distribution.cli.database import opened_engine
from distribution.cli.proof_text import proof_lines, proven
from distribution.errors import InvalidInput
from distribution.sealing.head import seal_of
from distribution.settings.environment import Settings, Variable


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
    with opened_engine(settings) as engine:
        proof = proven(engine, since_seal=since_seal, kept=kept)
    if as_json:
        click.echo(json.dumps(proof.to_json(), indent=2))
    else:
        for words in proof_lines(proof):
            click.echo(words)
    return 0 if proof.holds else 1


def _read(path: Path) -> tuple[int, bytes]:
    try:
        document = json.loads(path.read_text())
        return seal_of(document if isinstance(document, dict) else {})
    except (ValueError, OSError, InvalidInput):
        raise click.BadParameter(
            f"{path} is no head that `distribution ledger head` wrote", param_hint="--head"
        ) from None
