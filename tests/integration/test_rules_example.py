"""The worked example of the rules page is what the engine records for the same sale, to the last minor unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.analytics.rules.example import example, half_returned
from distribution.analytics.rules.page import plan_in_force, rules
from distribution.commission.accrue import accrue, raw
from distribution.commission.publish import publish
from distribution.commission.tables import CommissionLine, Share
from distribution.network.grade import set_grade
from distribution.network.tables import Distributor
from distribution.orders.snapshot import OrderSnapshot
from distribution.orders.tables import Order
from distribution.settings import program
from tests.factories import ACTOR, EARLY, a_chain, a_code

NOW = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
THREE = [{"level": 1, "bps": 1000}, {"level": 2, "bps": 500}, {"level": 3, "bps": 200}]
PLANS: Mapping[str, dict[str, Any]] = {
    "built in": {},
    "fixed": {"ceiling_bps": 3000, "rates": [{"level": 1, "fixed": "3.33", "currency": "USD"}, *THREE[1:]]},
    "cut": {"ceiling_bps": 1234, "rates": THREE},
    "gross, capped": {
        "base": "gross",
        "ceiling_bps": 5000,
        "rates": THREE,
        "caps": [{"per": "order", "amount": "17.77", "currency": "USD"}],
    },
    "grades and campaigns": {
        "ceiling_bps": 5000,
        "rates": [
            *THREE,
            {"level": 1, "bps": 1700, "grade": "Gold"},
            {"level": 2, "bps": 777, "grade": "Gold"},
        ],
        "campaigns": [
            {
                "name": "Double week",
                "from": "2026-06-08T00:00:00+00:00",
                "to": "2026-06-15T00:00:00+00:00",
                "multiplier_bps": 20000,
                "levels": [1],
            }
        ],
    },
    "tiers": {
        "ceiling_bps": 5000,
        "rates": [
            {
                "level": 1,
                "tiers": {
                    "by": "own",
                    "period": "month",
                    "mode": "marginal",
                    "currency": "USD",
                    "steps": [{"from": "0.00", "bps": 1000}, {"from": "130.00", "bps": 2100}],
                },
            },
            *THREE[1:],
        ],
    },
    "conditions": {
        "ceiling_bps": 5000,
        "rates": THREE,
        "uplines": {"unqualified": "compress", "conditions": [{"level": 2, "grades": ["Gold"]}]},
    },
}


@pytest.mark.parametrize("name", PLANS)
def test_each_level_is_what_is_recorded(session: Session, name: str) -> None:
    reader, people = _program(session, PLANS[name])
    plan, _ = plan_in_force(session, now=NOW)
    for level, seller in enumerate(people, 1):
        # Of a chain of strangers below them only the seller's own facts could tell: theirs are as new as a stranger's.
        found = example(raw(session), plan, currency="USD", at=NOW, reader=reader.id)
        part = found.parts[level - 1]
        sold = replace(
            found.sale,
            source="saleor",
            order_id=f"o-{level}",
            number=str(level),
            referral_code=f"LEVEL{level}",
        )
        assert part.amount_minor == _recorded(session, sold, reader, NOW), (level, seller.name)
        returned = replace(half_returned(sold), observed_at=NOW + timedelta(minutes=1))
        assert part.returned_minor == _recorded(session, returned, reader, NOW + timedelta(minutes=1))


def test_anybody_reads_what_somebody_new_would_get(session: Session) -> None:
    _program(session, PLANS["grades and campaigns"])
    found = rules(session, program.read(session), now=NOW)
    assert [part.amount_minor for part in found.example.parts] == [2000, 500, 200]
    assert [len(level.rates) for level in found.levels] == [1, 1, 1]
    assert [level.of_grades for level in found.levels] == [True, True, False]


def test_a_distributor_reads_their_own_rates_first(session: Session) -> None:
    reader, _ = _program(session, PLANS["grades and campaigns"])
    found = rules(session, program.read(session), now=NOW, reader_id=reader.id)
    assert [rate.value.bps for rate in found.levels[0].rates] == [1700, 1000]
    assert [part.amount_minor for part in found.example.parts] == [3400, 777, 200]


def _program(session: Session, plan: dict[str, Any]) -> tuple[Distributor, list[Distributor]]:
    """The reader with the two above them, and two below: sellers from whom the reader stands at levels 1, 2 and 3."""
    program.change(
        session,
        {"grades": ["Gold"], "max_tree_depth": 9, "depth_acknowledgement": "a test"},
        actor=ACTOR,
        now=EARLY,
    )
    people = a_chain(session, 5)
    sellers = [people[2], people[1], people[0]]
    for level, seller in enumerate(sellers, 1):
        a_code(session, seller, f"LEVEL{level}")
    set_grade(session, people[2].id, grade="Gold", actor=ACTOR, now=EARLY)
    if plan:
        publish(session, {"name": "Test", "hold_days": 14, **plan}, actor=ACTOR, now=EARLY)
    return people[2], sellers


def _recorded(session: Session, sold: OrderSnapshot, reader: Distributor, now: datetime) -> int:
    accrue(session, [sold], now=now)
    query = (
        select(CommissionLine.amount_minor)
        .join(
            Share, (Share.order_id == CommissionLine.order_id) & (Share.number == CommissionLine.share_number)
        )
        .where(Share.distributor_id == reader.id, Share.order_id == _order_id(session, sold))
    )
    return sum(session.scalars(query))


def _order_id(session: Session, sold: OrderSnapshot) -> Any:

    return session.scalars(select(Order.id).where(Order.external_id == sold.order_id)).one()
