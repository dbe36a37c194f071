"""Whether an order or a period may still bring commission to somebody who is about to be erased."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.commission.accrue import raw
from distribution.commission.periods.deciding import read_deciding
from distribution.commission.plan.rules import PERIODS
from distribution.settings.document import ProgramSettings

_THEIRS = """
SELECT id, placed_at, terms_count FROM distribution.orders
WHERE :distributor_id IN (distributor_id, second_id, third_id) AND status = 'open' AND placed_at > :since
"""
# Not paid for, or not sent whole; what was given back whole brings nothing any more.
_OPEN = text(f"""
SELECT count(*) FROM ({_THEIRS}
    AND (NOT paid OR fulfilled_quantity + returned_quantity < quantity)
    AND NOT (given_back_minor >= total_minor AND total_minor > 0)
) AS open
""")
_UNDECIDED = text(f"""
SELECT EXISTS (
    SELECT FROM ({_THEIRS}) AS theirs JOIN distribution.terms ON order_id = theirs.id AND number = theirs.terms_count
    WHERE plan_number = ANY (:plans) AND NOT EXISTS (
        SELECT FROM distribution.period_closings closing
        WHERE closing.distributor_id = :distributor_id AND closing.period = :period AND closing.decided = closing.seen
            AND closing.period_start = date_trunc(:period, theirs.placed_at AT TIME ZONE :zone)::date
    )
)
""")


def open_orders(session: Session, distributor_id: UUID, *, settings: ProgramSettings, now: datetime) -> int:
    """How many of the orders that a closing waits for are not paid for, or not sent whole."""
    asked = {"distributor_id": distributor_id, "since": _since(settings, now)}
    found: int = session.execute(_OPEN, asked).scalar_one()
    return found


def may_come(session: Session, distributor_id: UUID, *, settings: ProgramSettings, now: datetime) -> bool:
    """Whether one of those orders is open, or is of a month, quarter or year that its plan has yet to decide."""
    if open_orders(session, distributor_id, settings=settings, now=now):
        return True
    deciding = read_deciding(raw(session))
    if deciding is None:
        return False
    asked = {
        "distributor_id": distributor_id,
        "since": _since(settings, now),
        "zone": deciding.zone.key,
    }
    plans = {period: deciding.deciding(period) for period in PERIODS}
    return any(
        session.execute(_UNDECIDED, {**asked, "period": period, "plans": numbers}).scalar_one()
        for period, numbers in plans.items()
        if numbers
    )


def _since(settings: ProgramSettings, now: datetime) -> datetime:
    return now - timedelta(days=settings.closing.orders_days)
