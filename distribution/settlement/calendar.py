"""When the next settlement is due, by the clocks of the merchant's time zone."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from distribution.settings.document import SettlementRules

SETTLED_AT = time(3, 0)
"""At what time of day, unless it is every hour."""
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def next_settlement_at(rules: SettlementRules, after: datetime, zone: ZoneInfo) -> datetime:
    """The first moment later than `after` at which a settlement is due, in UTC.

    Where clocks go forward over that time of day it is as much later, where they go back it is the first of the two.
    A month that is too short for its day settles on its last.
    """
    if rules.every == "hour":
        return after.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + _HOUR
    day = after.astimezone(zone).date()
    while not _is_due(rules, day) or _moment(day, zone) <= after:
        day += _DAY
    return _moment(day, zone)


def _is_due(rules: SettlementRules, day: date) -> bool:
    match rules.every:
        case "week":
            return day.isoweekday() == rules.weekday
        case "month":
            return day.day == min(rules.day_of_month, monthrange(day.year, day.month)[1])
        case _:
            return True


def _moment(day: date, zone: ZoneInfo) -> datetime:
    # In UTC, for two times of one zone compare by what its clocks show.
    return datetime.combine(day, SETTLED_AT, zone).astimezone(UTC)
