"""From orders as Saleor showed them to recorded snapshots; an order that cannot be recorded does not hold up others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from distribution.adapters.saleor.mapper import SOURCE, Keys, to_snapshot
from distribution.commission.accrue import Recorded, accrue
from distribution.db import clock_at, transaction
from distribution.errors import DomainError, InvalidInput
from distribution.orders.bad import keep_bad, resolve_bad
from distribution.orders.snapshot import OrderSnapshot

LONGEST_ERROR = 500
_ONE_ORDERS_FAULT = (
    DomainError,
    SQLAlchemyError,
    psycopg.Error,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What Saleor answered for one order, and when we asked."""

    order_id: str
    order: Any
    observed_at: datetime


@dataclass(slots=True)
class Outcome:
    """What became of each order, by id: recorded; kept as bad with why; failed, with nothing of it written."""

    recorded: dict[str, Recorded] = field(default_factory=dict)
    bad: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


class ReadingLapsed(Exception):
    """Raised by what runs alongside: none of the batch may be recorded any more."""


Alongside = Callable[[Session, Outcome], None]


def record_orders(
    engine: Engine, batch: Sequence[Shown], *, keys: Keys, alongside: Alongside | None = None
) -> Outcome:
    """Record a batch in one transaction, or order by order when that fails.

    This is an edge: it takes the engine because there may be several transactions. `alongside` is called in each of
    them, with what became of its orders. No order may occur twice. Raises what it meets when the database is away.
    """
    try:
        return _record(engine, batch, keys, alongside)
    except _ONE_ORDERS_FAULT as error:
        _unless_away(error)
        if len(batch) == 1:
            return Outcome(failed={batch[0].order_id: describe(error)})
    total = Outcome()
    for shown in batch:
        one = record_orders(engine, [shown], keys=keys, alongside=alongside)
        total.recorded |= one.recorded
        total.bad |= one.bad
        total.failed |= one.failed
    return total


def describe(error: BaseException) -> str:
    """What went wrong, in one line without the statement and its parameters."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return f"{type(cause).__name__}: {' '.join(str(cause).split())}"[:LONGEST_ERROR]


def _record(engine: Engine, batch: Sequence[Shown], keys: Keys, alongside: Alongside | None) -> Outcome:
    outcome = Outcome()
    good: dict[str, OrderSnapshot] = {}
    for shown in batch:
        try:
            good[shown.order_id] = to_snapshot(shown.order, observed_at=shown.observed_at, keys=keys)
        except InvalidInput as error:
            outcome.bad[shown.order_id] = error.message
    with transaction(engine) as session:
        for shown in batch:
            if shown.order_id in outcome.bad:
                keep_bad(
                    session,
                    source=SOURCE,
                    order_id=shown.order_id,
                    answer=shown.order,
                    error=outcome.bad[shown.order_id],
                    observed_at=shown.observed_at,
                )
        if good:
            now = clock_at(session)
            recorded = accrue(session, good.values(), now=now)
            outcome.recorded = dict(zip(good, recorded, strict=True))
            resolve_bad(session, list(good), source=SOURCE, now=now)
        if alongside is not None:
            alongside(session, outcome)
    return outcome


def _unless_away(error: Exception) -> None:
    """Go on only when the database itself answers: otherwise every order of the batch would wait for it in vain."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        state = cause.sqlstate
        if state is None or state.startswith(("08", "53", "57P")):
            raise error
