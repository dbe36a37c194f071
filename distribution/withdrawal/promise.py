"""By when a withdrawal is promised to have ended, by the calendar of the program's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_SATURDAY = 6
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Promise:
    """So many days after the request, at the same time of day; `working_days` leaves weekends out."""

    days: int
    working_days: bool = False

    def due_at(self, requested_at: datetime, zone: ZoneInfo) -> datetime:
        """The promised moment in UTC; one that clocks leave out is as much later."""
        local = requested_at.astimezone(zone)
        day = local.date()
        left = self.days
        while left:
            day += _DAY
            if not self.working_days or day.isoweekday() < _SATURDAY:
                left -= 1
        return datetime.combine(day, local.time().replace(fold=0), zone).astimezone(UTC)
