"""`distribution doctor`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import click
from sqlalchemy.exc import SQLAlchemyError

from distribution.adapters.saleor.connect import shop_token
from distribution.cli.checkup import (
    Finding,
    check_database,
    check_mail,
    check_payouts,
    check_queue,
    check_saleor,
    check_work,
)
from distribution.cli.database import opened_engine
from distribution.errors import DomainError
from distribution.settings.environment import Settings, Variable, problems


@click.command("doctor")
def command() -> int:
    """Check every setting, the database, the queue, Saleor and mail: a line each; exit 1 if any fails."""
    fine = True
    for finding in _findings():
        click.echo(f"{'ok  ' if finding.fine else 'FAIL'}  {finding.subject}: {finding.seen}")
        fine = fine and finding.fine
    return 0 if fine else 1


def _findings() -> Iterator[Finding]:
    wrong = {problem.variable: problem for problem in problems(os.environ, needs=tuple(Variable))}
    sound = {name: value for name, value in os.environ.items() if name not in wrong}
    settings = Settings.load(sound)
    token = _token(settings)
    for variable in Variable:
        if variable is Variable.SALEOR_TOKEN and token is not None and not os.environ.get(variable):
            yield Finding(variable, True, "is not set: the installed App's is used")
            continue
        seen = str(wrong[variable]).removeprefix(f"{variable} ") if variable in wrong else "is set"
        yield Finding(variable, variable not in wrong, seen)
    if Variable.DATABASE_URL in settings:
        with opened_engine(settings) as engine:
            database = check_database(engine, settings.database_url)
            yield database
            if database.fine:
                yield from check_work(engine)
    if Variable.REDIS_URL in settings:
        yield from check_queue(settings.redis_url, now=datetime.now(UTC))
    if token is not None:
        yield check_saleor(settings.saleor_api_url, token)
    if Variable.MAIL_URL in settings:
        yield check_mail(settings)
    yield from check_payouts(os.environ)


def _token(settings: Settings) -> str | None:
    """The token the shop is read with, if that can be told."""
    if Variable.SALEOR_TOKEN in settings and Variable.SALEOR_API_URL in settings:
        return settings.saleor_token
    if Variable.DATABASE_URL not in settings:
        return None
    with opened_engine(settings) as engine:
        try:
            return shop_token(settings, engine)
        except (SQLAlchemyError, DomainError):
            return None
