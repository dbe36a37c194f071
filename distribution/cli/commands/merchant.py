"""`distribution merchant …`."""

from __future__ import annotations

import secrets
import sys
from datetime import UTC, datetime

import click

from distribution.access import second_factor
from distribution.access.holder import Holder
from distribution.cli.database import opened_engine
from distribution.db import transaction
from distribution.settings import merchants
from distribution.settings.environment import Settings, Variable

_ACTOR = "job:command_line"


@click.group("merchant")
def command() -> None:
    """Logins of the merchant's console."""


@command.command("create")
@click.argument("email")
@click.option("--name", help="What the console calls them; by default the e-mail address before the @.")
@click.option("--role", type=click.Choice(merchants.ROLES), default="owner", show_default=True)
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of making one."
)
def create(email: str, name: str | None, role: str, password_stdin: bool) -> None:
    """Add a login for EMAIL and print its password, which is shown once."""
    password = _password(password_stdin)
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        merchant = merchants.create(
            session, email=email, name=name, role=role, password=password, actor=_ACTOR, now=datetime.now(UTC)
        )
    click.echo(f"{merchant.email} may log in as {merchant.role}.")
    _show(password, given=password_stdin)


@command.command("password")
@click.argument("email")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of making one."
)
def password(email: str, password_stdin: bool) -> None:
    """Give the login of EMAIL a new password; its sessions end."""
    new = _password(password_stdin)
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        merchant = merchants.by_email(session, email)
        if merchant is None:
            raise merchants.MerchantNotFound(email)
        merchants.set_password(session, merchant.id, password=new, actor=_ACTOR, now=datetime.now(UTC))
    click.echo(f"{merchant.email} has a new password.")
    _show(new, given=password_stdin)


@command.command("second-factor-off")
@click.argument("email")
@click.option("--reason", required=True, help="Kept on the audit log.")
def second_factor_off(email: str, reason: str) -> None:
    """Let the login of EMAIL in by its password alone: its owner lost phone and recovery codes; its sessions end."""
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        merchant = merchants.by_email(session, email)
        if merchant is None:
            raise merchants.MerchantNotFound(email)
        holder = Holder("merchant", merchant.id, merchant.name, merchant.email, merchant.locale)
        second_factor.reset(session, holder, actor=_ACTOR, reason=reason, now=datetime.now(UTC))
    click.echo(f"{merchant.email} signs in with the password alone.")


def _password(from_standard_input: bool) -> str:
    if not from_standard_input:
        return secrets.token_urlsafe(15)
    return sys.stdin.readline().rstrip("\r\n")


def _show(password: str, *, given: bool) -> None:
    if not given:
        click.echo(f"Password, shown this once: {password}")
