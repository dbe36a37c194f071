"""Moves clicks from the stream the portal writes to the table of clicks."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any, cast

import redis
from sqlalchemy import Engine
from sqlalchemy.exc import DataError

from distribution.adapters.queue.clicks import STREAM, texts, visit_of
from distribution.db import transaction
from distribution.promotion.clicks import Visit, record_clicks
from jobs.resources import Resources
from jobs.tracked import tracked

UNREADABLE = "distribution:clicks:unreadable"
"""Where entries go that cannot be recorded, so that they hold up no others."""
BATCH = 1_000
LONGEST_SECONDS = 25.0
_MOST_UNREADABLE = 1_000
_LONGEST_ENTRY = 2_000
log = logging.getLogger("jobs.clicks")
Entry = tuple[bytes, dict[bytes, bytes]]


@dataclass(slots=True)
class Moved:
    """How many entries were taken, how many visits they held that count, and how many could not be read."""

    entries: int = 0
    counted: int = 0
    unreadable: int = 0


@tracked("drain_clicks")
def drain_clicks(given: Resources) -> dict[str, Any] | None:
    """Record the clicks of the last seconds."""
    with redis.Redis.from_url(given.settings.redis_url) as connection:
        moved = drain(given.engine, connection)
    return {"entries": moved.entries, "counted": moved.counted, "unreadable": moved.unreadable}


def drain(engine: Engine, connection: redis.Redis, *, longest_seconds: float = LONGEST_SECONDS) -> Moved:
    """Record what is in the stream, then delete it; killed in between, the same clicks are recorded again as one."""
    moved, deadline = Moved(), time.monotonic() + longest_seconds
    while time.monotonic() < deadline:
        entries = _read(connection)
        if not entries:
            break
        _move(engine, connection, entries, moved)
        moved.entries += len(entries)
    return moved


def _read(connection: redis.Redis) -> list[Entry]:
    # redis-py's types allow for clients that decode; ours does not.
    return cast(list[Entry], connection.xrange(STREAM, count=BATCH))


def _move(engine: Engine, connection: redis.Redis, entries: list[Entry], moved: Moved) -> None:
    visits = [visit for visit in (_visit(fields) for _, fields in entries) if visit is not None]
    try:
        with transaction(engine) as session:
            counted = record_clicks(session, visits)
    except DataError:
        if len(entries) > 1:
            for entry in entries:
                _move(engine, connection, [entry], moved)
            return
        visits, counted = [], {}
    moved.counted += len(counted)
    with connection.pipeline() as pipeline:
        if len(visits) < len(entries):
            moved.unreadable += len(entries) - len(visits)
            for _, fields in entries:
                if len(entries) == 1 or _visit(fields) is None:
                    log.warning("a click cannot be read: %r", fields)
                    kept: dict[Any, Any] = {"entry": repr(fields)[:_LONGEST_ENTRY]}
                    pipeline.xadd(UNREADABLE, kept, maxlen=_MOST_UNREADABLE)
        pipeline.xdel(STREAM, *(entry_id for entry_id, _ in entries))
        pipeline.execute()


def _visit(fields: dict[bytes, bytes]) -> Visit | None:
    return visit_of(texts(fields))
