"""When a reversal matures: with the very lines it takes back, so that what is known to be bad is never paid."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.commission.accrue import accrue
from distribution.ledger.read import holdings
from distribution.network.tables import Distributor
from distribution.orders.snapshot import OrderSnapshot
from distribution.proof import prove
from distribution.settlement.settle import settle
from tests.factories import ACTOR, a_distributor
from tests.model.order import ModelLine, ModelOrder
from tests.saleor_orders import PLACED_AT, snapshot_of

DAY = timedelta(days=1)
FIRST, SECOND = PLACED_AT + DAY, PLACED_AT + 11 * DAY
HOLD = 14 * DAY


@pytest.fixture
def seller(session: Session) -> Distributor:
    return a_distributor(session, code="ALICE")


def two_parcels(**facts: Any) -> ModelOrder:
    """Two units for 80.00, paid, one shipped ten days after the other."""
    line = ModelLine(2, 8_000, 8_000, shipments=[(FIRST, 1), (SECOND, 1)])
    order = ModelOrder("two-parcels", "USD", PLACED_AT, {"TEE": line}, code="ALICE", charged=8_000)
    for name, value in facts.items():
        setattr(order, name, value)
    return order


def seen(order: ModelOrder, at: datetime) -> OrderSnapshot:
    return snapshot_of(order.shown(), at)


def only_the_first(order: ModelOrder) -> ModelOrder:
    order.lines["TEE"].shipments.pop()
    return order


def lines(session: Session) -> list[tuple[int, datetime]]:
    rows = session.execute(
        text("SELECT amount_minor, matures_at FROM distribution.commission_lines ORDER BY number")
    )
    return [(amount_minor, matures_at) for amount_minor, matures_at in rows]


def record(session: Session, *snapshots: OrderSnapshot) -> None:
    for snapshot in snapshots:
        accrue(session, [snapshot], now=snapshot.observed_at)
    session.commit()
    assert prove(session).holds
    session.commit()


def test_a_full_refund_takes_back_each_parcel_when_that_parcel_would_have_been_paid(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    record(
        session,
        seen(only_the_first(two_parcels()), FIRST),
        seen(two_parcels(), SECOND),
        seen(two_parcels(charged=0, refunded=8_000), SECOND + DAY),
    )

    assert lines(session) == [
        (400, FIRST + HOLD),
        (400, SECOND + HOLD),
        (-400, SECOND + HOLD),
        (-400, FIRST + HOLD),
    ]

    (run,) = settle(engine, actor=ACTOR, now=FIRST + HOLD)

    assert (run.credited_minor, run.debited_minor) == (0, 0)


def test_a_small_refund_takes_from_what_matures_last(session: Session, seller: Distributor) -> None:
    record(
        session,
        seen(only_the_first(two_parcels()), FIRST),
        seen(two_parcels(), SECOND),
        seen(two_parcels(charged=7_000, refunded=1_000), SECOND + DAY),
        seen(two_parcels(charged=1_000, refunded=7_000), SECOND + 2 * DAY),
    )

    assert lines(session)[2:] == [
        (-100, SECOND + HOLD),
        (-300, SECOND + HOLD),
        (-300, FIRST + HOLD),
    ]


def test_what_was_settled_already_is_taken_back_at_once(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    record(session, seen(only_the_first(two_parcels()), FIRST), seen(two_parcels(), SECOND))
    settle(engine, actor=ACTOR, now=FIRST + HOLD)
    refunded_at = FIRST + HOLD + DAY
    record(session, seen(two_parcels(charged=0, refunded=8_000), refunded_at))

    assert lines(session)[2:] == [(-400, SECOND + HOLD), (-400, refunded_at)]

    settle(engine, actor=ACTOR, now=refunded_at)

    (held,) = holdings(session, [seller.id])
    assert (held.available_minor, held.debt_minor) == (0, 0)
