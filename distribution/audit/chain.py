"""Chained tables: each row carries the digest of itself and of the row before, and the head is kept apart.

A row changed, removed or slipped in behind our back breaks the chain at its number; a cut tail disagrees with the
head. Appending serialises on one lock for all chained tables: append last, after any balance was touched, so that
two transactions never wait for each other crosswise.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from distribution.audit.tables import Chained, ChainHead

_LOCK = text("SELECT pg_advisory_xact_lock(7305811940226003)")
_BATCH = 5_000
Row = TypeVar("Row", bound=Chained)


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a chain does not hold."""

    table: str
    number: int
    why: str


def append(session: Session, row: Row) -> Row:
    """Number `row`, seal it to its predecessor and add it."""
    append_all(session, [row])
    return row


def append_all(session: Session, rows: Sequence[Chained]) -> None:
    """The same for many rows of one table, which are then written together."""
    if not rows:
        return
    session.execute(_LOCK)
    head = session.execute(
        select(ChainHead)
        .where(ChainHead.table_name == rows[0].__tablename__)
        .execution_options(populate_existing=True)
    ).scalar_one()
    for row in rows:
        row.number = head.number + 1
        row.digest = digest_of(row, head.digest)
        head.number, head.digest = row.number, row.digest
    session.add_all(rows)
    session.flush()


def check(session: Session, table: type[Chained]) -> Iterator[Break]:
    """Every break in the chain of `table`, reading it once from its first row."""
    name = table.__tablename__
    expected, previous = 1, b""
    query = select(table).order_by(table.number)
    for row in session.execute(query.execution_options(yield_per=_BATCH)).scalars():
        if row.number > expected:
            yield Break(name, expected, f"rows {expected} to {row.number - 1} are gone")
        elif digest_of(row, previous) != row.digest:
            yield Break(name, row.number, "the row is not the one that was written, or was not written by us")
        expected, previous = row.number + 1, row.digest
    head = session.execute(select(ChainHead).where(ChainHead.table_name == name)).scalar_one()
    if (head.number, head.digest) != (expected - 1, previous):
        yield Break(name, head.number, f"the chain ends at row {expected - 1}, its head says {head.number}")


def digest_of(row: Chained, previous: bytes) -> bytes:
    """SHA-256 over the digest before and every column but `digest`, in canonical JSON."""
    values = {
        column.key: getattr(row, column.key)
        for column in inspect(type(row)).column_attrs
        if column.key != "digest"
    }
    return hashlib.sha256(previous + canonical(values)).digest()


def canonical(value: Any) -> bytes:
    """JSON with one spelling: sorted keys, no blanks, times in UTC, bytes in hexadecimal."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain
    ).encode()


def _plain(value: Any) -> str:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case bytes():
            return value.hex()
    raise TypeError(f"{type(value).__name__} has no canonical form")
