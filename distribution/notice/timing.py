"""When a notice goes out: at once, folded with others of its kind, or after the reader's quiet hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from distribution.notice.choices import Quiet

FOLDED_FOR = timedelta(hours=1)
LONG_FOLDED_FOR = timedelta(hours=24)
A_DAY = timedelta(hours=24)
ENOUGH_A_DAY = 5
"""After so many of a kind within a day the next one waits a day: nobody gets a mail for each of five hundred sales."""
NEWS_FOR = timedelta(days=3)
"""What is older stands in the inbox, and is sent to nobody any more."""


def folded_until(last_at: datetime | None, told_in_a_day: int) -> datetime | None:
    """Until when more of a kind are gathered, after the last was told; None when nothing was told yet."""
    if last_at is None:
        return None
    return last_at + (LONG_FOLDED_FOR if told_in_a_day >= ENOUGH_A_DAY else FOLDED_FOR)


def awake_at(quiet: Quiet | None, now: datetime, zone: ZoneInfo) -> datetime:
    """Now, or the end of the quiet hours that now lies in."""
    local = now.astimezone(zone)
    if quiet is None or not _lies_in(quiet, local.hour):
        return now
    end = local.replace(hour=quiet.until_hour, minute=0, second=0, microsecond=0)
    if end <= local:
        end += timedelta(days=1)
    return end.astimezone(now.tzinfo)


def _lies_in(quiet: Quiet, hour: int) -> bool:
    if quiet.from_hour < quiet.until_hour:
        return quiet.from_hour <= hour < quiet.until_hour
    return hour >= quiet.from_hour or hour < quiet.until_hour
