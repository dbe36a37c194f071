"""Rules of the team page: who needs help, which months are counted, what a contact looks like and leads to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from distribution.analytics.team_growth import month_starts
from distribution.analytics.team_need import Need, need
from distribution.errors import InvalidInput
from distribution.network.contact import Reach, checked_contact
from portal.reaching import address

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENT = timedelta(seconds=1)


def _need(joined: timedelta, clicked: timedelta | None = None, sold: timedelta | None = None) -> Need | None:
    return need(
        joined_at=NOW - joined,
        clicked_at=None if clicked is None else NOW - clicked,
        sold_at=None if sold is None else NOW - sold,
        now=NOW,
    )


@pytest.mark.parametrize(
    "joined, expected",
    [
        (14 * DAY - MOMENT, None),
        (14 * DAY, "first_click"),
        (30 * DAY, "first_click"),
        (30 * DAY + MOMENT, None),
    ],
)
def test_who_joined_and_was_never_clicked(joined: timedelta, expected: Need | None) -> None:
    assert _need(joined) == expected


@pytest.mark.parametrize("clicked, expected", [(30 * DAY, "first_sale"), (30 * DAY + MOMENT, None)])
def test_who_is_clicked_and_never_sold(clicked: timedelta, expected: Need | None) -> None:
    assert _need(20 * DAY, clicked=clicked) == expected


@pytest.mark.parametrize(
    "sold, expected",
    [
        (30 * DAY - MOMENT, None),
        (30 * DAY, "silent"),
        (180 * DAY, "silent"),
        (180 * DAY + MOMENT, None),
    ],
)
def test_who_sold_and_fell_silent(sold: timedelta, expected: Need | None) -> None:
    assert _need(400 * DAY, clicked=DAY, sold=sold) == expected


def test_months_go_by_the_clock_of_the_program() -> None:
    new_year = datetime(2026, 12, 31, 20, tzinfo=UTC)
    assert month_starts(new_year, "UTC", months=2) == [
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
    ]
    assert month_starts(new_year, "Asia/Shanghai", months=2) == [
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 2, 1),
    ]


@pytest.mark.parametrize(
    "kind, value, kept, leads_to",
    [
        ("email", " ada@example.com ", "ada@example.com", "mailto:ada@example.com"),
        ("phone", "+44 20 7946 0000", "+44 20 7946 0000", "tel:+442079460000"),
        ("whatsapp", "+86 138-0013-8000", "+86 138-0013-8000", "https://wa.me/8613800138000"),
        ("telegram", "@ada_l", "@ada_l", "https://t.me/ada_l"),
        ("wechat", "ada_lovelace", "ada_lovelace", None),
    ],
)
def test_a_contact_and_where_it_leads(kind: str, value: str, kept: str, leads_to: str | None) -> None:
    assert checked_contact(kind, value) == kept
    assert address(Reach(kind, kept)) == leads_to


@pytest.mark.parametrize(
    "kind, value",
    [
        ("email", "ada"),
        ("phone", "call me"),
        ("phone", ""),
        ("whatsapp", "javascript:alert(1)"),
        ("wechat", "a b c d e"),
        ("wechat", "x" * 41),
        ("telegram", "https://evil.example"),
        ("pigeon", "coop 7"),
    ],
)
def test_what_is_no_contact_is_refused(kind: str, value: str) -> None:
    with pytest.raises(InvalidInput):
        checked_contact(kind, value)
