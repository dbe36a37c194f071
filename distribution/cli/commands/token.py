"""`distribution token …`."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from distribution.cli.database import opened_engine
from distribution.db import transaction
from distribution.settings import tokens
from distribution.settings.environment import Settings, Variable

_ACTOR = "job:command_line"


@click.group("token")
def command() -> None:
    """Tokens of API clients."""


@command.command("create")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(tokens.SCOPES),
    multiple=True,
    help="What it may do; may be given several times. By default all.",
)
@click.option("--source", help="Whose orders it reports; by default NAME in lower case with hyphens.")
def create(name: str, scopes: tuple[str, ...], source: str | None) -> None:
    """Add a token called NAME and print its secret, which is shown once, on a line of its own."""
    secret = tokens.new_secret()
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        token = tokens.create(
            session,
            name=name,
            secret=secret,
            scopes=scopes or (tokens.ALL,),
            source=source,
            actor=_ACTOR,
            now=datetime.now(UTC),
        )
    # Standard output is the secret alone, so that a script can keep it.
    click.echo(
        f"Token {token.name}: {', '.join(token.scopes)}; its orders are those of {token.source}.", err=True
    )
    click.echo(secret)


@command.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """End the token called NAME at once."""
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        tokens.revoke(session, name, actor=_ACTOR, now=datetime.now(UTC))
    click.echo(f"Token {name} is revoked.")


@command.command("list")
def list_tokens() -> None:
    """Show every token: name, state, scopes, source."""
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        for token in tokens.every(session):
            state = "revoked" if token.revoked_at else "in use"
            click.echo(f"{token.name}\t{state}\t{','.join(token.scopes)}\t{token.source}")
