"""Finds, by marks of the orders, whom a period must be decided for: nobody for whom nothing has changed.

The mark of an order is a hash of it and of how many snapshots it has, which only grow. A distributor's own mark adds up
those of the orders they are in the chain of: whatever changes their sales changes it. What they earn of an order may
follow from the sales of the others in its chain too, by the ceiling, so the mark that bears on them adds up the own
marks of everybody in the chains of all their orders.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.commission.periods.span import Span

MARKS = """
WITH placed AS MATERIALIZED (
    SELECT id, hashint8extended(id, snapshot_count) AS mark FROM distribution.orders
    WHERE placed_at >= :begins AND placed_at < :ends AND terms_count > 0
), concerned AS MATERIALIZED (
    SELECT placed.id, placed.mark, chain.distributor_id
    FROM placed JOIN distribution.terms ON terms.order_id = placed.id
    CROSS JOIN LATERAL (VALUES (seller_id), (second_id), (third_id)) AS chain(distributor_id)
    WHERE chain.distributor_id IS NOT NULL
), own AS (
    SELECT distributor_id, sum(mark) AS mark FROM concerned GROUP BY distributor_id
), of_orders AS (
    SELECT concerned.id, sum(own.mark) AS mark FROM concerned JOIN own USING (distributor_id) GROUP BY concerned.id
)
SELECT concerned.distributor_id, sum(of_orders.mark) AS mark
FROM concerned JOIN of_orders USING (id) GROUP BY concerned.distributor_id
"""
"""Each distributor's mark of a period; terms that were superseded count too: what they left must be taken back."""

_WHOLE = text("""
INSERT INTO distribution.period_marks AS known (period, period_start, mark)
SELECT :period, CAST(:first AS date), coalesce(sum(hashint8extended(id, snapshot_count)), 0)
FROM distribution.orders WHERE placed_at >= :begins AND placed_at < :ends
ON CONFLICT (period, period_start) DO UPDATE SET mark = excluded.mark WHERE known.mark <> excluded.mark
RETURNING mark
""")
# Who was concerned and is no longer is concerned once more: an order may say another day it was placed on.
_SEEN = text(f"""
INSERT INTO distribution.period_closings AS known (distributor_id, period, period_start, seen)
SELECT distributor_id, :period, CAST(:first AS date), coalesce(now.mark, 0)
FROM ({MARKS}) AS now FULL JOIN (
    SELECT distributor_id FROM distribution.period_closings WHERE period = :period AND period_start = :first
) AS before USING (distributor_id)
ON CONFLICT (distributor_id, period, period_start)
DO UPDATE SET seen = excluded.seen WHERE known.seen <> excluded.seen
""")


def look_through(session: Session, span: Span, zone: ZoneInfo) -> bool:
    """Note for whom a period is to be decided; whether any of its orders changed since the last look."""
    parameters = marked(span, zone)
    if session.execute(_WHOLE, parameters).first() is None:
        return False
    session.execute(_SEEN, parameters)
    return True


def marked(span: Span, zone: ZoneInfo) -> dict[str, Any]:
    """The parameters of `MARKS` and of whatever names a period."""
    begins, ends = span.bounds(zone)
    return {"period": span.period, "first": span.first, "begins": begins, "ends": ends}
