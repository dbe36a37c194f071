"""Commission, clicks and orders of a distributor day by day, beside the same number of days before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.analytics.earned import EARNED_BY_DAY


@dataclass(frozen=True, slots=True)
class Day:
    """One day. Commission counts as `earned` says; the rest are the distributor's own sales."""

    day: date
    commission_minor: int = 0
    clicks: int = 0
    checkouts: int = 0
    orders: int = 0
    paid: int = 0


@dataclass(frozen=True, slots=True)
class Trend:
    """The days of a period and of the one before it, equally long, and those of this month; oldest first."""

    currency: str
    days: tuple[Day, ...]
    before: tuple[Day, ...]
    month: tuple[Day, ...] = ()

    def total(self, measure: str) -> int:
        """The sum of one of the measures of `Day` over the period."""
        return sum(int(getattr(day, measure)) for day in self.days)

    def total_before(self, measure: str) -> int:
        """The same over the period before."""
        return sum(int(getattr(day, measure)) for day in self.before)

    def total_month(self, measure: str) -> int:
        """The same since the first of this month."""
        return sum(int(getattr(day, measure)) for day in self.month)


_DAYS = text(f"""
SELECT 'commission_minor', day, sum(amount_minor)::bigint FROM ({EARNED_BY_DAY}) AS earned GROUP BY 2
UNION ALL
SELECT measure, day, value FROM (
    SELECT (placed_at AT TIME ZONE :zone)::date AS day, count(*) AS orders, count(*) FILTER (WHERE paid) AS paid
    FROM distribution.orders
    WHERE distributor_id = :distributor_id AND placed_at >= :since AND status <> 'draft' GROUP BY 1
) AS sold CROSS JOIN LATERAL (VALUES ('orders', orders), ('paid', paid)) AS each (measure, value)
UNION ALL
SELECT 'clicks', (at AT TIME ZONE :zone)::date, count(*) FROM distribution.clicks
WHERE distributor_id = :distributor_id AND at >= :since GROUP BY 2
UNION ALL
SELECT 'checkouts', (seen_at AT TIME ZONE :zone)::date, count(*) FROM distribution.checkout_referrals
WHERE distributor_id = :distributor_id AND seen_at >= :since GROUP BY 2
""")


def trend(
    session: Session, distributor_id: UUID, *, currency: str, days: int, now: datetime, zone: str = "UTC"
) -> Trend:
    """The last `days` days up to today in `zone`, and as many before them."""
    today = now.astimezone(ZoneInfo(zone)).date()
    first = today - timedelta(days=2 * days - 1)
    first_of_month = today.replace(day=1)
    begin = min(first, first_of_month)
    since = datetime(begin.year, begin.month, begin.day, tzinfo=ZoneInfo(zone))
    parameters = {"distributor_id": distributor_id, "currency": currency, "since": since, "zone": zone}
    found: dict[date, dict[str, int]] = {}
    for measure, day, value in session.execute(_DAYS, parameters):
        found.setdefault(day, {})[measure] = value
    every = [
        Day(day, **found.get(day, {}))
        for day in (begin + timedelta(days=offset) for offset in range((today - begin).days + 1))
    ]
    return Trend(
        currency,
        days=tuple(every[-days:]),
        before=tuple(every[-2 * days : -days]),
        month=tuple(day for day in every if day.day >= first_of_month),
    )
