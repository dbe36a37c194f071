"""Whatever sums up somebody's earnings counts what whole periods added or took, each line once and on its day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.analytics.balances import balances
from distribution.analytics.earnings import EarningFilter, earnings
from distribution.analytics.order_detail import order_detail
from distribution.analytics.orders import orders
from distribution.analytics.team import Amount, brought
from distribution.analytics.trend import trend
from distribution.commission.periods.close import close_periods
from distribution.db import transaction
from tests.factories import a_distributor
from tests.periods import APRIL, a_cap, a_plan, on, put_in_force, record, sale, whole

LAST_DAY = date(2026, 3, 31)


@pytest.fixture
def alice(engine: Engine, session: Session) -> UUID:
    """Two orders of March at 10 % that together reach 12 %: 300.00, 200.00, and 100.00 for the whole of it."""
    found = a_distributor(session, code="ALICE").id
    put_in_force(
        session, a_plan(whole(("0.00", 1_000), ("5000.00", 1_200)), caps=[a_cap("5.00", currency="EUR")])
    )
    session.commit()
    record(engine, sale("1", 300_000, on(2)), sale("2", 200_000, on(10)))
    close_periods(engine, now=APRIL)
    return found


@pytest.fixture
def reading(engine: Engine, alice: UUID) -> Iterator[Session]:
    with transaction(engine) as session:
        yield session


def by_day(session: Session, who: UUID, now: datetime, days: int = 30, zone: str = "UTC") -> dict[date, int]:
    found = trend(session, who, currency="USD", days=days, now=now, zone=zone)
    return {day.day: day.commission_minor for day in found.days if day.commission_minor}


def test_a_trend_counts_it_on_the_last_day_of_its_period(reading: Session, alice: UUID) -> None:
    assert by_day(reading, alice, on(31, hour=12)) == {
        date(2026, 3, 2): 30_000,
        date(2026, 3, 10): 20_000,
        LAST_DAY: 10_000,
    }
    assert by_day(reading, alice, APRIL, zone="Asia/Shanghai")[LAST_DAY] == 10_000


def test_it_is_in_the_days_before_once_its_period_is(reading: Session, alice: UUID) -> None:
    found = trend(reading, alice, currency="USD", days=7, now=on(7, 4))
    assert (found.total("commission_minor"), found.total_before("commission_minor")) == (0, 10_000)
    found = trend(reading, alice, currency="USD", days=7, now=on(14, 4))
    assert (found.total("commission_minor"), found.total_before("commission_minor")) == (0, 0)


def test_what_was_brought_has_it_beside_the_levels(reading: Session, alice: UUID) -> None:
    found = brought(reading, alice)
    assert found.levels == {1: (Amount("USD", 50_000),), 2: (), 3: ()}
    assert found.periods == (Amount("USD", 10_000),)


def test_an_order_tells_of_it_and_keeps_its_own_sum(reading: Session, alice: UUID) -> None:
    for row, own_minor in zip(orders(reading, alice).items, (20_000, 30_000), strict=True):
        found = order_detail(reading, alice, row.id)
        assert (row.accrued_minor, found.accrued_minor) == (own_minor, own_minor)
        [period] = found.periods
        assert (period.period, period.period_start, period.amount_minor) == (
            "month",
            date(2026, 3, 1),
            10_000,
        )
        assert period.basis["orders"] == 2


def test_what_was_adjusted_twice_is_one_sum(engine: Engine, alice: UUID) -> None:
    record(engine, sale("3", 100_000, on(20), observed_at=on(2, 4)))
    close_periods(engine, now=on(3, 4))
    with transaction(engine) as session:
        # 6,000.00 at 12 %, of which the orders recorded 10 % and, the last of them, 12 %.
        found = order_detail(session, alice, orders(session, alice).items[0].id)
        assert [period.amount_minor for period in found.periods] == [10_000]
        assert sum(by_day(session, alice, on(31)).values()) == 72_000


def test_an_order_of_another_month_is_told_nothing(engine: Engine, alice: UUID) -> None:
    record(engine, sale("4", 100_000, on(1, 4)))
    with transaction(engine) as session:
        found = order_detail(session, alice, orders(session, alice).items[0].id)
    assert found.periods == ()


@pytest.mark.parametrize("refunded", [False, True])
def test_every_sum_is_the_same(engine: Engine, alice: UUID, refunded: bool) -> None:
    if refunded:
        # 3,000.00 at 10 %: what was added is taken back.
        record(engine, sale("2", 200_000, on(10), observed_at=on(2, 4), status="cancelled"))
        close_periods(engine, now=on(3, 4))
    expected_minor = 30_000 if refunded else 60_000
    with transaction(engine) as session:
        [held] = balances(session, alice, now=APRIL)
        page = earnings(session, alice, EarningFilter("USD"), now=APRIL, limit=100)
        found = brought(session, alice)
        sums = [
            held.pending_minor + held.matured_minor,
            sum(line.amount_minor for line in page.items),
            sum(each.minor for level in found.levels.values() for each in level)
            + sum(each.minor for each in found.periods),
            sum(by_day(session, alice, on(31)).values()),
        ]
    assert sums == [expected_minor] * 4
