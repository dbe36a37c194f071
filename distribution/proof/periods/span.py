"""A month, a quarter or a year, by its kind and its first day."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Span(NamedTuple):
    """A period in the calendar of a time zone."""

    period: str
    first: date
    zone: ZoneInfo

    @property
    def decided(self) -> list[str]:
        """The kinds of periods that are over with it, shorter ones first."""
        return [kind for kind, months in MONTHS.items() if months <= MONTHS[self.period]]

    @property
    def after(self) -> date:
        """The first day of the next."""
        months = self.first.year * 12 + self.first.month - 1 + MONTHS[self.period]
        return date(months // 12, months % 12 + 1, 1)

    @property
    def begins_at(self) -> datetime:
        return datetime(self.first.year, self.first.month, 1, tzinfo=self.zone)

    @property
    def ends_at(self) -> datetime:
        return datetime(self.after.year, self.after.month, 1, tzinfo=self.zone)

    def first_of(self, kind: str, day: date) -> date:
        """The first day of the period of some kind that a day is in."""
        return date(day.year, (day.month - 1) // MONTHS[kind] * MONTHS[kind] + 1, 1)
