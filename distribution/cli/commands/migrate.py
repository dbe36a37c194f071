"""`distribution migrate`."""

from __future__ import annotations

import click

from distribution.db.migrate import upgrade
from distribution.settings.environment import Settings, Variable


@click.command("migrate")
def command() -> None:
    """Bring the database to the newest schema; safe to repeat and to run twice at once."""
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    upgrade(settings.database_url)
    click.echo("The database has the newest schema.")
