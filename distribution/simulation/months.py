"""The calendar of a replay: orders come in the order of their placing, so a month is looked up once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from distribution.commission.counting.months import month_of, months_of
from distribution.commission.periods.span import Span, span_of
from distribution.commission.plan.rules import PERIODS, Period


class Calendar:
    """The month an order is placed in, and which of the periods around it are decided as a whole."""

    def __init__(self, zone: ZoneInfo, from_at: datetime | None, over_at: datetime) -> None:
        self._zone, self._from_at, self._over_at = zone, from_at, over_at
        self._begins = self._ends = datetime.min.replace(tzinfo=UTC)
        self.month = date.min
        self.name = ""

    def turn_to(self, placed_at: datetime) -> bool:
        """Take the month of `placed_at` for the present one; whether it is another than before."""
        if self._begins <= placed_at < self._ends:
            return False
        self.month = month_of(placed_at, self._zone)
        self._begins, self._ends = Span("month", self.month).bounds(self._zone)
        self.name = self.month.isoformat()[:7]
        return True

    def whole(self, month: date, period: Period) -> Span | None:
        """The period of a kind that a month is in, if all of it was replayed and is over."""
        span = span_of(month, period)
        begins, ends = span.bounds(self._zone)
        return span if ends <= self._over_at and (self._from_at is None or self._from_at <= begins) else None

    def first_of(self, period: Period) -> date:
        """The first day of the period that the present month is in."""
        return months_of(self.month, period)[0]

    def moment(self, day: date) -> datetime:
        """When a day begins."""
        return datetime.combine(day, time(), self._zone).astimezone(UTC)


def longest(periods: frozenset[Period]) -> Period | None:
    """The longest of some kinds of periods."""
    return max(periods, key=PERIODS.index, default=None)
