"""Somebody says that an order arrived: where the plan's hold begins then, what is not settled yet moves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.commission.accrue import accrue
from distribution.commission.publish import publish
from distribution.commission.reassign import reassign
from distribution.commission.receipt.confirm import confirm_receipt
from distribution.commission.review.decide import review
from distribution.commission.review.moving import Subject
from distribution.commission.review.rule import HELD_AT
from distribution.db import transaction
from distribution.errors import InvalidInput, NotFound
from distribution.ledger.read import holdings
from distribution.network.grade import set_grade
from distribution.network.tables import Distributor
from distribution.orders.tables import Order
from distribution.settings import program
from distribution.settlement.approval import discard_run
from distribution.settlement.settle import settle
from distribution.settlement.telling import tell_run
from tests.factories import ACTOR, EARLY, a_code, a_distributor
from tests.model.order import ModelLine, ModelOrder
from tests.proven import proven
from tests.saleor_orders import PLACED_AT, snapshot_of

DAY = timedelta(days=1)
SENT = PLACED_AT + DAY
WAIT, HOLD = 15 * DAY, 7 * DAY
LATEST = SENT + WAIT + HOLD
PLAN: dict[str, Any] = {
    "name": "Once received",
    "ceiling_bps": 3_000,
    "hold_days": 7,
    "received_after_days": 15,
    "rates": [{"level": 1, "bps": 1_000}],
}


@pytest.fixture
def seller(session: Session) -> Distributor:
    found = a_distributor(session, code="ALICE")
    publish(session, PLAN, actor=ACTOR, now=EARLY)
    session.commit()
    return found


def an_order(**facts: Any) -> ModelOrder:
    """One tee for 80.00, paid and sent: 8.00 of commission."""
    line = ModelLine(1, 8_000, 8_000, shipments=[(SENT, 1)])
    order = ModelOrder("sent", "USD", PLACED_AT, {"TEE": line}, code="ALICE", charged=8_000)
    for key, value in facts.items():
        setattr(order, key, value)
    return order


def record(engine: Engine, order: ModelOrder, at: datetime = SENT) -> int:
    with transaction(engine) as session:
        accrue(session, [snapshot_of(order.shown(), at)], now=at)
        found = session.query(Order).filter_by(external_id=order.id).one().id
    proven(engine)
    return found


def received(
    engine: Engine, at: datetime, *, told: datetime | None = None, by: str = "carrier", order: str = "sent"
) -> bool:
    with transaction(engine) as session:
        new = confirm_receipt(
            session, "saleor", order, received_at=at, confirmed_by=by, actor=ACTOR, now=told or at
        )
    proven(engine)
    return new


def lines(engine: Engine) -> list[tuple[str, int, datetime]]:
    with transaction(engine) as session:
        rows = session.execute(
            text("SELECT kind, amount_minor, matures_at FROM distribution.commission_lines ORDER BY number")
        )
        return [(kind, amount_minor, matures_at) for kind, amount_minor, matures_at in rows]


def available(engine: Engine, who: Distributor) -> int:
    with transaction(engine) as session:
        held = holdings(session, [who.id])
        return held[0].available_minor - held[0].debt_minor if held else 0


def settled(engine: Engine, now: datetime) -> None:
    settle(engine, actor=ACTOR, now=now)
    proven(engine)


def test_without_a_word_the_hold_begins_when_the_wait_is_over(engine: Engine, seller: Distributor) -> None:
    record(engine, an_order())

    assert lines(engine) == [("accrual", 800, LATEST)]


def test_the_hold_begins_with_the_receipt(engine: Engine, seller: Distributor) -> None:
    record(engine, an_order())

    assert received(engine, SENT + 3 * DAY)

    early = SENT + 3 * DAY + HOLD
    assert lines(engine) == [("accrual", 800, LATEST), ("receipt", -800, LATEST), ("receipt", 800, early)]
    settled(engine, early - timedelta(seconds=1))
    assert available(engine, seller) == 0
    settled(engine, early)
    assert available(engine, seller) == 800
    settled(engine, LATEST + DAY)
    assert available(engine, seller) == 800


def test_what_is_left_of_what_was_moved_is_settled_without_a_word(
    engine: Engine, seller: Distributor
) -> None:
    record(engine, an_order())
    received(engine, SENT + 3 * DAY)
    [paid] = settle(engine, actor=ACTOR, now=SENT + 3 * DAY + HOLD)
    [nothing] = settle(engine, actor=ACTOR, now=LATEST)

    with transaction(engine) as session:
        assert [tell_run(session, run.id) for run in (paid, nothing)] == [1, 0]
    assert (paid.statement_count, nothing.statement_count) == (1, 1)


def test_the_same_receipt_again_changes_nothing(engine: Engine, seller: Distributor) -> None:
    record(engine, an_order())
    received(engine, SENT + 3 * DAY)

    assert not received(engine, SENT + 3 * DAY, told=SENT + 4 * DAY)
    assert len(lines(engine)) == 3


def test_an_earlier_receipt_told_later_moves_it_again(engine: Engine, seller: Distributor) -> None:
    record(engine, an_order())
    received(engine, SENT + 5 * DAY, by="shopper")
    received(engine, SENT + 3 * DAY, told=SENT + 6 * DAY)

    fifth, third = SENT + 5 * DAY + HOLD, SENT + 3 * DAY + HOLD
    assert lines(engine)[3:] == [("receipt", -800, fifth), ("receipt", 800, third)]


def test_what_is_sent_after_a_receipt_waits_for_its_own(engine: Engine, seller: Distributor) -> None:
    line = ModelLine(2, 8_000, 8_000, shipments=[(SENT, 1)])
    order = an_order(lines={"TEE": line}, charged=8_000)
    record(engine, order)
    received(engine, SENT + 3 * DAY)
    line.shipments.append((SENT + 4 * DAY, 1))
    record(engine, order, SENT + 4 * DAY)

    assert lines(engine)[-1] == ("accrual", 400, LATEST + 4 * DAY)
    received(engine, SENT + 6 * DAY)
    assert lines(engine)[-1] == ("receipt", 400, SENT + 6 * DAY + HOLD)


def test_a_receipt_that_came_before_the_payment_counts(engine: Engine, seller: Distributor) -> None:
    order = an_order(charged=0)
    record(engine, order)
    received(engine, SENT + 3 * DAY)
    order.charged = 8_000
    record(engine, order, SENT + 5 * DAY)

    assert lines(engine) == [("accrual", 800, SENT + 3 * DAY + HOLD)]


def test_a_refund_takes_back_what_was_moved(engine: Engine, seller: Distributor) -> None:
    order = an_order()
    record(engine, order)
    received(engine, SENT + 3 * DAY)
    order.charged, order.refunded = 0, 8_000
    record(engine, order, SENT + 4 * DAY)

    assert lines(engine)[-1] == ("reversal", -800, SENT + 3 * DAY + HOLD)
    settled(engine, LATEST + DAY)
    assert available(engine, seller) == 0


def test_what_was_settled_already_stays(engine: Engine, seller: Distributor) -> None:
    record(engine, an_order())
    settled(engine, LATEST)
    received(engine, SENT + 3 * DAY, told=LATEST + DAY)

    assert lines(engine) == [("accrual", 800, LATEST)]
    settled(engine, LATEST + 2 * DAY)
    assert available(engine, seller) == 800


def test_what_a_prepared_run_owns_stays_and_is_right_once_it_is_discarded(
    engine: Engine, seller: Distributor
) -> None:
    with transaction(engine) as session:
        program.change(session, {"settlement": {"review": True}}, actor=ACTOR, now=EARLY)
    record(engine, an_order())
    settle(engine, actor=ACTOR, now=LATEST)
    received(engine, SENT + 3 * DAY, told=LATEST + DAY)
    with transaction(engine) as session:
        run_id = session.execute(text("SELECT id FROM distribution.settlement_runs")).scalar_one()
        discard_run(session, run_id, actor=ACTOR, reason="again", now=LATEST + DAY)

    proven(engine)
    assert lines(engine) == [("accrual", 800, LATEST)]


def test_what_is_held_for_review_stays_held_and_is_released_to_the_end_of_its_hold(
    engine: Engine, seller: Distributor
) -> None:
    order = Subject(record(engine, an_order()))
    for decision, day in (("hold", 1), ("release", 5)):
        with transaction(engine) as session:
            review(session, order, decision=decision, reason="odd", actor=ACTOR, now=SENT + day * DAY)
        if decision == "hold":
            received(engine, SENT + 3 * DAY)
            assert lines(engine)[-1] == ("risk_hold", 800, HELD_AT)

    proven(engine)
    assert lines(engine)[-1] == ("risk_release", 800, SENT + 3 * DAY + HOLD)


def test_whoever_gets_the_order_gets_it_received(
    engine: Engine, seller: Distributor, session: Session
) -> None:
    other = a_distributor(session, code="BOB")
    session.commit()
    record(engine, an_order())
    received(engine, SENT + 3 * DAY)
    with transaction(engine) as inner:
        reassign(
            inner,
            source="saleor",
            order_id="sent",
            distributor_id=other.id,
            reason="phone",
            actor=ACTOR,
            now=SENT + 4 * DAY,
        )
    settled(engine, SENT + 3 * DAY + HOLD)

    assert (available(engine, seller), available(engine, other)) == (0, 800)


def test_after_the_receipt_each_waits_as_their_grade_says(engine: Engine, session: Session) -> None:
    program.change(session, {"grades": ["gold"]}, actor=ACTOR, now=EARLY)
    seller = a_distributor(session)
    a_code(session, seller, "ALICE")
    set_grade(session, seller.id, grade="gold", actor=ACTOR, now=EARLY)
    publish(session, {**PLAN, "hold_days_by_grade": {"gold": 2}}, actor=ACTOR, now=EARLY)
    session.commit()
    record(engine, an_order())
    received(engine, SENT + 3 * DAY)

    assert [at for _, _, at in lines(engine)] == [
        SENT + WAIT + 2 * DAY,
        SENT + WAIT + 2 * DAY,
        SENT + 5 * DAY,
    ]


def test_a_plan_whose_hold_begins_with_the_sending_keeps_the_receipt_and_moves_nothing(
    engine: Engine, session: Session
) -> None:
    a_distributor(session, code="ALICE")
    session.commit()
    record(engine, an_order())

    assert received(engine, SENT + 3 * DAY)
    assert lines(engine) == [("accrual", 800, SENT + 14 * DAY)]


@pytest.mark.parametrize("at", [PLACED_AT - timedelta(seconds=1), SENT + 9 * DAY + timedelta(seconds=1)])
def test_a_time_before_the_order_or_ahead_of_now_is_refused(
    engine: Engine, seller: Distributor, at: datetime
) -> None:
    record(engine, an_order())

    with pytest.raises(InvalidInput, match=r"^received_at: must be between the order's placing and now$"):
        received(engine, at, told=SENT + 9 * DAY)


def test_somebody_else_than_the_known_is_refused(engine: Engine, seller: Distributor) -> None:
    record(engine, an_order())

    with pytest.raises(InvalidInput, match=r"^confirmed_by: must be one of shopper, carrier, merchant$"):
        received(engine, SENT, by="neighbour")


def test_an_unknown_order_is_not_found(engine: Engine, seller: Distributor) -> None:
    with pytest.raises(NotFound):
        received(engine, SENT, order="nowhere")
