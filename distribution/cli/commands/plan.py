"""`distribution plan …`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, NoReturn, TextIO

import click

from distribution.analytics.plan_text import NotJson, lay_out, read
from distribution.analytics.plan_warnings import Warned, warnings_of
from distribution.cli.database import opened_engine
from distribution.cli.moment import MOMENT
from distribution.commission import publish as plans
from distribution.commission.plan.document import json_schema
from distribution.db import transaction
from distribution.errors import InvalidInput, NotFound
from distribution.settings.environment import Settings, Variable

WRONG_USE = 2
_ACTOR = "job:command_line"


@click.group("plan")
def command() -> None:
    """Commission plans: docs/plans.md is their rule book."""


@command.command("check")
@click.argument("file", type=click.File(encoding="utf-8"))
def check(file: TextIO) -> None:
    """Check the plan in FILE (- is standard input); nothing is published. Every error is a line of its own."""
    document = _document(file)
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        try:
            plan = plans.check(session, document)
        except InvalidInput as error:
            _refused(error)
    for warned in warnings_of(plan, now=datetime.now(UTC)):
        click.echo(f"warning: {_sentence(warned)}", err=True)
    click.echo(
        f"{plan.name}: {len(plan.rates)} rates, {len(plan.campaigns)} campaigns, {len(plan.caps)} caps. "
        "It could be published."
    )


@command.command("publish")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--effective-at", type=MOMENT, help="Orders placed from then on; by default from now on.")
def publish(file: TextIO, effective_at: datetime | None) -> None:
    """Publish the plan in FILE (- is standard input) as the next version, and print its number."""
    document = _document(file)
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        try:
            version = plans.publish(
                session, document, actor=_ACTOR, now=datetime.now(UTC), effective_at=effective_at
            )
        except InvalidInput as error:
            _refused(error)
        number, holds_from = version.number, version.effective_at
    # Standard output is the number alone, so that a script can keep it.
    click.echo(f"Version {number} holds for orders placed from {holds_from.isoformat()} on.", err=True)
    click.echo(number)


@command.command("show")
@click.argument("number", type=click.IntRange(0, 2**31 - 1), required=False)
def show(number: int | None) -> None:
    """Print the document of version NUMBER (0 is the built-in plan), by default of the plan in force."""
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        if number is None:
            number = plans.current(session, now=datetime.now(UTC)).number
        if number and plans.by_number(session, number) is None:
            raise NotFound(f"there is no version {number}", number=number)
        document = plans.document(session, number)
    click.echo(lay_out(document).text, nl=False)


@command.command("schema")
def schema() -> None:
    """Print the JSON Schema of a plan document."""
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def _document(file: TextIO) -> dict[str, Any]:
    try:
        return read(file.read())
    except (NotJson, UnicodeDecodeError) as error:
        line = f", line {error.line}" if isinstance(error, NotJson) else ""
        name = getattr(file, "name", "standard input")
        raise click.ClickException(f"{name}{line}: is no JSON document: {error}") from None


def _refused(error: InvalidInput) -> NoReturn:
    listed = error.facts.get("errors")
    for line in [f"{each['field']}: {each['message']}" for each in listed] if listed else [error.message]:
        click.echo(line, err=True)
    raise click.exceptions.Exit(WRONG_USE)


def _sentence(warned: Warned) -> str:
    about = f" (level {warned.level})" if warned.level else ""
    return f"{warned.path}: {warned.code.replace('_', ' ')}{about}"
