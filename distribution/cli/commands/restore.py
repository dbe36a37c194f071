"""`distribution restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from distribution.adapters.backup import opened, restore
from distribution.cli.database import opened_engine
from distribution.cli.progress import bar
from distribution.cli.proof_text import proof_lines, proven
from distribution.db import transaction
from distribution.installation.database import check_keys
from distribution.sealing.head import seal_of
from distribution.settings.environment import Settings, Variable


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Give up the schema `distribution` that the database has already."
)
def command(file: Path, replace: bool) -> int:
    """Bring the database back to what FILE holds, then prove it; exit 1 where anything differs.

    The checksums are looked at before anything is touched, and the tables appear whole or not at all. A backup of an
    older version is brought to the newest schema. Run it before the portal, the worker and the plugin are started.
    """
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, opened(file) as backup:
        with bar("Restoring", backup.dump_bytes) as progress:
            done = restore(engine, settings.database_url, backup, replace=replace, progress=progress)
        _tell(file, done.manifest, done.migrated_to, done.clicks_counted)
        sealed = seal_of(done.manifest["seal"])
        proof = proven(engine, kept=[sealed] if sealed[0] else [])
        for words in proof_lines(proof):
            click.echo(words)
        readable = _keys_fit(engine, settings)
    return 0 if proof.holds and readable else 1


def _tell(file: Path, manifest: dict[str, Any], migrated_to: str, clicks: int) -> None:
    migrated = "" if migrated_to == manifest["migration"] else f", migrated to {migrated_to}"
    click.echo(
        f"Restored {file} of {manifest['taken_at'][:19]}Z: {sum(manifest['rows'].values())} rows of "
        f"{len(manifest['rows'])} tables, migration {manifest['migration']}{migrated}; {clicks} of "
        f"{manifest['clicks'] or 0} clicks that waited count."
    )


def _keys_fit(engine: Engine, settings: Settings) -> bool:
    """Whether the keys given open what is encrypted; says so where they do not, or where none are given."""
    if Variable.ENCRYPTION_KEYS not in settings:
        click.secho(
            f"NOT IN IT: {Variable.ENCRYPTION_KEYS}. Set it to the keys of before; `distribution doctor` then says "
            "whether they open what is encrypted.",
            bold=True,
        )
        return True
    with transaction(engine) as session:
        finding = check_keys(session, settings.encryption_keys)
    if finding.state == "bad":
        click.echo(f"distribution: {finding.seen}: {finding.next}", err=True)
    return finding.state != "bad"
