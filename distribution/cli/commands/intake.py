"""`distribution intake`."""

from __future__ import annotations

import json
import os
import stat
from datetime import timedelta
from typing import Any, BinaryIO

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.adapters.saleor.keys import keys as program_keys
from distribution.adapters.saleor.lines import BadLine, Line, batches, read_lines
from distribution.adapters.saleor.mapper import SOURCE, Keys
from distribution.adapters.saleor.record import Outcome, Shown, record_orders
from distribution.cli.database import opened_engine
from distribution.cli.progress import bar, say
from distribution.commission.answer import order_answer
from distribution.db import clock_at, transaction
from distribution.orders.bad import keep_bad
from distribution.settings.environment import Settings, Variable

_BATCH = 100
_AHEAD = timedelta(minutes=5)


@click.command("intake")
@click.argument("file", type=click.File("rb"))
def command(file: BinaryIO) -> int:
    """Record the orders in FILE ("-": standard input) and print what each is worth.

    FILE holds orders as Saleor's GraphQL shows them, one JSON object a line with `order` and `observed_at`. Each line
    is answered as `PUT /orders` answers, after that line. A line that cannot be read is reported and the rest goes on;
    exit 1 then.
    """
    settings = Settings.load(needs=[Variable.DATABASE_URL])
    fine = True
    with opened_engine(settings) as engine:
        with transaction(engine) as session:
            keys = program_keys(session)
        done = 0
        with bar("Recording", _size(file)) as progress:
            for batch in batches(read_lines(file), largest=_BATCH):
                fine = _record(engine, batch, keys) and fine
                done += sum(line.size for line in batch)
                progress(done)
    return 0 if fine else 1


def _record(engine: Engine, batch: list[Line], keys: Keys) -> bool:
    answers: dict[str, dict[str, Any]] = {}

    def look(session: Session, outcome: Outcome) -> None:
        for order_id in outcome.recorded:
            answers[order_id] = order_answer(session, SOURCE, order_id).to_json()

    shown = [line.content for line in batch if isinstance(line.content, Shown)]
    outcome = record_orders(engine, shown, keys=keys, alongside=look) if shown else Outcome()
    _keep(engine, [line.content for line in batch if isinstance(line.content, BadLine)])
    _warn_of_the_future(engine, batch)
    errors = outcome.bad | outcome.failed
    fine = True
    for line in batch:
        error = _error(line, outcome, errors)
        if error is None:
            say(json.dumps(answers[line.content.order_id or ""]))
        else:
            click.echo(f"distribution: line {line.number}: {' '.join(error.split())}", err=True)
            fine = False
    return fine


def _error(line: Line, outcome: Outcome, errors: dict[str, str]) -> str | None:
    content = line.content
    if isinstance(content, BadLine):
        return content.error
    if content.order_id in errors:
        return f"order {content.order_id}: {errors[content.order_id]}"
    if outcome.recorded[content.order_id].effect == "conflict":
        return f"order {content.order_id}: another state is recorded for {content.observed_at.isoformat()}"
    return None


def _keep(engine: Engine, bad: list[BadLine]) -> None:
    known = [each for each in bad if each.order_id is not None]
    if not known:
        return
    with transaction(engine) as session:
        now = clock_at(session)
        for each in known:
            order_id = each.order_id or ""
            keep_bad(
                session,
                source=SOURCE,
                order_id=order_id,
                answer=each.order,
                error=each.error,
                observed_at=now,
            )


def _warn_of_the_future(engine: Engine, batch: list[Line]) -> None:
    """What is read before such a moment will pass for older, and be ignored."""
    times = {line.number: line.content.observed_at for line in batch if isinstance(line.content, Shown)}
    with transaction(engine) as session:
        latest = clock_at(session) + _AHEAD
    for number, observed_at in times.items():
        if observed_at > latest:
            click.echo(
                f"distribution: line {number}: observed_at is ahead of our clock; "
                "what is read of this order before then will be ignored",
                err=True,
            )


def _size(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size if _is_file(file) else 0


def _is_file(file: BinaryIO) -> bool:
    try:
        return stat.S_ISREG(os.fstat(file.fileno()).st_mode)
    except OSError:
        return False
