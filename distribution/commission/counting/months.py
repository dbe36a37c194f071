"""Calendar periods in the program's time zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from distribution.commission.plan.rules import Period

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def month_of(placed_at: datetime, zone: ZoneInfo) -> date:
    """The first day of the month in which an order was placed."""
    return placed_at.astimezone(zone).date().replace(day=1)


def months_of(month: date, period: Period) -> list[date]:
    """The months of the period that `month` is in, by their first days."""
    length = _MONTHS[period]
    first = (month.month - 1) // length * length
    return [date(month.year, first + offset + 1, 1) for offset in range(length)]
