"""`distribution backup`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from distribution.adapters.backup import take
from distribution.cli.database import opened_engine
from distribution.cli.progress import line
from distribution.settings.environment import Settings, Variable

_MEGABYTE = 1_000_000


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
def command(file: Path) -> None:
    """Write everything needed to start again elsewhere to FILE: the database's tables, and clicks that wait in Redis.

    All goes on meanwhile; FILE holds one moment. It appears whole or not at all, overwrites nothing, and lacks the keys
    in DISTRIBUTION_ENCRYPTION_KEYS and DISTRIBUTION_SECRET_KEY: keep those elsewhere.
    """
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, line() as told:
        taken = take(
            engine,
            settings.database_url,
            file,
            redis_url=settings.redis_url if Variable.REDIS_URL in settings else None,
            now=datetime.now(UTC),
            progress=lambda size: told(f"Writing: {size / _MEGABYTE:,.1f} MB"),
        )
    manifest = taken.manifest
    click.echo(
        f"Wrote {file}: {taken.size / _MEGABYTE:,.1f} MB, {sum(manifest['rows'].values())} rows of "
        f"{len(manifest['rows'])} tables, {manifest['clicks'] or 0} clicks that waited in Redis; migration "
        f"{manifest['migration']}, up to seal {manifest['seal']['seal']}."
    )
    if taken.clicks_lost is not None:
        click.echo(
            f"distribution: without the clicks that wait in Redis: {' '.join(taken.clicks_lost.split())}",
            err=True,
        )
    click.secho(
        "NOT IN IT: DISTRIBUTION_ENCRYPTION_KEYS and DISTRIBUTION_SECRET_KEY. Without the encryption keys nobody can "
        "ever read the bank accounts and tax details in it: keep the keys, in another place than this file.",
        bold=True,
    )
