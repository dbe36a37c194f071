"""Counting begins when a plan that asks for it is published, and never ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.reading import EPOCH_LOCK
from distribution.settings import program

COUNTED = """
SELECT distributor_id, kind, currency, month, sum(amount_minor)::bigint AS amount_minor FROM (
    SELECT counted.distributor_id, counted.kind, placed.currency, placed.month, placed.sales_minor AS amount_minor
    FROM (
        SELECT orders.*, date_trunc('month', placed_at AT TIME ZONE CAST(:time_zone AS text))::date AS month
        FROM distribution.orders
    ) AS placed
    JOIN distribution.terms ON terms.order_id = placed.id AND terms.number = placed.terms_count
    CROSS JOIN LATERAL (
        VALUES (terms.seller_id, 'own'), (terms.seller_id, 'team'), (terms.second_id, 'team'), (terms.third_id, 'team')
    ) AS counted(distributor_id, kind)
    UNION ALL
    SELECT share.distributor_id, 'earned', placed.currency,
        date_trunc('month', placed.placed_at AT TIME ZONE CAST(:time_zone AS text))::date, share.claimed_minor
    FROM distribution.shares AS share
    JOIN distribution.orders AS placed ON placed.id = share.order_id AND placed.terms_count = share.terms_number
) AS amounts
WHERE distributor_id IS NOT NULL
GROUP BY distributor_id, kind, currency, month HAVING sum(amount_minor) <> 0
"""
"""What all counters come to by the orders and shares themselves; `time_zone` says when a month begins."""

_LOCK = text(f"SELECT pg_advisory_xact_lock({EPOCH_LOCK})")
_PATIENCE = text(
    "SELECT set_config('statement_timeout', '10min', true), set_config('lock_timeout', '60s', true)"
)
_ON = text("SELECT 1 FROM distribution.counting")
_BEGIN = text("INSERT INTO distribution.counting (id, since, time_zone) VALUES (1, :since, :time_zone)")
_FILL = text(
    f"INSERT INTO distribution.counters (distributor_id, kind, currency, month, amount_minor) {COUNTED}"
)


def begin_counting(session: Session, plan: CompiledPlan, *, now: datetime) -> bool:
    """Count everything recorded so far, and from now on each order as it is recorded; once, if `plan` asks for it.

    Nothing is recorded meanwhile: writers of commission lines hold the shared side of the lock.
    """
    if not plan.needs.counters:
        return False
    session.execute(_PATIENCE)
    session.execute(_LOCK)
    if session.execute(_ON).first() is not None:
        return False
    begins = {"since": now, "time_zone": program.read(session).time_zone}
    session.execute(_BEGIN, begins)
    session.execute(_FILL, begins)
    return True
