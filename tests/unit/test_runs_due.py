"""A daily job runs at its hour where the program is, once, and again when it failed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from distribution.runs.due import RETRY_AFTER, is_due, last_moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
THREE = time(3, 0)


def test_the_hour_is_that_of_the_program() -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    assert last_moment(THREE, zone=SHANGHAI, now=now) == datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
    assert last_moment(THREE, zone=ZoneInfo("UTC"), now=now) == datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def test_before_the_hour_it_was_yesterday() -> None:
    now = datetime(2026, 11, 22, 2, 59, tzinfo=UTC)

    assert last_moment(THREE, zone=ZoneInfo("UTC"), now=now) == datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def test_an_hour_that_clocks_leave_out_still_comes_once_a_day() -> None:
    moments = {
        last_moment(
            time(2, 30), zone=BERLIN, now=datetime(2027, 3, 27, tzinfo=UTC) + timedelta(minutes=10 * step)
        )
        for step in range(6 * 24 * 3)
    }

    assert len(moments) == 4


@pytest.mark.parametrize(
    "good_hours_ago, started_hours_ago, due",
    [
        (None, None, True),
        (24, 24, True),
        (1, 1, False),
        (24, 1, True),
        (24, 0.1, False),
        (None, 0.1, False),
        (24, RETRY_AFTER.total_seconds() / 3600, True),
    ],
)
def test_it_is_due_until_it_ended_well(
    good_hours_ago: float | None, started_hours_ago: float | None, due: bool
) -> None:
    now = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)

    def ago(hours: float | None) -> datetime | None:
        return None if hours is None else now - timedelta(hours=hours)

    found = is_due(
        THREE, zone=ZoneInfo("UTC"), good_at=ago(good_hours_ago), started_at=ago(started_hours_ago), now=now
    )

    assert found is due
