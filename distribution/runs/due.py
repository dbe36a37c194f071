"""When a daily job is due: at its hour, and later the same day if it did not run or failed then."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

RETRY_AFTER = timedelta(minutes=30)


def last_moment(at: time, *, zone: ZoneInfo, now: datetime) -> datetime:
    """The last time up to `now` at which clocks in `zone` showed `at`."""
    local = now.astimezone(zone)
    moment = datetime.combine(local.date(), at, zone)
    if moment > local:
        moment = datetime.combine(local.date() - timedelta(days=1), at, zone)
    return moment


def is_due(
    at: time, *, zone: ZoneInfo, good_at: datetime | None, started_at: datetime | None, now: datetime
) -> bool:
    """Whether a job of that hour has still to run; one that began a while ago and did not end well is tried again."""
    moment = last_moment(at, zone=zone, now=now)
    if good_at is not None and good_at >= moment:
        return False
    return started_at is None or started_at < moment or started_at <= now - RETRY_AFTER
