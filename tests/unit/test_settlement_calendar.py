"""When settlements are due: clocks that jump, months that end early, leap days, and outages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distribution.settings.document import SettlementRules
from distribution.settlement.calendar import SETTLED_AT, next_settlement_at

ZONES = sorted(available_timezones())


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def due(zone: str, after: str, **rules: object) -> str:
    """The next settlement as the zone's clocks show it, with their offset."""
    found = next_settlement_at(
        SettlementRules.model_validate(rules), at(after, zone).astimezone(UTC), ZoneInfo(zone)
    )
    assert found.tzinfo is UTC
    return found.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    "zone, after, rules, expected",
    [
        ("UTC", "2026-05-04 02:59", {"every": "day"}, "2026-05-04T03:00+00:00"),
        ("UTC", "2026-05-04 03:00", {"every": "day"}, "2026-05-05T03:00+00:00"),
        # Clocks in Berlin go forward on 29 March and back on 25 October 2026.
        ("Europe/Berlin", "2026-03-28 03:00", {"every": "day"}, "2026-03-29T03:00+02:00"),
        ("Europe/Berlin", "2026-10-24 03:00", {"every": "day"}, "2026-10-25T03:00+01:00"),
        ("Europe/Berlin", "2026-10-25 03:00", {"every": "day"}, "2026-10-26T03:00+01:00"),
        # In Kyiv clocks go from 4:00 back to 3:00: 3:00 comes twice, the first counts.
        ("Europe/Kyiv", "2015-10-24 12:00", {"every": "day"}, "2015-10-25T03:00+03:00"),
        ("Europe/Kyiv", "2015-10-25 03:30", {"every": "day"}, "2015-10-26T03:00+02:00"),
        # And in spring there is no 3:00: clocks show 4:00 when it would have been.
        ("Europe/Kyiv", "2015-03-28 12:00", {"every": "day"}, "2015-03-29T04:00+03:00"),
        ("Asia/Shanghai", "2026-05-04 03:00", {"every": "week", "weekday": 1}, "2026-05-11T03:00+08:00"),
        ("Asia/Shanghai", "2026-05-04 02:00", {"every": "week", "weekday": 1}, "2026-05-04T03:00+08:00"),
        (
            "America/New_York",
            "2026-03-01 03:00",
            {"every": "week", "weekday": 7},
            "2026-03-08T03:00-04:00",
        ),
        ("UTC", "2026-01-31 03:00", {"every": "month", "day_of_month": 31}, "2026-02-28T03:00+00:00"),
        ("UTC", "2028-01-31 03:00", {"every": "month", "day_of_month": 31}, "2028-02-29T03:00+00:00"),
        ("UTC", "2028-02-28 03:00", {"every": "month", "day_of_month": 29}, "2028-02-29T03:00+00:00"),
        ("UTC", "2026-02-28 03:00", {"every": "month", "day_of_month": 30}, "2026-03-30T03:00+00:00"),
        ("UTC", "2026-04-01 00:00", {"every": "month", "day_of_month": 31}, "2026-04-30T03:00+00:00"),
        ("UTC", "2026-12-31 04:00", {"every": "month", "day_of_month": 31}, "2027-01-31T03:00+00:00"),
        ("UTC", "2026-12-31 23:59", {"every": "hour"}, "2027-01-01T00:00+00:00"),
        # A whole day was skipped in Samoa: nobody settles on 30 December 2011.
        ("Pacific/Apia", "2011-12-29 03:00", {"every": "day"}, "2011-12-31T03:00+14:00"),
    ],
)
def test_the_next_settlement(zone: str, after: str, rules: dict[str, object], expected: str) -> None:
    assert due(zone, after, **rules) == expected


def test_a_night_of_berlin_is_23_24_or_25_hours_long() -> None:
    rules, zone = SettlementRules(), ZoneInfo("Europe/Berlin")
    moment, lengths = at("2026-01-01 03:00", "Europe/Berlin").astimezone(UTC), []
    for _ in range(365):
        following = next_settlement_at(rules, moment, zone)
        lengths.append((following - moment) / timedelta(hours=1))
        moment = following
    assert {hours: lengths.count(hours) for hours in set(lengths)} == {23.0: 1, 24.0: 363, 25.0: 1}


@given(
    after=st.integers(631152000, 2840140800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    rules=st.builds(
        SettlementRules,
        every=st.sampled_from(["hour", "day", "week", "month"]),
        weekday=st.integers(1, 7),
        day_of_month=st.integers(1, 31),
    ),
)
def test_it_is_later_never_skips_and_never_comes_twice(
    after: datetime, zone: ZoneInfo, rules: SettlementRules
) -> None:
    found = next_settlement_at(rules, after, zone)
    assert found > after
    # Whenever between the two one asks, the answer is the same; and then the one after it.
    assert next_settlement_at(rules, after + (found - after) / 2, zone) == found
    assert next_settlement_at(rules, found - timedelta(microseconds=1), zone) == found
    following = next_settlement_at(rules, found, zone)
    longest = {"hour": timedelta(hours=1), "day": timedelta(hours=51), "week": timedelta(days=14, hours=3)}
    assert found < following <= found + longest.get(rules.every, timedelta(days=32))
    shown = found.astimezone(zone)
    if rules.every != "hour" and shown.fold == 0 and shown.time() != SETTLED_AT:
        # Only where clocks jumped over it.
        assert shown.utcoffset() != (found - timedelta(hours=4)).astimezone(zone).utcoffset()
