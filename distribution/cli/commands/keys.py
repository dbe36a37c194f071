"""`distribution keys …`."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from distribution.audit.record import record
from distribution.cli.database import opened_engine
from distribution.db import tables, transaction
from distribution.privacy.encryption import Cipher, new_key
from distribution.privacy.places import encrypted_places
from distribution.privacy.rotate import Rotated, rotate
from distribution.settings.environment import Settings, Variable


@click.group("keys")
def command() -> None:
    """Keys that personal data is encrypted with."""


@command.command("new")
def new() -> None:
    """Print a new key, to be put before those in DISTRIBUTION_ENCRYPTION_KEYS."""
    click.echo(new_key())


@command.command("rotate")
@click.option("--check", is_flag=True, help="Say what is not under the newest key, and write nothing.")
def rotation(check: bool) -> None:
    """Encrypt everything under the newest key: afterwards the older ones can be taken away.

    Put the new key in front of the others for all that runs, and rotate then. Safe to interrupt and to repeat. Exits 1
    when no key opens something, and with --check also when there is something to do.
    """
    settings = Settings.load(needs=[Variable.DATABASE_URL, Variable.ENCRYPTION_KEYS])
    cipher = Cipher(settings.encryption_keys)
    lost = left = renewed = 0
    with opened_engine(settings) as engine:
        for place in encrypted_places(tables.ledger.Account.metadata):
            found = rotate(engine, place, cipher, write=not check)
            click.echo(_line(found, "to renew" if check else "renewed"))
            lost += found.lost
            left += found.renewed if check else 0
            renewed += 0 if check else found.renewed
        if renewed:
            with transaction(engine) as session:
                record(
                    session,
                    actor="cli:keys",
                    action="keys.rotate",
                    subject_type="program",
                    subject_id="program",
                    now=datetime.now(UTC),
                    after={"renewed": renewed, "lost": lost},
                )
    if lost:
        raise click.ClickException(f"no key given opens {lost} values: keep every key until this is 0")
    if left:
        raise click.ClickException(f"{left} values are under older keys: run `distribution keys rotate`")
    click.echo("Everything is under the newest key.")


def _line(found: Rotated, done: str) -> str:
    lost = f", {found.lost} that no key opens" if found.lost else ""
    return f"{found.place}: {found.renewed} {done}, {found.current} current{lost}"
