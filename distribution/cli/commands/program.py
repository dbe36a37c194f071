"""`distribution program …`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, TextIO

import click

from distribution.cli.database import opened_engine
from distribution.commission.change_program import change_program
from distribution.db import transaction
from distribution.errors import InvalidInput
from distribution.settings import program
from distribution.settings.document import ProgramSettings
from distribution.settings.environment import Settings, Variable

_ACTOR = "job:command_line"


@click.group("program")
def command() -> None:
    """Settings of the program: joining, attribution, settlements, withdrawals."""


@command.command("show")
@click.argument("part", required=False)
def show(part: str | None) -> None:
    """Print the settings in force as JSON, or only the PART of that name, such as `withdrawal`."""
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        document = program.read(session).model_dump(mode="json")
    if part is not None and part not in document:
        raise click.UsageError(f"the settings have no {part}; there are {', '.join(document)}")
    _print(document if part is None else {part: document[part]})


@command.command("change")
@click.argument("file", type=click.File("r", encoding="utf-8"))
def change(file: TextIO) -> None:
    """Put the JSON object in FILE over the settings in force (- is standard input), and print what it changed.

    Objects in it are merged, any other value is replaced, amounts by currency as a whole.
    """
    try:
        changes = json.load(file)
    except ValueError as error:
        raise InvalidInput(f"the file is no JSON: {error}", field="file") from None
    if not isinstance(changes, dict):
        raise InvalidInput("the file holds no JSON object", field="file")
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    with opened_engine(settings) as engine, transaction(engine) as session:
        before = program.read(session).model_dump(mode="json")
        after = change_program(session, changes, actor=_ACTOR, now=datetime.now(UTC)).model_dump(mode="json")
    _print({key: after[key] for key in after if after[key] != before[key]})


@command.command("schema")
def schema() -> None:
    """Print what the settings may be, as JSON Schema."""
    _print(ProgramSettings.model_json_schema())


def _print(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))
