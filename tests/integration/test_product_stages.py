"""Products' sales stages: what decides them, what is written, and what is read back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.audit import chain
from distribution.commission.accrue import accrue, raw
from distribution.db import transaction
from distribution.orders.snapshot import OrderLine, OrderSnapshot
from distribution.orders.stages import classify, stages_of
from distribution.orders.tables import ProductStage
from distribution.settings import program
from distribution.settings.document import ProductStages
from distribution.settings.environment import Variable
from jobs.resources import resources
from jobs.stages import classify_products
from tests.factories import ACTOR

DAY = timedelta(days=1)
TODAY = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
RULES = ProductStages.model_validate(
    {
        "new": {"days": 20},
        "best_selling": {"days": 30, "units_from": 5},
        "slow": {"days": 60, "units_below": 3},
    }
)
_ids = iter(range(1, 10_000))


def sold(
    product: str | None, units: int = 1, *, days_ago: float, returned: int = 0, order: str = "", **more: Any
) -> OrderSnapshot:
    """An order of one product, paid unless `more` says otherwise."""
    placed_at = TODAY - days_ago * DAY
    line = OrderLine("line", units, 0, returned, 100 * units, 100 * units, product_id=product)
    known: dict[str, Any] = {
        "source": "saleor",
        "order_id": order or f"order-{next(_ids)}",
        "number": "1",
        "channel": "default",
        "currency": "USD",
        "observed_at": placed_at + timedelta(minutes=1),
        "placed_at": placed_at,
        "status": "open",
        "total_minor": 100 * units,
        "collected_minor": 100 * units,
        "given_back_minor": 0,
        "lines": (line,),
    }
    return OrderSnapshot(**{**known, **more})


def stages(session: Session, at: datetime = TODAY) -> dict[str, str]:
    products = session.execute(text("SELECT product_id FROM distribution.first_sales")).scalars().all()
    return stages_of(raw(session), products, at)


def test_each_stage_and_which_comes_first(session: Session) -> None:
    accrue(
        session,
        [
            *(sold("new-and-hot", 9, days_ago=19), sold("hot", 1, days_ago=200), sold("hot", 4, days_ago=3)),
            *(sold("hot", 1, days_ago=29), sold("slow", 9, days_ago=61), sold("slow", 2, days_ago=59)),
            *(
                sold("hot-and-slow", 9, days_ago=61),
                sold("even", 1, days_ago=200),
                sold("even", 3, days_ago=50),
            ),
            sold("forgotten", 9, days_ago=400),
            sold(None, 9, days_ago=1),
        ],
        now=TODAY,
    )

    assert classify(session, RULES, TODAY) == 5
    assert stages(session) == {
        "new-and-hot": "new",
        "hot": "best_selling",
        "slow": "slow",
        "hot-and-slow": "slow",
        "forgotten": "slow",
    }
    units = session.execute(text("SELECT product_id, units FROM distribution.product_stages")).all()
    assert dict(map(tuple, units)) == {
        "new-and-hot": 9,
        "hot": 5,
        "slow": 2,
        "hot-and-slow": 0,
        "forgotten": 0,
    }
    assert list(chain.check(session, ProductStage)) == []


def test_without_rules_a_product_is_new_and_then_regular(session: Session) -> None:
    accrue(session, [sold("tee", 99, days_ago=29.9), sold("mug", days_ago=30)], now=TODAY)
    assert classify(session, ProductStages(), TODAY) == 1
    assert stages(session) == {"tee": "new"}
    assert classify(session, ProductStages(), TODAY) == 0
    assert classify(session, ProductStages(), TODAY + DAY) == 1
    assert stages(session, TODAY) == {"tee": "new"}
    assert stages(session, TODAY + DAY) == {}
    assert stages(session, TODAY - DAY) == {}


@pytest.mark.parametrize(
    "facts",
    [{"collected_minor": 899}, {"status": "draft"}, {"status": "cancelled"}, {"replacement_of": "order-0"}],
)
def test_only_paid_orders_are_sales(session: Session, facts: dict[str, Any]) -> None:
    accrue(session, [sold("tee", 9, days_ago=10, **facts)], now=TODAY)
    assert classify(session, RULES, TODAY) == 0


def test_what_came_back_was_not_sold(session: Session) -> None:
    accrue(session, [sold("tee", 1, days_ago=100), sold("tee", 9, days_ago=10, order="x")], now=TODAY)
    assert classify(session, RULES, TODAY) == 1
    assert stages(session) == {"tee": "best_selling"}
    back = sold("tee", 9, days_ago=10, returned=7, order="x", observed_at=TODAY)
    accrue(session, [back], now=TODAY)
    assert classify(session, RULES, TODAY + DAY) == 1
    assert stages(session, TODAY + DAY) == {"tee": "slow"}


def test_what_is_paid_later_is_sold_then(session: Session) -> None:
    accrue(session, [sold("tee", 9, days_ago=10, order="x", collected_minor=0)], now=TODAY)
    assert classify(session, RULES, TODAY) == 0
    accrue(session, [sold("tee", 9, days_ago=10, order="x", observed_at=TODAY)], now=TODAY)
    assert classify(session, RULES, TODAY + DAY) == 1
    assert stages(session, TODAY + DAY) == {"tee": "new"}


def test_old_orders_that_come_late_say_that_a_product_is_not_new(session: Session) -> None:
    accrue(session, [sold("tee", 4, days_ago=10)], now=TODAY)
    classify(session, RULES, TODAY)
    accrue(session, [sold("tee", 1, days_ago=900)], now=TODAY)
    assert classify(session, RULES, TODAY + DAY) == 1
    assert stages(session, TODAY + DAY) == {}


def test_an_order_that_was_being_written_is_not_passed_over(session: Session) -> None:
    """Its id is lower than those a reading saw, its transaction later."""
    early, late = sold("tee", 1, days_ago=900), sold("tee", 4, days_ago=10)
    accrue(session, [early, late], now=TODAY)
    # As though the first of the two had not been committed when the others were read.
    session.execute(
        text("UPDATE distribution.orders SET paid = false WHERE external_id = :id"), {"id": early.order_id}
    )
    classify(session, RULES, TODAY)
    assert stages(session) == {"tee": "new"}
    session.execute(
        text("UPDATE distribution.orders SET paid = true WHERE external_id = :id"), {"id": early.order_id}
    )
    classify(session, RULES, TODAY + DAY)
    assert stages(session, TODAY + DAY) == {}


def test_history_is_read_once_only(session: Session) -> None:
    accrue(session, [sold(f"product-{number}", days_ago=900 + number) for number in range(5)], now=TODAY)
    for _ in range(2):
        classify(session, RULES, TODAY)
    # Nobody may look at what was read twice already.
    session.execute(text("UPDATE distribution.orders SET snapshot_count = 0"))
    session.execute(text("DELETE FROM distribution.first_sales WHERE product_id = 'product-0'"))
    classify(session, RULES, TODAY)
    assert len(stages(session)) == 4


def test_a_clock_that_goes_back_does_not_reorder_stages(session: Session) -> None:
    accrue(session, [sold("tee", days_ago=10)], now=TODAY)
    classify(session, RULES, TODAY)
    wide = RULES.model_copy(update={"new": RULES.new.model_copy(update={"days": 5})})
    classify(session, wide, TODAY - DAY)
    assert stages(session, TODAY) == {"tee": "slow"}


def test_every_night(
    engine: Engine, database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(Variable.DATABASE_URL, database_url)
    monkeypatch.setenv(Variable.REDIS_URL, redis_url)
    now = datetime.now(UTC)
    with transaction(engine) as mine:
        accrue(mine, [sold("tee", days_ago=0, placed_at=now - DAY, observed_at=now)], now=now)
        program.change(mine, {"product_stages": {"new": {"days": 3}}}, actor=ACTOR, now=now)
    assert classify_products() == {"changed": 1}
    assert classify_products() == {"changed": 0}
    resources().engine.dispose()
