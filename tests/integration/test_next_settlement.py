"""What a distributor is told of their next settlement is what it then comes to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.analytics.balances import Balances, balances
from distribution.analytics.next_settlement import NextSettlement, next_settlement, settles_at
from distribution.db import transaction
from distribution.ledger.read import holdings
from distribution.settings.document import ProgramSettings, SettlementRules
from distribution.settlement.settle import settle
from tests.factories import ACTOR
from tests.money import earn, person

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def told(
    engine: Engine, who: UUID, *, now: datetime = NOW, zone: str = "UTC", **rules: Any
) -> NextSettlement:
    settings = ProgramSettings(time_zone=zone, settlement=SettlementRules(**rules))
    with transaction(engine) as session:
        at = settles_at(settings, now)
        held = {each.currency: each for each in balances(session, who, now=now, by=at)}
        return next_settlement(held.get("USD") or Balances("USD"), at=at, settings=settings)


@pytest.fixture
def ada(session: Session) -> UUID:
    """7.00 matured, 2.00 matures in the night of tomorrow, 30.00 in a week."""
    found = person(session)
    earn(session, [(found, 700)], matures_at=NOW - DAY)
    earn(session, [(found, 200)], matures_at=datetime(2026, 5, 5, 2, 59, tzinfo=UTC))
    earn(session, [(found, 3_000)], matures_at=NOW + 7 * DAY)
    session.commit()
    return found


@pytest.mark.parametrize(
    "rules, at, expected_minor",
    [
        ({}, "2026-05-05T03:00", 900),
        ({"every": "hour"}, "2026-05-04T13:00", 700),
        ({"every": "week", "weekday": 1}, "2026-05-11T03:00", 900),
        ({"every": "month", "day_of_month": 31}, "2026-05-31T03:00", 3_900),
    ],
)
def test_it_counts_what_has_matured_by_then(
    engine: Engine, ada: UUID, rules: dict[str, Any], at: str, expected_minor: int
) -> None:
    found = told(engine, ada, **rules)
    assert found.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert (found.expected_minor, found.waits) == (expected_minor, False)
    settle(engine, actor=ACTOR, now=found.at)
    with transaction(engine) as session:
        assert sum(each.available_minor for each in holdings(session, [ada])) == expected_minor
    assert told(engine, ada, now=found.at, automatic=False).expected_minor == 0


def test_the_day_is_the_merchants(engine: Engine, ada: UUID) -> None:
    found = told(engine, ada, zone="Asia/Shanghai")
    assert found.at == datetime(2026, 5, 4, 19, tzinfo=UTC)
    assert found.expected_minor == 700


def test_too_little_waits_and_is_told_so_again(engine: Engine, session: Session, ada: UUID) -> None:
    smallest = {"smallest_minor": {"USD": 1_000}}
    found = told(engine, ada, **smallest)
    assert (found.expected_minor, found.smallest_minor, found.waits) == (900, 1_000, True)
    earn(session, [(ada, 100)], matures_at=NOW)
    session.commit()
    found = told(engine, ada, **smallest)
    assert (found.expected_minor, found.waits) == (1_000, False)


def test_what_is_taken_back_never_waits(engine: Engine, session: Session, ada: UUID) -> None:
    earn(session, [(ada, -1_000)], matures_at=NOW)
    session.commit()
    found = told(engine, ada, smallest_minor={"USD": 1_000})
    assert (found.expected_minor, found.waits) == (-100, False)


def test_without_a_calendar_it_is_what_is_due_now(engine: Engine, ada: UUID) -> None:
    found = told(engine, ada, automatic=False)
    assert (found.at, found.expected_minor) == (None, 700)
