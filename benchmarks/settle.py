"""Settling a million matured lines of fifty thousand distributors, against inserting as many bare keyed rows.

The reference runs in the same database before and after, and its faster turn counts.
"""

from __future__ import annotations

import resource
import time
from datetime import UTC, datetime

from sqlalchemy import Engine, text

from benchmarks.database import database
from benchmarks.result import report
from distribution.db import transaction
from distribution.ledger.proof import proof as ledger_proof
from distribution.settlement.proof import proof
from distribution.settlement.settle import settle

GOAL = 0.5
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
    amount_minor, kind, matures_at, recorded_at, epoch)
SELECT line / {an_order}, line % {an_order} + 1, line % {an_order} + 1, 1, numbered.id, 'USD',
    CASE WHEN line % 50 = 0 THEN -700 ELSE 100 + line * 31 % 900 END,
    CASE WHEN line % 50 = 0 THEN 'reversal' ELSE 'accrual' END,
    timestamptz '2026-05-01' + line * interval '1 second', timestamptz '2026-05-01', 1
FROM generate_series(1, {lines}) AS line JOIN numbered ON numbered.number = (line * 7919::bigint) % {distributors};
"""
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
        began = time.perf_counter()
        (settled,) = settle(engine, actor="job:settle", now=NOW)
        seconds = time.perf_counter() - began
        grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
        bare = min(before, _bare_seconds(engine))
        _check(engine, settled.line_count)
    report(
        "settle",
        bare / seconds,
        GOAL,
        f"{LINES / seconds:,.0f} lines/s against {LINES / bare:,.0f} rows/s bare;"
        f" {settled.statement_count:,} statements in {seconds:.1f} s, memory +{grown_mib:.0f} MiB",
    )


def _make_past(engine: Engine) -> None:
    with transaction(engine) as session:
        for statement in _PAST.format(distributors=DISTRIBUTORS, lines=LINES, an_order=LINES_AN_ORDER).split(
            ";"
        ):
            if statement.strip():
                session.execute(text(statement))


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


def _check(engine: Engine, line_count: int | None) -> None:
    assert line_count == LINES
    with transaction(engine) as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        found = [str(difference) for difference in (*proof(session), *ledger_proof(session))]
    # These lines have neither orders nor anything else; what settlement made of them must hold.
    assert found == [], found[:5]
