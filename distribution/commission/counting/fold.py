"""Folds the movements of counters into their totals, so that reading one stays a look at a few rows."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

_ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(7305811940226010)")
_FOLD = text("""
WITH folded AS (
    DELETE FROM distribution.counter_movements WHERE id IN (
        SELECT id FROM distribution.counter_movements ORDER BY id LIMIT :most
    ) RETURNING distributor_id, kind, currency, month, amount_minor
), written AS (
    INSERT INTO distribution.counters AS counter (distributor_id, kind, currency, month, amount_minor)
    SELECT distributor_id, kind, currency, month, sum(amount_minor) FROM folded
    GROUP BY distributor_id, kind, currency, month ORDER BY distributor_id, kind, currency, month
    ON CONFLICT (distributor_id, kind, currency, month)
    DO UPDATE SET amount_minor = counter.amount_minor + excluded.amount_minor
)
SELECT count(*) FROM folded
""")


def fold_counters(session: Session, *, most: int = 50_000) -> int:
    """Fold up to `most` movements; returns how many. While another does so, none."""
    if not session.execute(_ONE_AT_A_TIME).scalar_one():
        return 0
    folded: int = session.execute(_FOLD, {"most": most}).scalar_one()
    return folded
