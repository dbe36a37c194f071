"""Somebody leaves or is removed: pending commission and customers go as the program says, and every proof holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.attribution.rebind import binding_at, rebind
from distribution.audit.tables import AuditEntry
from distribution.commission.accrue import accrue
from distribution.commission.review.decide import review
from distribution.commission.review.moving import Subject
from distribution.db import transaction
from distribution.leaving.dismiss import change_status
from distribution.ledger.read import holdings
from distribution.network.standing import LEAVE, REINSTATE, REMOVE, SUSPEND, Act
from distribution.network.tables import Distributor
from distribution.settings import program
from distribution.settlement.settle import settle
from tests.factories import ACTOR, a_chain, a_code, a_distributor
from tests.model.order import ModelLine, ModelOrder
from tests.periods import APRIL, a_plan, closed, on, put_in_force, record, sale, whole
from tests.proven import proven
from tests.saleor_orders import PLACED_AT, snapshot_of

DAY = timedelta(days=1)
SENT = PLACED_AT + DAY
GONE = SENT + DAY
DUE = SENT + 15 * DAY
SHOPPERS = (b"a" * 32, b"b" * 32, b"c" * 32)


@pytest.fixture
def seller(engine: Engine, session: Session) -> Distributor:
    """Below two others; an order of theirs for 80.00 is sent, and its 8.00 are pending."""
    seller, *_ = a_chain(session, 3)
    a_code(session, seller, "ALICE")
    session.commit()
    line = ModelLine(1, 8_000, 8_000, shipments=[(SENT, 1)])
    order = ModelOrder("pending", "USD", PLACED_AT, {"TEE": line}, code="ALICE", charged=8_000)
    with transaction(engine) as other:
        accrue(other, [snapshot_of(order.shown(), SENT)], now=SENT)
    return seller


def goes(engine: Engine, who: Distributor, act: Act, **policy: str) -> None:
    with transaction(engine) as session:
        if policy:
            program.change(session, policy, actor=ACTOR, now=PLACED_AT)
        change_status(session, who.id, act, actor=ACTOR, now=GONE, reason="because")
    proven(engine)


def available(engine: Engine, who: Distributor, now: Any = DUE) -> int:
    settle(engine, actor=ACTOR, now=now)
    proven(engine)
    with transaction(engine) as session:
        return sum(each.available_minor for each in holdings(session, [who.id]))


@pytest.mark.parametrize(
    "policy, act, paid_minor",
    [
        ("paid", LEAVE, 800),
        ("paid", REMOVE, 800),
        ("held_when_removed", LEAVE, 800),
        ("held_when_removed", REMOVE, 0),
        ("held", LEAVE, 0),
        ("held", REMOVE, 0),
        ("held", SUSPEND, 800),
    ],
)
def test_pending_commission_is_paid_or_held_as_the_program_says(
    engine: Engine, seller: Distributor, policy: str, act: Act, paid_minor: int
) -> None:
    goes(engine, seller, act, pending_on_exit=policy)
    assert available(engine, seller) == paid_minor


def test_what_was_held_is_paid_once_it_is_released(engine: Engine, seller: Distributor) -> None:
    goes(engine, seller, REMOVE, pending_on_exit="held")
    assert available(engine, seller) == 0
    with transaction(engine) as session:
        subject = Subject(distributor_id=seller.id)
        review(session, subject, decision="release", reason="it was earned", actor=ACTOR, now=DUE)
    assert available(engine, seller, DUE + DAY) == 800


@pytest.mark.parametrize("place, policy, paid_minor", [(0, "paid", 800), (0, "held", 0), (1, "held", 0)])
def test_what_is_paid_for_only_after_they_went_is_held_too(
    engine: Engine, session: Session, place: int, policy: str, paid_minor: int
) -> None:
    chain = a_chain(session, 3)
    a_code(session, chain[0], "ALICE")
    session.commit()
    line = ModelLine(1, 8_000, 8_000, shipments=[(SENT, 1)])
    for charged, at in ((0, SENT), (8_000, GONE + DAY)):
        order = ModelOrder("unpaid", "USD", PLACED_AT, {"TEE": line}, code="ALICE", charged=charged)
        with transaction(engine) as other:
            accrue(other, [snapshot_of(order.shown(), at)], now=at)
        if not charged:
            goes(engine, chain[place], REMOVE, pending_on_exit=policy)
    assert available(engine, chain[place], DUE + 10 * DAY) == paid_minor


@pytest.mark.parametrize("policy, paid_minor", [("paid", 1_440), ("held", 1_200)])
def test_what_a_period_still_decides_is_held_too(
    engine: Engine, session: Session, policy: str, paid_minor: int
) -> None:
    who = a_distributor(session, code="ALICE")
    put_in_force(session, a_plan(whole(("0.00", 1_000), ("100.00", 1_200))))
    session.commit()
    record(engine, sale("1", 6_000, on(2)), sale("2", 6_000, on(10)))
    # The commission of both orders is settled before they go, what the month adds to it comes afterwards.
    settle(engine, actor=ACTOR, now=on(26))
    with transaction(engine) as other:
        program.change(other, {"pending_on_exit": policy}, actor=ACTOR, now=on(26))
        change_status(other, who.id, REMOVE, actor=ACTOR, now=on(28), reason="because")
    assert closed(engine).lines == 1
    assert available(engine, who, APRIL + 30 * DAY) == paid_minor


def test_the_longest_reason_still_removes(engine: Engine, session: Session, seller: Distributor) -> None:
    program.change(session, {"pending_on_exit": "held"}, actor=ACTOR, now=PLACED_AT)
    change_status(session, seller.id, REMOVE, actor=ACTOR, now=GONE, reason="x" * 500)
    assert seller.status == "removed"


def test_who_goes_twice_is_held_once(engine: Engine, seller: Distributor) -> None:
    goes(engine, seller, LEAVE, pending_on_exit="held")
    goes(engine, seller, REINSTATE)
    goes(engine, seller, REMOVE)
    with transaction(engine) as session:
        reviews = session.execute(
            text("SELECT decision, actor, reason FROM distribution.commission_reviews")
        ).all()
    assert [tuple(each) for each in reviews] == [("hold", ACTOR, "left: because")]


def bound(engine: Engine, seller: Distributor) -> None:
    """Two shoppers of theirs, one of them for ten days, and one who was theirs until yesterday."""
    with transaction(engine) as session:
        for key, lasts in zip(SHOPPERS, ("without_end", GONE + 10 * DAY, GONE - DAY / 2), strict=True):
            rebind(
                session,
                customer_key=key,
                distributor_id=seller.id,
                reason="a test wants it",
                actor=ACTOR,
                now=PLACED_AT,
                lasts=lasts,
            )


@pytest.mark.parametrize("policy", ["stay", "end", "sponsor"])
@pytest.mark.parametrize("act", [LEAVE, REMOVE])
def test_customers_stay_end_or_move_up(
    engine: Engine, session: Session, seller: Distributor, policy: str, act: Act
) -> None:
    bound(engine, seller)
    goes(engine, seller, act, customers_on_exit=policy)
    heir = {"stay": seller.id, "end": None, "sponsor": seller.sponsor_id}[policy]
    endless, ending, ended = (binding_at(session, key, at=GONE) for key in SHOPPERS)
    assert endless is not None
    assert ending is not None
    assert [each.distributor_id for each in (endless, ending)] == [heir, heir]
    assert endless.ends_at is None
    assert ending.ends_at == (None if policy == "end" else GONE + 10 * DAY)
    assert ended is None
    entries = session.query(AuditEntry).filter_by(action="customer.hand_over").all()
    said = {"distributor_id": heir and str(heir), "customers": 2}
    assert [(each.subject_id, each.after) for each in entries] == (
        [] if policy == "stay" else [(str(seller.id), said)]
    )


@pytest.mark.parametrize("policy", ["stay", "end", "sponsor"])
def test_customers_who_were_to_come_later_stay_end_or_move_up_too(
    engine: Engine, session: Session, seller: Distributor, policy: str
) -> None:
    later = GONE + 5 * DAY
    with transaction(engine) as other:
        for who, begins in ((seller.sponsor_id, PLACED_AT), (seller.id, later)):
            rebind(
                other,
                customer_key=SHOPPERS[0],
                distributor_id=who,
                reason="a test wants it",
                actor=ACTOR,
                now=PLACED_AT,
                effective_at=begins,
                lasts=GONE + 10 * DAY,
            )
    goes(engine, seller, LEAVE, customers_on_exit=policy)
    heir = {"stay": seller.id, "end": None, "sponsor": seller.sponsor_id}[policy]
    now, then = (binding_at(session, SHOPPERS[0], at=at) for at in (GONE, later))
    assert now is not None
    assert then is not None
    assert (now.distributor_id, then.distributor_id) == (seller.sponsor_id, heir)


def test_customers_never_move_to_somebody_who_rests(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    bound(engine, seller)
    with transaction(engine) as other:
        sponsor = other.get_one(Distributor, seller.sponsor_id)
        change_status(other, sponsor.id, SUSPEND, actor=ACTOR, now=SENT, reason="a while")
        top_id = sponsor.sponsor_id
    goes(engine, seller, LEAVE, customers_on_exit="sponsor")
    found = binding_at(session, SHOPPERS[0], at=GONE)
    assert found is not None
    assert found.distributor_id == top_id
