"""docs/jobs.md names every job and says when it runs."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from jobs.daily import DAILY
from jobs.schedule import RECURRING

PAGE = (Path(__file__).parents[2] / "docs" / "jobs.md").read_text(encoding="utf-8")
WHEN = {
    name: when
    for names, when in re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ([^|]+) \|", PAGE, re.MULTILINE)
    for name in re.findall(r"\w+", names)
}


def interval(every: timedelta) -> str:
    for unit, length in (
        ("hour", timedelta(hours=1)),
        ("minute", timedelta(minutes=1)),
        ("second", timedelta(seconds=1)),
    ):
        count, rest = divmod(every, length)
        if count and not rest:
            return f"every {unit}" if count == 1 else f"every {count} {unit}s"
    raise AssertionError(every)


def test_each_recurring_job_runs_as_often_as_the_page_says() -> None:
    for each in RECURRING:
        assert WHEN[each.function.__name__].startswith(interval(each.every)), each.job


def test_each_daily_job_runs_at_the_hour_the_page_says() -> None:
    for each in DAILY:
        assert WHEN[each.name].startswith(f"daily, {each.at:%H:%M}"), each.name
