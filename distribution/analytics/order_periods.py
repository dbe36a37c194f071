"""What the periods an order was placed in added to, or took from, all of somebody's orders in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class AdjustedPeriod:
    """The sum of a period's adjusting lines, this order's part among them; `basis` is the newest line's."""

    period: str
    period_start: date
    amount_minor: int
    basis: Mapping[str, Any]


_PERIODS = text("""
SELECT period, period_start, sum(amount_minor)::bigint, (array_agg(basis ORDER BY position DESC))[1]
FROM distribution.period_adjustments
WHERE distributor_id = :distributor_id AND currency = :currency
    AND period_start = date_trunc(period, CAST(:day AS date)::timestamp)::date
    AND (basis -> 'plans' @> to_jsonb(CAST(:plan_number AS integer)) OR NOT basis ? 'plans')
GROUP BY period, period_start
ORDER BY array_position(ARRAY['month', 'quarter', 'year'], period)
""")


def adjusted_periods(
    session: Session,
    distributor_id: UUID,
    *,
    currency: str,
    placed_at: datetime,
    plan_number: int,
    zone: str,
) -> tuple[AdjustedPeriod, ...]:
    """The month, quarter and year of an order under a plan, as far as they were adjusted."""
    rows = session.execute(
        _PERIODS,
        {
            "distributor_id": distributor_id,
            "currency": currency,
            "day": placed_at.astimezone(ZoneInfo(zone)).date(),
            "plan_number": plan_number,
        },
    )
    return tuple(AdjustedPeriod(*row) for row in rows)
