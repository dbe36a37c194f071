"""On which days requests are taken, by the calendar of the program's time zone."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_FURTHEST_DAYS = 366 * 12
"""A day of the month falls on each weekday within some years."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Days that are in both lists; an empty list names every day.

    1 is Monday. A month too short for a day of `days_of_month` has that day on its last one.
    """

    weekdays: tuple[int, ...] = ()
    days_of_month: tuple[int, ...] = ()

    @property
    def always(self) -> bool:
        """Whether no day is left out."""
        return len(set(self.weekdays)) in (0, 7) and len(set(self.days_of_month)) in (0, 31)

    def has(self, day: date) -> bool:
        """Whether requests are taken on this day."""
        if self.weekdays and day.isoweekday() not in self.weekdays:
            return False
        last = monthrange(day.year, day.month)[1]
        return not self.days_of_month or day.day in {min(each, last) for each in self.days_of_month}

    def is_open(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether requests are taken now."""
        return self.always or self.has(now.astimezone(zone).date())

    def opens_at(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The first moment from `now` on at which requests are taken, in UTC."""
        return now.astimezone(UTC) if self.is_open(now, zone) else self._next(now, zone, to_open=True)

    def closes_at(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When the window that is open now ends, in UTC; None when there is no end to it."""
        return None if self.always else self._next(now, zone, to_open=False)

    def _next(self, now: datetime, zone: ZoneInfo, *, to_open: bool) -> datetime:
        day = now.astimezone(zone).date()
        for _ in range(_FURTHEST_DAYS):
            day += _DAY
            # In UTC, for two times of one zone compare by what its clocks show.
            began_at = datetime.combine(day, time(), zone).astimezone(UTC)
            # Where a zone once left out a day, that day's midnight is the next one's.
            if began_at.astimezone(zone).date() == day and self.has(day) is to_open:
                return began_at
        raise ValueError("there is no such day")


ALWAYS = Windows()
"""Requests are taken every day."""
