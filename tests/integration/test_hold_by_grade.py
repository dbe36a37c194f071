"""Commission matures as the grade of whoever earns it says, as it was when the order was placed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.commission.accrue import accrue
from distribution.commission.plan.references import check_references
from distribution.commission.publish import publish
from distribution.commission.reassign import reassign
from distribution.errors import InvalidInput
from distribution.network.grade import set_grade
from distribution.network.tables import Distributor
from distribution.proof import prove
from distribution.settings import program
from tests.factories import ACTOR, EARLY, a_chain, a_code, a_distributor
from tests.saleor_orders import OBSERVED_AT, Line, saleor_order, snapshot_of

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TEE = Line("TEE", 2, "40", "44", fulfilled=2)
PLAN: dict[str, Any] = {
    "name": "Waits",
    "ceiling_bps": 3_000,
    "hold_days": 14,
    "hold_days_by_grade": {"gold": 7, "silver": 30},
    "rates": [{"level": 1, "bps": 1_000}, {"level": 2, "bps": 500}, {"level": 3, "bps": 200}],
}


@pytest.fixture
def chain(session: Session) -> list[Distributor]:
    """A gold seller, a silver sponsor, and somebody without a grade above."""
    program.change(session, {"grades": ["silver", "gold"]}, actor=ACTOR, now=EARLY)
    people = a_chain(session, 3)
    a_code(session, people[0], "ALICE")
    set_grade(session, people[0].id, grade="gold", actor=ACTOR, now=EARLY)
    set_grade(session, people[1].id, grade="silver", actor=ACTOR, now=EARLY)
    publish(session, PLAN, actor=ACTOR, now=EARLY)
    return people


def waits(session: Session) -> dict[Any, int]:
    """Days from fulfilment to maturity, by who earns."""
    found = session.execute(text("SELECT distributor_id, matures_at FROM distribution.commission_lines"))
    sent = datetime.fromisoformat(saleor_order(TEE)["fulfillments"][0]["created"])
    return {who: round((matures_at - sent) / timedelta(days=1)) for who, matures_at in found}


def test_each_waits_as_their_own_grade_says(session: Session, chain: list[Distributor]) -> None:
    accrue(session, [snapshot_of(saleor_order(TEE, code="ALICE", charged="44"))], now=NOW)

    assert waits(session) == {chain[0].id: 7, chain[1].id: 30, chain[2].id: 14}


def test_a_grade_given_later_changes_no_order(session: Session, chain: list[Distributor]) -> None:
    unsent = Line("TEE", 2, "40", "44")
    accrue(session, [snapshot_of(saleor_order(unsent, code="ALICE", charged="44"))], now=NOW)
    set_grade(session, chain[0].id, grade="silver", actor=ACTOR, now=NOW)
    later = OBSERVED_AT + timedelta(hours=1)
    sent = snapshot_of(saleor_order(TEE, code="ALICE", charged="44"), observed_at=later)
    accrue(session, [sent], now=NOW)

    assert waits(session)[chain[0].id] == 7


def test_whoever_gets_an_order_waits_as_their_grade_says(session: Session, chain: list[Distributor]) -> None:
    other = a_distributor(session)
    set_grade(session, other.id, grade="silver", actor=ACTOR, now=EARLY)
    snapshot = snapshot_of(saleor_order(TEE, code="ALICE", charged="44"))
    accrue(session, [snapshot], now=NOW)
    reassign(
        session,
        source=snapshot.source,
        order_id=snapshot.order_id,
        distributor_id=other.id,
        reason="phone order",
        actor=ACTOR,
        now=NOW,
    )

    assert waits(session)[other.id] == 30


def test_the_proof_knows_whose_hold_it_is(session: Session, chain: list[Distributor]) -> None:
    accrue(session, [snapshot_of(saleor_order(TEE, code="ALICE", charged="44"))], now=NOW)
    session.commit()

    assert prove(session).holds


def test_a_grade_that_is_not_there_is_named(session: Session, chain: list[Distributor]) -> None:
    with pytest.raises(InvalidInput, match=r"hold_days_by_grade.platinum: unknown grade 'platinum'"):
        check_references(session, {**PLAN, "hold_days_by_grade": {"gold": 1, "platinum": 2}})
