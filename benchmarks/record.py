"""Recording orders through production against writing the same rows bare, in turns, in one database."""

from __future__ import annotations

from time import perf_counter

import psycopg
from sqlalchemy import Engine

from benchmarks import bare_orders
from benchmarks.database import database
from benchmarks.orders import OBSERVED_AT, orders, sellers
from benchmarks.result import report
from distribution.commission.accrue import accrue
from distribution.db import transaction
from distribution.orders.snapshot import OrderSnapshot

ROUNDS = 20
"""Short turns, many of them: what else the machine does falls on both ways alike."""


def measure(name: str, *, batch: int, batches: int, goal: float) -> None:
    """Time `batches` transactions of `batch` new orders both ways, ROUNDS times in turns; the median ratio counts."""
    with database() as engine:
        sellers(engine)
        _production(engine, orders(batch * 5, "warm"), batch)
        found = []
        with psycopg.connect(engine.url.set(drivername="postgresql").render_as_string(False)) as connection:
            connection.prepare_threshold = 0
            for turn in range(ROUNDS):
                bare = bare_orders.prepared(engine, orders(batch * batches, f"bare{turn}."), batch)
                fresh = orders(batch * batches, f"whole{turn}.")
                started = perf_counter()
                bare_orders.write(connection, bare)
                between = perf_counter()
                _production(engine, fresh, batch)
                found.append((between - started, perf_counter() - between))
    bare_seconds, whole_seconds = sorted(found, key=lambda each: each[0] / each[1])[ROUNDS // 2]
    count = batch * batches
    report(
        name,
        bare_seconds / whole_seconds,
        goal,
        f"{count / whole_seconds:.0f} orders/s against {count / bare_seconds:.0f} bare, 9 commission rows each",
    )


def _production(engine: Engine, snapshots: list[OrderSnapshot], batch: int) -> None:
    for start in range(0, len(snapshots), batch):
        with transaction(engine) as session:
            accrue(session, snapshots[start : start + batch], now=OBSERVED_AT)
