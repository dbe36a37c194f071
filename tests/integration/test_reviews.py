"""Commission is held for review, until a day, brought forward and released: two lines move it, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.commission.accrue import accrue
from distribution.commission.reassign import reassign
from distribution.commission.review.decide import review
from distribution.commission.review.moving import Subject
from distribution.commission.review.rule import HELD_AT
from distribution.db import transaction
from distribution.errors import Conflict, DomainError, InvalidInput, NotFound
from distribution.ledger.read import holdings
from distribution.network.tables import Distributor
from distribution.orders.snapshot import OrderSnapshot
from distribution.orders.tables import Order
from distribution.settings import program
from distribution.settlement.approval import discard_run
from distribution.settlement.settle import settle
from tests import periods
from tests.factories import ACTOR, a_chain, a_code, a_distributor
from tests.model.order import ModelLine, ModelOrder
from tests.periods import APRIL, a_plan, on, put_in_force, sale, whole
from tests.proven import proven
from tests.saleor_orders import PLACED_AT, snapshot_of

DAY = timedelta(days=1)
SENT = PLACED_AT + DAY
DUE = SENT + 14 * DAY


@pytest.fixture
def seller(session: Session) -> Distributor:
    found = a_distributor(session, code="ALICE")
    session.commit()
    return found


def an_order(name: str = "held", **facts: Any) -> ModelOrder:
    """One tee for 80.00, paid and sent: 8.00 of commission."""
    line = ModelLine(1, 8_000, 8_000, shipments=[(SENT, 1)])
    order = ModelOrder(name, "USD", PLACED_AT, {"TEE": line}, code="ALICE", charged=8_000)
    for key, value in facts.items():
        setattr(order, key, value)
    return order


def seen(order: ModelOrder, at: datetime) -> OrderSnapshot:
    return snapshot_of(order.shown(), at)


def record(engine: Engine, order: ModelOrder, at: datetime = SENT) -> int:
    """Record an order; its id."""
    with transaction(engine) as session:
        accrue(session, [seen(order, at)], now=at)
        return session.query(Order).filter_by(external_id=order.id).one().id


def decide(engine: Engine, subject: Subject, decision: str, now: datetime, **facts: Any) -> None:
    with transaction(engine) as session:
        review(session, subject, decision=decision, reason="looks odd", actor=ACTOR, now=now, **facts)
    proven(engine)


def lines(engine: Engine) -> list[tuple[str, int, datetime]]:
    with transaction(engine) as session:
        rows = session.execute(
            text(
                "SELECT kind, amount_minor, matures_at FROM distribution.commission_lines ORDER BY order_id, number"
            )
        )
        return [(kind, amount_minor, matures_at) for kind, amount_minor, matures_at in rows]


def available(engine: Engine, who: Distributor) -> tuple[int, int]:
    """Available and debt."""
    with transaction(engine) as session:
        held = holdings(session, [who.id])
        return (held[0].available_minor, held[0].debt_minor) if held else (0, 0)


def settled(engine: Engine, now: datetime) -> None:
    settle(engine, actor=ACTOR, now=now)
    proven(engine)


def test_what_is_held_is_not_settled_until_it_is_released(engine: Engine, seller: Distributor) -> None:
    order = Subject(record(engine, an_order()))
    decide(engine, order, "hold", SENT + DAY)

    assert lines(engine) == [("accrual", 800, DUE), ("risk_hold", -800, DUE), ("risk_hold", 800, HELD_AT)]
    settled(engine, DUE + 100 * DAY)
    assert available(engine, seller) == (0, 0)
    decide(engine, order, "release", DUE + 101 * DAY)
    assert lines(engine)[3:] == [("risk_release", -800, HELD_AT), ("risk_release", 800, DUE)]
    settled(engine, DUE + 102 * DAY)
    assert available(engine, seller) == (800, 0)
    settled(engine, DUE + 103 * DAY)
    assert available(engine, seller) == (800, 0)


def test_released_before_its_hold_is_over_it_waits_as_it_would_have(
    engine: Engine, seller: Distributor
) -> None:
    order = Subject(record(engine, an_order()))
    decide(engine, order, "hold", SENT + DAY)
    decide(engine, order, "release", SENT + 2 * DAY)

    settled(engine, DUE - timedelta(seconds=1))
    assert available(engine, seller) == (0, 0)
    settled(engine, DUE)
    assert available(engine, seller) == (800, 0)


def test_held_until_a_day_it_matures_then_by_itself(engine: Engine, seller: Distributor) -> None:
    decide(engine, Subject(record(engine, an_order())), "until", SENT + DAY, moment=DUE + 10 * DAY)

    settled(engine, DUE + 9 * DAY)
    assert available(engine, seller) == (0, 0)
    settled(engine, DUE + 10 * DAY)
    assert available(engine, seller) == (800, 0)


def test_a_day_before_its_own_holds_nothing(engine: Engine, seller: Distributor) -> None:
    decide(engine, Subject(record(engine, an_order())), "until", SENT + DAY, moment=DUE - 3 * DAY)

    assert lines(engine) == [("accrual", 800, DUE)]


def test_brought_forward_it_matures_earlier(engine: Engine, seller: Distributor) -> None:
    decide(engine, Subject(record(engine, an_order())), "by", SENT + DAY, moment=SENT + DAY)

    settled(engine, SENT + DAY)
    assert available(engine, seller) == (800, 0)


def test_a_refund_while_held_lowers_what_is_held(engine: Engine, seller: Distributor) -> None:
    order = Subject(record(engine, an_order()))
    decide(engine, order, "hold", SENT + DAY)
    record(engine, an_order(charged=2_000, refunded=6_000), SENT + 2 * DAY)

    assert lines(engine)[3:] == [("reversal", -600, HELD_AT)]
    settled(engine, DUE + DAY)
    assert available(engine, seller) == (0, 0)
    decide(engine, order, "release", DUE + 2 * DAY)
    settled(engine, DUE + 2 * DAY)
    assert available(engine, seller) == (200, 0)


def test_a_refund_of_all_while_held_leaves_nothing_to_release(engine: Engine, seller: Distributor) -> None:
    order = Subject(record(engine, an_order()))
    decide(engine, order, "hold", SENT + DAY)
    record(engine, an_order(charged=0, refunded=8_000), SENT + 2 * DAY)
    decide(engine, order, "release", SENT + 3 * DAY)

    assert lines(engine)[3:] == [("reversal", -800, HELD_AT)]
    settled(engine, DUE)
    assert available(engine, seller) == (0, 0)


def test_what_was_settled_is_not_held_and_its_refund_is_a_debt_all_the_same(
    engine: Engine, seller: Distributor
) -> None:
    order = Subject(record(engine, an_order()))
    settled(engine, DUE)
    decide(engine, order, "hold", DUE + DAY)
    assert lines(engine) == [("accrual", 800, DUE)]
    record(engine, an_order(charged=0, refunded=8_000), DUE + 2 * DAY)
    settled(engine, DUE + 3 * DAY)

    assert available(engine, seller) == (0, 0)


def test_a_held_order_holds_what_it_earns_later(engine: Engine, seller: Distributor) -> None:
    unsent = an_order()
    unsent.lines["TEE"].shipments = []
    order = Subject(record(engine, unsent))
    decide(engine, order, "hold", SENT)
    record(engine, an_order(), SENT + DAY)

    assert lines(engine) == [("accrual", 800, HELD_AT)]
    decide(engine, order, "release", SENT + 2 * DAY)
    assert lines(engine)[1:] == [("risk_release", -800, HELD_AT), ("risk_release", 800, DUE)]


def test_a_held_distributor_holds_every_order_and_nobody_elses(engine: Engine, session: Session) -> None:
    seller, sponsor = a_chain(session, 2)
    a_code(session, seller, "ALICE")
    session.commit()
    record(engine, an_order("first"))
    decide(engine, Subject(distributor_id=seller.id), "hold", SENT + DAY)
    record(engine, an_order("second"), SENT + 2 * DAY)
    settled(engine, DUE + DAY)

    assert available(engine, seller) == (0, 0)
    assert available(engine, sponsor) == (800, 0)
    decide(engine, Subject(distributor_id=seller.id), "release", DUE + 2 * DAY)
    settled(engine, DUE + 2 * DAY)
    assert available(engine, seller) == (1_600, 0)


def test_an_order_stays_held_while_its_earner_is(engine: Engine, seller: Distributor) -> None:
    order, person = Subject(record(engine, an_order())), Subject(distributor_id=seller.id)
    decide(engine, order, "hold", SENT + DAY)
    decide(engine, person, "hold", SENT + DAY)
    decide(engine, order, "release", SENT + 2 * DAY)
    settled(engine, DUE)
    assert available(engine, seller) == (0, 0)
    decide(engine, order, "by", DUE + DAY, moment=DUE)
    settled(engine, DUE + DAY)
    assert available(engine, seller) == (0, 0)
    decide(engine, person, "release", DUE + 2 * DAY)
    settled(engine, DUE + 2 * DAY)
    assert available(engine, seller) == (800, 0)


def test_a_held_order_that_changes_hands_is_held_of_whoever_gets_it(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    other = a_distributor(session)
    session.commit()
    order = Subject(record(engine, an_order()))
    decide(engine, order, "hold", SENT + DAY)
    with transaction(engine) as own:
        reassign(
            own,
            source="saleor",
            order_id="held",
            distributor_id=other.id,
            reason="sold by phone",
            actor=ACTOR,
            now=SENT + 2 * DAY,
        )
    settled(engine, DUE)

    assert available(engine, seller) == available(engine, other) == (0, 0)
    decide(engine, order, "release", DUE + DAY)
    settled(engine, DUE + DAY)
    assert available(engine, other) == (800, 0)
    assert available(engine, seller) == (0, 0)


@pytest.mark.parametrize(
    "facts, error",
    [
        ({"decision": "release"}, Conflict),
        ({"decision": "perhaps"}, InvalidInput),
        ({"decision": "until"}, InvalidInput),
        ({"decision": "hold", "moment": DUE}, InvalidInput),
        ({"decision": "until", "moment": HELD_AT}, InvalidInput),
        ({"decision": "hold", "reason": " "}, InvalidInput),
        ({"decision": "hold", "subject": Subject(4711)}, NotFound),
    ],
)
def test_what_cannot_be_is_refused(
    engine: Engine, seller: Distributor, facts: dict[str, Any], error: type[DomainError]
) -> None:
    asked: dict[str, Any] = {"subject": Subject(distributor_id=seller.id), "reason": "odd", **facts}
    with pytest.raises(error), transaction(engine) as session:
        review(session, asked.pop("subject"), **asked, actor=ACTOR, now=SENT)


def test_the_same_twice_is_refused(engine: Engine, seller: Distributor) -> None:
    person = Subject(distributor_id=seller.id)
    decide(engine, person, "hold", SENT)
    with pytest.raises(Conflict, match="stands already"):
        decide(engine, person, "hold", SENT + DAY)


def test_every_decision_is_on_the_audit_log(engine: Engine, session: Session, seller: Distributor) -> None:
    order = Subject(record(engine, an_order()))
    decide(engine, order, "hold", SENT)
    decide(engine, order, "release", SENT + DAY)
    rows = session.execute(
        text(
            "SELECT action, subject_type, subject_id, reason FROM distribution.audit_log "
            "WHERE action LIKE 'commission.%' ORDER BY number"
        )
    ).all()

    assert [tuple(row) for row in rows] == [
        ("commission.hold", "order", "saleor:held", "looks odd"),
        ("commission.release", "order", "saleor:held", "looks odd"),
    ]


def test_what_a_discarded_run_gives_back_is_held(engine: Engine, seller: Distributor) -> None:
    with transaction(engine) as session:
        program.change(session, {"settlement": {"review": True}}, actor=ACTOR, now=SENT)
    order = Subject(record(engine, an_order()))
    with transaction(engine) as session:
        [run] = open_runs(session, engine, DUE)
    decide(engine, order, "hold", DUE + DAY)
    assert lines(engine) == [("accrual", 800, DUE)]
    with transaction(engine) as session:
        discard_run(session, run, reason="a pattern", actor=ACTOR, now=DUE + DAY)
    assert lines(engine)[1:] == [("risk_hold", -800, DUE), ("risk_hold", 800, HELD_AT)]
    proven(engine)


def open_runs(session: Session, engine: Engine, now: datetime) -> list[Any]:
    """Settle under review; the runs that wait."""
    settle(engine, actor=ACTOR, now=now)
    return list(session.scalars(text("SELECT id FROM distribution.settlement_runs WHERE closed_at IS NULL")))


def test_adjusting_lines_of_a_held_distributor_are_held(engine: Engine, seller: Distributor) -> None:
    with transaction(engine) as session:
        put_in_force(session, a_plan(whole(("0.00", 1_000), ("100.00", 1_200))))
    periods.record(engine, sale("1", 6_000, on(2)), sale("2", 6_000, on(10)))
    person = Subject(distributor_id=seller.id)
    periods.closed(engine)
    decide(engine, person, "hold", APRIL)

    assert adjusted(engine) == [(240, APRIL), (-240, APRIL), (240, HELD_AT)]
    settled(engine, on(1, 6))
    assert available(engine, seller) == (0, 0)
    decide(engine, person, "release", on(2, 6))
    settled(engine, on(2, 6))
    assert available(engine, seller) == (1_440, 0)


def test_what_a_period_takes_back_while_held_is_held_with_it(engine: Engine, seller: Distributor) -> None:
    with transaction(engine) as session:
        put_in_force(session, a_plan(whole(("0.00", 1_000), ("100.00", 1_200))))
    last = sale("2", 6_000, on(10))
    periods.record(engine, sale("1", 6_000, on(2)), last)
    periods.closed(engine)
    person = Subject(distributor_id=seller.id)
    decide(engine, person, "hold", APRIL)
    periods.record(engine, replace(last, given_back_minor=3_000, observed_at=on(2, 4)))
    periods.closed(engine, now=on(3, 4))

    assert adjusted(engine)[3:] == [(-240, HELD_AT)]
    decide(engine, person, "release", on(4, 4))
    settled(engine, on(1, 6))
    assert available(engine, seller) == (900, 0)


def adjusted(engine: Engine) -> list[tuple[int, datetime]]:
    return [(each.amount_minor, each.matures_at) for each in periods.adjustments(engine)]
