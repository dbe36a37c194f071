"""In which stage of its sales a product is: new, best selling, slow, or none of these.

Decided once a night from the paid orders of the longest window, as the program's settings say. New comes before best
selling, best selling before slow. A sale counts for the units that did not come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.audit.chain import append_all
from distribution.db.arrays import array
from distribution.db.raw import execute, numbered
from distribution.orders.tables import ProductStage
from distribution.settings.document import ProductStages

# One reading at a time; the row says where to begin.
_READ_UP_TO = text(
    "SELECT previous_order_id, (SELECT coalesce(max(id), 0) FROM distribution.orders) "
    "FROM distribution.stage_readings FOR UPDATE"
)
_HAVE_READ = text(
    "UPDATE distribution.stage_readings SET previous_order_id = order_id, order_id = :order_id "
    "WHERE order_id <= :order_id"
)
# Orders of the window are read every time: what was unpaid may be paid meanwhile, what was sold may have come back.
# Older ones only once, when they are new to us, and only for when a product first sold.
_CHANGED = text(
    """
    WITH sold AS MATERIALIZED (
        SELECT line.product_id, orders.placed_at, line.quantity - line.returned AS units
        FROM distribution.orders
        JOIN distribution.order_snapshots AS newest
            ON newest.order_id = orders.id AND newest.number = orders.snapshot_count
        CROSS JOIN LATERAL jsonb_to_recordset(newest.state -> 'lines')
            AS line(product_id text, quantity integer, returned integer)
        WHERE orders.paid AND (orders.placed_at > :since OR orders.id > :read_up_to) AND orders.placed_at <= :now
            AND line.product_id IS NOT NULL
    ), counted AS MATERIALIZED (
        SELECT product_id, min(placed_at) AS sold_at,
            coalesce(sum(units) FILTER (WHERE placed_at > :since), 0) AS units,
            coalesce(sum(units) FILTER (WHERE placed_at > :new_since), 0) AS new_units,
            coalesce(sum(units) FILTER (WHERE placed_at > :best_since), 0) AS best_units,
            coalesce(sum(units) FILTER (WHERE placed_at > :slow_since), 0) AS slow_units
        FROM sold GROUP BY product_id
    ), kept AS (
        INSERT INTO distribution.first_sales AS known (product_id, sold_at)
        SELECT product_id, sold_at FROM counted
        ON CONFLICT (product_id) DO UPDATE SET sold_at = excluded.sold_at WHERE excluded.sold_at < known.sold_at
    ), products AS (
        SELECT product_id, least(known.sold_at, counted.sold_at) AS sold_at, coalesce(units, 0) AS units,
            coalesce(new_units, 0) AS new_units, coalesce(best_units, 0) AS best_units,
            coalesce(slow_units, 0) AS slow_units
        FROM distribution.first_sales AS known FULL JOIN counted USING (product_id)
    ), decided AS (
        SELECT product_id, new_units, best_units, slow_units, units,
            CASE WHEN sold_at > :new_since THEN 'new'
                 WHEN best_units >= CAST(:units_from AS bigint) THEN 'best_selling'
                 WHEN slow_units < CAST(:units_below AS bigint) THEN 'slow'
                 ELSE 'regular' END AS stage
        FROM products
    )
    SELECT decided.product_id, decided.stage,
        CASE decided.stage WHEN 'new' THEN new_units WHEN 'best_selling' THEN best_units WHEN 'slow' THEN slow_units
            ELSE decided.units END AS units,
        greatest(:now, present.effective_at) AS effective_at
    FROM decided LEFT JOIN LATERAL (
        SELECT stage, effective_at FROM distribution.product_stages AS history
        WHERE history.product_id = decided.product_id ORDER BY effective_at DESC, number DESC LIMIT 1
    ) AS present ON true
    WHERE decided.stage <> coalesce(present.stage, 'regular')
    ORDER BY decided.product_id
    """
)
_STAGES = numbered(
    """
SELECT asked.product_id, newest.stage FROM unnest(%s::text[]) AS asked(product_id) JOIN LATERAL (
    SELECT stage FROM distribution.product_stages AS history
    WHERE history.product_id = asked.product_id AND history.effective_at <= %s::timestamptz
    ORDER BY effective_at DESC, number DESC LIMIT 1
) AS newest ON newest.stage <> 'regular'
"""
)


def classify(session: Session, rules: ProductStages, now: datetime) -> int:
    """Put every product that ever sold into its stage; says how many changed.

    A product is new by the first paid order ever recorded for it. An order that is paid only after the longest window
    is over counts for that as little as for anything else.
    """
    best, slow = rules.best_selling, rules.slow
    windows = {
        "new_since": now - timedelta(days=rules.new.days),
        "best_since": now - timedelta(days=best.days) if best else now,
        "slow_since": now - timedelta(days=slow.days) if slow else now,
    }
    read_up_to, newest = session.execute(_READ_UP_TO).one()
    limits = {
        "units_from": best.units_from if best else None,
        "units_below": slow.units_below if slow else None,
    }
    asked = {**windows, **limits, "since": min(windows.values()), "read_up_to": read_up_to, "now": now}
    changed = session.execute(_CHANGED, asked).all()
    session.execute(_HAVE_READ, {"order_id": newest})
    append_all(session, [ProductStage(**row._mapping) for row in changed])
    return len(changed)


def stages_of(
    connection: psycopg.Connection[Any], product_ids: Sequence[str], at: datetime
) -> dict[str, str]:
    """The stage of each product as of `at`, in one statement; one that is `regular` or unknown is left out."""
    wanted = list(dict.fromkeys(product_ids))
    if not wanted:
        return {}
    return dict(execute(connection, _STAGES, [array(wanted, "text"), at]).fetchall())
