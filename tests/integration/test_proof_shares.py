"""Shares recorded under a plan that uses everything prove, and none can be changed behind the program's back.

The seal finds that too; here it is what the proof works out itself that does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.commission.accrue import accrue
from distribution.commission.publish import publish
from distribution.ledger.difference import differences
from distribution.orders.snapshot import OPEN, OrderLine, OrderSnapshot
from distribution.proof import prove
from distribution.proof.counters import CHECKS
from distribution.proof.history import histories
from distribution.proof.orders.shares import shares
from distribution.proof.rates import Book
from tests.factories import ACTOR, EARLY, a_chain, a_code

PLACED_AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
STEPS = [{"from": "0.00", "bps": 1_000}, {"from": "150.00", "bps": 1_500}]
OWN_MONTH = {"by": "own", "period": "month", "mode": "marginal", "currency": "USD", "steps": STEPS}
PLAN: dict[str, Any] = {
    "name": "Everything",
    "discounts": "before",
    "shipping": "include",
    "ceiling_bps": 1_800,
    "hold_days": 0,
    "margin": {"least_bps": 1_000},
    "rates": [
        {"level": 1, "tiers": OWN_MONTH},
        {"level": 2, "bps": 500},
        {"level": 3, "bps": 200},
        {"level": 1, "product": "p-2", "fixed": "3.00", "currency": "USD"},
    ],
    "campaigns": [
        {
            "name": "Spring",
            "from": "2026-03-01T00:00:00+00:00",
            "to": "2026-04-01T00:00:00+00:00",
            "multiplier_bps": 15_000,
            "levels": [2],
        }
    ],
    "caps": [
        {"per": "order", "amount": "40.00", "currency": "USD"},
        {"per": "distributor", "period": "month", "amount": "70.00", "currency": "USD"},
    ],
    "customer_limit": {"months": 24},
}
SHIRT = OrderLine("l-1", 2, 2, 0, 12_000, 13_200, product_id="p-1", undiscounted_net_minor=15_000)
BOOK = OrderLine("l-2", 3, 3, 0, 9_000, 9_900, product_id="p-2", cost_minor=6_600)
CARD = OrderLine("l-3", 1, 1, 0, 5_000, 5_000, product_id="p-3", gift_card=True)


def an_order(number: int, *lines: OrderLine, hours: int = 1) -> OrderSnapshot:
    total_minor = sum(line.gross_minor for line in lines) + 550
    placed_at = PLACED_AT + timedelta(hours=number)
    return OrderSnapshot(
        source="pos",
        order_id=str(number),
        number=str(number),
        channel="default",
        currency="USD",
        observed_at=placed_at + timedelta(hours=hours),
        placed_at=placed_at,
        status=OPEN,
        total_minor=total_minor,
        collected_minor=total_minor,
        given_back_minor=0,
        lines=lines,
        referral_code="ALICE",
        customer_key=b"\1" * 32,
        shipping_net_minor=500,
        shipping_gross_minor=550,
    )


@pytest.fixture
def recorded(session: Session) -> Session:
    """Three orders that reach tier and caps, one with a gift card, one with a line added later."""
    a_code(session, a_chain(session, 3)[0], "ALICE")
    publish(session, PLAN, actor=ACTOR, now=EARLY)
    mug = replace(SHIRT, id="l-4")
    for snapshot in (
        an_order(1, SHIRT, BOOK, CARD),
        an_order(2, SHIRT),
        an_order(3, SHIRT, BOOK),
        an_order(2, SHIRT, mug, hours=9),
    ):
        accrue(session, [snapshot], now=snapshot.observed_at)
    session.commit()
    return session


def found(session: Session) -> list[str]:
    """What the shares by themselves show."""
    books = {
        row.number: Book(row.document)
        for row in session.execute(text("SELECT number, document FROM distribution.plan_versions"))
    }
    return [str(each) for history in histories(session) for each in shares(history, books)]


def test_orders_under_a_plan_that_uses_everything_prove(recorded: Session) -> None:
    query = "SELECT count(*), count(most_minor), sum(claimed_minor)::bigint FROM distribution.shares"
    count, capped, claimed_minor = recorded.execute(text(query)).one()
    assert (count, capped) == (21, 18)
    assert claimed_minor > 0

    recorded.rollback()
    proof = prove(recorded)
    recorded.rollback()
    assert proof.differences == ()


@pytest.mark.parametrize(
    "harm, says",
    [
        ("UPDATE distribution.shares SET claimed_minor = claimed_minor + 1", "claimed_minor"),
        ("UPDATE distribution.shares SET most_minor = most_minor + 1", "most_minor"),
        ("UPDATE distribution.shares SET most_minor = NULL", "most_minor"),
        ("UPDATE distribution.shares SET rate_denominator = rate_denominator + 1", "rate"),
        ("UPDATE distribution.shares SET distributor_id = gen_random_uuid()", "distributor_id"),
        ("UPDATE distribution.shares SET rule = jsonb_set(rule, '{rate}', '7')", "rule.rate"),
        ('UPDATE distribution.shares SET rule = rule || \'{"nothing": "gift"}\'', "rule.nothing"),
        ("UPDATE distribution.shares SET terms_number = 2", "expected no share, found a share"),
        ("DELETE FROM distribution.shares", "expected a share, found no share"),
    ],
)
def test_a_share_changed_behind_the_programs_back_is_found(recorded: Session, harm: str, says: str) -> None:
    keys = (
        "SELECT order_id, number FROM distribution.shares WHERE rate_numerator > 0 ORDER BY order_id, number"
    )
    assert found(recorded) == []
    for key in recorded.execute(text(keys)).all()[::4]:
        recorded.execute(text("SET LOCAL session_replication_role = replica"))
        recorded.execute(text(f"{harm} WHERE (order_id, number) = (:order_id, :number)"), key._asdict())
        assert any(says in difference for difference in found(recorded)), key
        recorded.rollback()


@pytest.mark.parametrize("kind", ["own", "team", "earned"])
@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE distribution.counter_movements SET amount_minor = amount_minor + 1 WHERE kind = :kind",
        "UPDATE distribution.counter_movements SET month = '2026-04-01' WHERE kind = :kind",
        "DELETE FROM distribution.counter_movements WHERE kind = :kind",
        "INSERT INTO distribution.counters SELECT gen_random_uuid(), :kind, 'USD', '2026-03-01', 5",
    ],
)
def test_a_counter_that_says_something_else_is_found(recorded: Session, harm: str, kind: str) -> None:
    assert list(differences(recorded, CHECKS)) == []

    recorded.execute(text(harm), {"kind": kind})
    rows = [each.row for each in differences(recorded, CHECKS)]

    assert rows
    assert all(f" {kind} USD 2026-0" in row for row in rows)


def test_an_exact_rate_may_be_as_long_as_a_cap_over_many_lines_makes_it(session: Session) -> None:
    a_code(session, a_chain(session, 3)[0], "ALICE")
    rates = [{"level": 1, "fixed": "50.00", "currency": "USD"}, {"level": 2, "bps": 1_500}]
    cap = {"per": "distributor", "period": "month", "amount": "100.00", "currency": "USD"}
    plan = {"name": "Long", "ceiling_bps": 2_500, "hold_days": 0, "rates": rates, "caps": [cap]}
    publish(session, plan, actor=ACTOR, now=EARLY)
    lines = [
        OrderLine(f"l-{n}", 1, 1, 0, 1_000 + 37 * n, 1_000 + 41 * n, product_id="p-1") for n in range(60)
    ]
    snapshot = an_order(1, *lines)

    accrue(session, [snapshot], now=snapshot.observed_at)
    session.commit()

    longest = "SELECT max(length(rate_denominator::text)) FROM distribution.shares"
    assert session.execute(text(longest)).scalar_one() > 100
    session.rollback()
    assert prove(session).differences == ()
