"""Simulating a plan of 500 rates over recorded orders, against merely reading the same orders into Python.

Reading is one statement through a server-side cursor: each order's newest state and what is recorded for its shares.
Both run in turns in one database, and the median of the ratios counts. Smaller is better.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from time import perf_counter
from uuid import UUID

from sqlalchemy import Engine, text

from benchmarks import shop_plan
from benchmarks.database import database
from benchmarks.result import report
from benchmarks.shop import BEGIN, DAYS, DISTRIBUTORS, GRADES, GROUPS, an_order, code_of
from distribution.commission.accrue import accrue
from distribution.db import transaction
from distribution.network.grade import set_grade
from distribution.network.groups import set_groups
from distribution.orders.snapshot import OrderSnapshot
from distribution.settings import program
from distribution.simulation.advance import advance
from distribution.simulation.start import start
from tests.factories import ACTOR, EARLY, a_code, a_distributor

GOAL = 4.0
ORDERS = int(os.environ.get("BENCH_ORDERS", "100000"))
ROUNDS, BATCH = 3, 200
NOW = BEGIN + timedelta(days=DAYS + 60)
_READ = """
SELECT placed.id, placed.placed_at, newest.state, (
    SELECT jsonb_agg(jsonb_build_array(share_number, amount_minor)) FROM (
        SELECT share_number, sum(amount_minor)::bigint AS amount_minor FROM distribution.commission_lines
        WHERE order_id = placed.id GROUP BY share_number) AS summed)
FROM distribution.orders AS placed
JOIN distribution.order_snapshots AS newest ON newest.order_id = placed.id AND newest.number = placed.snapshot_count
ORDER BY placed.placed_at, placed.id
"""


def run() -> None:
    """Print the ratio."""
    with database() as engine:
        people = _network(engine)
        _record(engine, (an_order(number) for number in range(ORDERS)))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        document = shop_plan.document(people)
        found = []
        for _ in range(ROUNDS):
            began = perf_counter()
            assert _read(engine) == ORDERS
            between = perf_counter()
            _simulate(engine, document)
            found.append((between - began, perf_counter() - between))
    reading, whole = sorted(found, key=lambda each: each[1] / each[0])[ROUNDS // 2]
    report(
        "simulate",
        whole / reading,
        GOAL,
        f"{ORDERS:,} orders in {whole:.1f} s, {ORDERS / whole:,.0f} a second; read alone in {reading:.1f} s",
        at_most=True,
    )


def _network(engine: Engine) -> list[UUID]:
    """Four at the top, forty below them, the rest below those; some have grades and groups."""
    with transaction(engine) as session:
        program.change(session, {"grades": GRADES, "groups": GROUPS}, actor=ACTOR, now=EARLY)
        people = []
        for number in range(DISTRIBUTORS):
            sponsor = None if number < 4 else people[number % 4] if number < 44 else people[4 + number % 40]
            person = a_distributor(session, sponsor=sponsor)
            a_code(session, person, code_of(number))
            if number % 5 < len(GRADES):
                set_grade(session, person.id, grade=GRADES[number % 5], actor=ACTOR, now=EARLY)
            if number % 20 < len(GROUPS):
                set_groups(session, person.id, groups=[GROUPS[number % 20]], actor=ACTOR, now=EARLY)
            people.append(person)
        return [person.id for person in people]


def _record(engine: Engine, orders: Iterable[OrderSnapshot]) -> None:
    batch: list[OrderSnapshot] = []
    for order in orders:
        batch.append(order)
        if len(batch) == BATCH:
            with transaction(engine) as session:
                accrue(session, batch, now=NOW)
            batch = []
    with transaction(engine) as session:
        accrue(session, batch, now=NOW)


def _read(engine: Engine) -> int:
    with engine.connect() as connection, connection.connection.cursor("reading") as cursor:
        cursor.itersize = 1_000
        cursor.execute(_READ)
        return sum(1 for _ in cursor)


def _simulate(engine: Engine, document: dict[str, object]) -> None:
    with transaction(engine) as session:
        begun = start(session, document, actor=ACTOR, now=NOW)
    done = advance(engine, begun.id, clock=lambda: datetime.now(UTC))
    assert done.result is not None
    assert done.result["orders"] == ORDERS
