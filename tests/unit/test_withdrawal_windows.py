"""On which days requests are taken, and by when they are promised to have ended: across months and changing clocks."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from distribution.withdrawal.errors import WindowClosed
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.promise import Promise
from distribution.withdrawal.windows import Windows

BERLIN, CAIRO, APIA = ZoneInfo("Europe/Berlin"), ZoneInfo("Africa/Cairo"), ZoneInfo("Pacific/Apia")
DAY = timedelta(days=1)
zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Africa/Cairo", "Australia/Lord_Howe"]
).map(ZoneInfo)
moments = st.integers(0, 6 * 365 * 86_400).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
windows = st.builds(
    Windows,
    st.lists(st.integers(1, 7), unique=True).map(tuple),
    st.lists(st.integers(1, 31), unique=True).map(tuple),
)


def at(zone: ZoneInfo, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=zone).astimezone(UTC)


def test_a_month_too_short_has_its_day_on_its_last() -> None:
    last = Windows(days_of_month=(31,))
    assert [last.has(date(2026, 2, day)) for day in (27, 28)] == [False, True]
    assert [last.has(date(2028, 2, day)) for day in (28, 29)] == [False, True]
    assert [last.has(date(2026, 3, day)) for day in (28, 30, 31)] == [False, False, True]


def test_both_lists_narrow_each_other() -> None:
    first_monday = Windows(weekdays=(1,), days_of_month=tuple(range(1, 8)))
    assert [day for day in range(1, 31) if first_monday.has(date(2026, 6, day))] == [1]


@pytest.mark.parametrize(
    "zone, now, opens",
    [
        # The night clocks go forward, and back.
        (BERLIN, (2026, 3, 28, 23, 30), (2026, 3, 29)),
        (BERLIN, (2026, 10, 24, 12), (2026, 10, 25)),
        # Midnight itself is left out: the day begins at one.
        (CAIRO, (2026, 4, 23, 23, 59), (2026, 4, 24, 1)),
    ],
)
def test_a_window_opens_when_its_day_begins(
    zone: ZoneInfo, now: tuple[int, ...], opens: tuple[int, ...]
) -> None:
    days = Windows(days_of_month=(opens[2],))
    assert days.opens_at(at(zone, *now), zone) == at(zone, *opens)


def test_a_day_that_a_zone_left_out_opens_nothing() -> None:
    # Samoa went from 29 to 31 December 2011.
    found = Windows(days_of_month=(30,)).opens_at(at(APIA, 2011, 12, 29, 12), APIA)
    assert found == at(APIA, 2012, 1, 30)


@given(windows, zones, moments)
@example(Windows((1,), (31,)), ZoneInfo("UTC"), datetime(2026, 1, 1, tzinfo=UTC))
def test_a_window_opens_at_the_first_moment_of_an_open_day(
    days: Windows, zone: ZoneInfo, now: datetime
) -> None:
    opens = days.opens_at(now, zone)
    assert days.is_open(opens, zone)
    if days.is_open(now, zone):
        assert opens == now
        return
    assert opens > now
    assert not days.is_open(opens - timedelta(seconds=1), zone)
    between = (now + hours * timedelta(hours=7) for hours in range(int((opens - now) / timedelta(hours=7))))
    assert not any(days.is_open(each, zone) for each in between)


@given(windows, zones, moments)
def test_a_window_closes_at_the_end_of_its_last_day(days: Windows, zone: ZoneInfo, now: datetime) -> None:
    if not days.is_open(now, zone):
        return
    closes = days.closes_at(now, zone)
    if closes is None:
        assert all(days.has(date(2026, 1, 1) + each * DAY) for each in range(400))
        return
    assert closes > now
    assert not days.is_open(closes, zone)
    assert days.is_open(closes - timedelta(seconds=1), zone)


def test_a_request_outside_names_when_the_next_window_opens() -> None:
    policy = WithdrawalPolicy(windows=Windows(days_of_month=(1, 15)), time_zone="Asia/Shanghai")
    with pytest.raises(WindowClosed) as refused:
        policy.check_window(datetime(2026, 6, 1, 16, 0, tzinfo=UTC))
    assert refused.value.opens_at == datetime(2026, 6, 14, 16, 0, tzinfo=UTC)
    policy.check_window(datetime(2026, 6, 1, 15, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    "promise, asked, due",
    [
        (Promise(3), (2026, 6, 4, 15, 30), (2026, 6, 7, 15, 30)),
        (Promise(3, working_days=True), (2026, 6, 4, 15, 30), (2026, 6, 9, 15, 30)),
        (Promise(1, working_days=True), (2026, 6, 6, 9), (2026, 6, 8, 9)),
        (Promise(1), (2026, 3, 28, 12), (2026, 3, 29, 12)),
        (Promise(1), (2026, 3, 28, 2, 30), (2026, 3, 29, 3, 30)),
        (Promise(2), (2026, 2, 27, 8), (2026, 3, 1, 8)),
    ],
)
def test_the_promised_time(promise: Promise, asked: tuple[int, ...], due: tuple[int, ...]) -> None:
    assert promise.due_at(at(BERLIN, *asked), BERLIN) == at(BERLIN, *due)


@given(st.integers(1, 90), st.booleans(), zones, moments)
def test_a_promise_is_kept_on_its_day(days: int, working: bool, zone: ZoneInfo, now: datetime) -> None:
    due = Promise(days, working).due_at(now, zone)
    first, last = now.astimezone(zone).date(), due.astimezone(zone).date()
    passed = [first + each * DAY for each in range(1, (last - first).days + 1)]
    counted = [day for day in passed if not working or day.isoweekday() < 6]
    assert len(counted) == days
    assert counted[-1] == last
    assert due > now


@given(st.integers(2024, 2030), st.integers(1, 12))
def test_every_month_has_every_day_of_the_month(year: int, month: int) -> None:
    for day in range(1, 32):
        had = [
            each
            for each in range(1, monthrange(year, month)[1] + 1)
            if Windows(days_of_month=(day,)).has(date(year, month, each))
        ]
        assert len(had) == 1
