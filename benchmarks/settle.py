"""Settling a million matured lines of fifty thousand distributors, against inserting as many bare keyed rows.

First while writers record commission without a pause, then what they wrote is left for the next run. The reference
runs in the same database before and after, alone, and its faster turn counts.
"""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Engine, text

from benchmarks.database import database
from benchmarks.result import report
from distribution.db import transaction
from distribution.ledger.proof import proof as ledger_proof
from distribution.settlement.proof import proof
from distribution.settlement.settle import settle

GOAL = 0.45
WRITERS = 2
LINES = 1_000_000
DISTRIBUTORS = 50_000
LINES_AN_ORDER = 9
NOW = datetime(2026, 6, 1, tzinfo=UTC)

# One line in fifty is a reversal. Foreign keys and append-only triggers look away while the past is made up.
_PAST = """
SET LOCAL session_replication_role = replica;
INSERT INTO distribution.distributors (id, email, name, status, email_hash, created_at)
SELECT gen_random_uuid(), number || '@example.com', 'Ada', 'active', '', now()
FROM generate_series(1, {distributors}) AS number;
CREATE TEMPORARY TABLE numbered ON COMMIT DROP AS
SELECT id, row_number() OVER () - 1 AS number FROM distribution.distributors;
CREATE INDEX ON numbered (number);
ANALYZE numbered;
INSERT INTO distribution.commission_lines (order_id, number, share_number, snapshot_number, distributor_id, currency,
    amount_minor, kind, matures_at, recorded_at, epoch, level)
SELECT line / {an_order}, line % {an_order} + 1, line % {an_order} + 1, 1, numbered.id, 'USD',
    CASE WHEN line % 50 = 0 THEN -700 ELSE 100 + line * 31 % 900 END,
    CASE WHEN line % 50 = 0 THEN 'reversal' ELSE 'accrual' END,
    timestamptz '2026-05-01' + line * interval '1 second', timestamptz '2026-05-01', 1, 1
FROM generate_series(1, {lines}) AS line JOIN numbered ON numbered.number = (line * 7919::bigint) % {distributors};
"""
_SHARED = text("SELECT pg_advisory_xact_lock_shared(7305811940226004)")
_ACCRUE = text("""
INSERT INTO distribution.commission_lines (order_id, number, share_number, snapshot_number, distributor_id, currency,
    amount_minor, kind, matures_at, recorded_at, epoch, level)
SELECT :order_id, number, number, 1, person.id, 'USD', 100 * number, 'accrual', timestamptz '2026-05-20',
    timestamptz '2026-05-20', epoch, number
FROM generate_series(1, 3) AS number, distribution.settlement_epochs,
    (SELECT id FROM distribution.distributors LIMIT 1) AS person
""")
_BARE = """
DROP TABLE IF EXISTS bare;
CREATE TABLE bare (
    order_id bigint, number int, distributor_id uuid, amount_minor bigint, PRIMARY KEY (order_id, number)
)
"""
_FILL_BARE = """
INSERT INTO bare SELECT order_id, number, distributor_id, amount_minor FROM distribution.commission_lines
"""


def run() -> None:
    """Print the ratio."""
    with database() as engine:
        _make_past(engine)
        before = _bare_seconds(engine)
        _execute(engine, "VACUUM ANALYZE", "CHECKPOINT")
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with _writers(engine) as written:
            began = time.perf_counter()
            (settled,) = settle(engine, actor="job:settle", now=NOW)
            seconds = time.perf_counter() - began
            meanwhile = len(written)
        grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
        bare = min(before, _bare_seconds(engine))
        _check(engine, settled.line_count, settled.epoch)
    report(
        "settle",
        bare / seconds,
        GOAL,
        f"{LINES / seconds:,.0f} lines/s against {LINES / bare:,.0f} rows/s bare;"
        f" {settled.statement_count:,} statements in {seconds:.1f} s, memory +{grown_mib:.0f} MiB,"
        f" {meanwhile:,} orders recorded meanwhile by {WRITERS} writers, the longest in {max(written):.2f} s",
    )


def _make_past(engine: Engine) -> None:
    with transaction(engine) as session:
        for statement in _PAST.format(distributors=DISTRIBUTORS, lines=LINES, an_order=LINES_AN_ORDER).split(
            ";"
        ):
            if statement.strip():
                session.execute(text(statement))


@contextmanager
def _writers(engine: Engine) -> Iterator[list[float]]:
    """Threads that record orders of three lines each, due at once; how long each order took."""
    stop, took = threading.Event(), list[float]()

    def write(first_id: int) -> None:
        order_id = first_id
        while not stop.is_set():
            began = time.perf_counter()
            with transaction(engine) as session:
                # As those who accrue: the epoch is read by a statement of its own once the lock is held.
                session.execute(_SHARED)
                session.execute(_ACCRUE, {"order_id": order_id})
            took.append(time.perf_counter() - began)
            order_id += WRITERS

    threads = [threading.Thread(target=write, args=(10**9 + number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    while len(took) < WRITERS:
        time.sleep(0.01)
    yield took
    stop.set()
    for thread in threads:
        thread.join()


def _bare_seconds(engine: Engine) -> float:
    for statement in _BARE.split(";"):
        _execute(engine, statement)
    _execute(engine, "CHECKPOINT")
    began = time.perf_counter()
    _execute(engine, _FILL_BARE)
    return time.perf_counter() - began


def _execute(engine: Engine, *statements: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))


def _check(engine: Engine, line_count: int | None, epoch: int) -> None:
    with transaction(engine) as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        due = text("SELECT count(*) FROM distribution.commission_lines WHERE epoch <= :epoch")
        assert session.execute(due, {"epoch": epoch}).scalar_one() == line_count
        found = [str(difference) for difference in (*proof(session), *ledger_proof(session))]
    # These lines have neither orders nor anything else; what settlement made of them must hold.
    assert found == [], found[:5]
