"""`distribution merchant …`."""

from __future__ import annotations

import secrets
import sys
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from distribution.access import merchant_standing, second_factor
from distribution.access.holder import Holder
from distribution.cli.database import opened_engine
from distribution.db import transaction
from distribution.settings import merchants
from distribution.settings.environment import Settings, Variable
from distribution.settings.tables import Merchant

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
        merchant = _known(session, email)
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
        merchant = _known(session, email)
        holder = Holder("merchant", merchant.id, merchant.name, merchant.email, merchant.locale)
        second_factor.reset(session, holder, actor=_ACTOR, reason=reason, now=datetime.now(UTC))
    click.echo(f"{merchant.email} signs in with the password alone.")


@command.command("disable")
@click.argument("email")
@click.option("--reason", required=True, help="Kept on the audit log.")
@click.option("--with-tokens", is_flag=True, help="Revoke the API tokens this login made, too.")
def disable(email: str, reason: str, with_tokens: bool) -> None:
    """Lock the login of EMAIL out: its sessions end, and nothing lets it in. The last owner stays."""
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        merchant_standing.disable(
            session,
            _known(session, email).id,
            with_tokens=with_tokens,
            reason=reason,
            actor=_ACTOR,
            now=datetime.now(UTC),
        )
    click.echo(f"{email} is locked out.")


@command.command("enable")
@click.argument("email")
@click.option("--reason", required=True, help="Kept on the audit log.")
def enable(email: str, reason: str) -> None:
    """Let the login of EMAIL in again, with the password and role it had."""
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        merchant_standing.enable(
            session, _known(session, email).id, reason=reason, actor=_ACTOR, now=datetime.now(UTC)
        )
    click.echo(f"{email} may log in again.")


def _known(session: Session, email: str) -> Merchant:
    merchant = merchants.by_email(session, email)
    if merchant is None:
        raise merchants.MerchantNotFound(email)
    return merchant


def _password(from_standard_input: bool) -> str:
    if not from_standard_input:
        return secrets.token_urlsafe(15)
    return sys.stdin.readline().rstrip("\r\n")


def _show(password: str, *, given: bool) -> None:
    if not given:
        click.echo(f"Password, shown this once: {password}")
