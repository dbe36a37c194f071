"""A small program whose plan uses every kind of rule, and one order in which most of them have something to say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from distribution.commission.accrue import accrue
from distribution.commission.publish import publish
from distribution.db import transaction
from distribution.network.grade import set_grade
from distribution.orders.catalogue import Item, keep
from distribution.orders.snapshot import OPEN, OrderLine, OrderSnapshot
from distribution.settings import program
from tests.factories import ACTOR, a_distributor

PASSWORD = "correct horse battery"
FILLERS = 400
COST_MINOR = 4_713
"""What the chef's knives cost the shop: a figure that occurs nowhere else."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Who earns of the order, and its ids."""

    seller_id: UUID
    sponsor_id: UUID
    top_id: UUID
    order_id: str
    now: datetime


def a_plan(other_id: UUID) -> dict[str, Any]:
    """Of level 1 four rates fit a mug and one a knife; the rates of levels 2 and 3 are figures of their own."""
    steps = [{"from": "0.00", "bps": 1_000}, {"from": "50.00", "bps": 1_200}]
    tiers = {"by": "own", "period": "month", "mode": "marginal", "currency": "USD", "steps": steps}
    return {
        "name": "Winter",
        "ceiling_bps": 1_500,
        "hold_days": 14,
        "margin": {"least_bps": 4_000},
        "rates": [
            {"level": 1, "bps": 900},
            {"level": 1, "bps": 300, "category": ["kitchen", "garden"]},
            {"level": 1, "grade": "gold", "tiers": tiers},
            {"level": 1, "fixed": "5.00", "currency": "USD", "product": "apron", "customer": "first"},
            {"level": 1, "bps": 777, "category": "kitchen", "distributor": str(other_id)},
            {"level": 1, "bps": 888, "order_from": {"amount": "5000.00", "currency": "USD"}},
            {"level": 1, "bps": 666, "category": "kitchen", "customer": "repeat"},
            {"level": 2, "bps": 543},
            {"level": 2, "bps": 432, "grade": "bronze"},
            {"level": 3, "bps": 211},
            *({"level": 1, "bps": 100 + n, "product": f"filler-{n}"} for n in range(FILLERS)),
        ],
        "campaigns": [
            {
                "name": "Double week", "from": "2026-01-01T00:00:00+00:00", "to": "2030-01-01T00:00:00+00:00",
                "multiplier_bps": 20_000, "levels": [1], "category": "kitchen",
            },
            {
                "name": "Spring", "from": "2025-03-01T00:00:00+00:00", "to": "2025-04-01T00:00:00+00:00",
                "bps": 5_000,
            },
        ],
        "caps": [
            {"per": "order", "amount": "40.00", "currency": "USD"},
            {"per": "distributor", "period": "month", "amount": "25.00", "currency": "USD"},
        ],
        "uplines": {
            "unqualified": "compress",
            "conditions": [{"level": 2, "grades": ["silver", "gold"]}],
        },
    }  # fmt: skip


def build_explained(engine: Engine, *, now: datetime) -> Explained:
    """Fill a database: the sponsor in between does not qualify, so level 2 passes up to the top."""
    early = now - timedelta(days=90)
    with transaction(engine) as session:
        program.change(session, {"grades": ["bronze", "silver", "gold"]}, actor=ACTOR, now=early)
        top = a_distributor(
            session, name="Cleo Rossi", email="cleo@example.com", password=PASSWORD, now=early
        )
        sponsor = a_distributor(
            session, name="Ben Baker", email="ben@example.com", password=PASSWORD, sponsor=top, now=early
        )
        seller = a_distributor(
            session, name="Ada Lovelace", email="ada-explained@example.com", password=PASSWORD,
            sponsor=sponsor, code="EXPLAINED", now=early,
        )  # fmt: skip
        for person, grade in ((top, "silver"), (sponsor, "bronze"), (seller, "gold")):
            set_grade(session, person.id, grade=grade, actor=ACTOR, now=early)
            person.email_confirmed_at = early
        other = a_distributor(session, name="Somebody Else", now=early)
        publish(session, a_plan(other.id), actor=ACTOR, now=early)
        keep(session, "category", [Item("kitchen", "Cook & Bake")], began_at=early)
    with transaction(engine) as session:
        accrue(session, [an_order(now)], now=now)
    return Explained(seller.id, sponsor.id, top.id, "explained-1", now)


def an_order(now: datetime) -> OrderSnapshot:
    """A mug of the doubled category, three knives whose cost leaves little, an apron at a fixed amount."""
    shipped_at = now - timedelta(days=2)
    plain = OrderLine(
        id="mug", quantity=1, fulfilled=1, returned=0, net_minor=1_999, gross_minor=2_199, sku="MUG-1",
        name="Stoneware mug", product_id="mug", variant_id="mug-blue", category_ids=("mugs", "kitchen"),
        fulfilled_at=shipped_at,
    )  # fmt: skip
    knives = replace(
        plain, id="knife", quantity=3, fulfilled=2, returned=1, net_minor=10_000, gross_minor=11_000,
        sku="KNIFE-8", name="Chef's knife", product_id="knife", variant_id="knife-8", category_ids=("tools",),
        cost_minor=COST_MINOR,
    )  # fmt: skip
    apron = replace(
        plain, id="apron", quantity=2, fulfilled=1, net_minor=8_400, gross_minor=9_240, sku="APRON-2",
        name="Linen apron", product_id="apron", variant_id="apron-natural", category_ids=("textiles",),
    )  # fmt: skip
    return OrderSnapshot(
        source="saleor", order_id="explained-1", number="9001", channel="default", currency="USD",
        observed_at=now - timedelta(minutes=1), placed_at=now - timedelta(days=3), status=OPEN,
        total_minor=22_439, collected_minor=22_439, given_back_minor=3_667, lines=(plain, knives, apron),
        country="US", referral_code="EXPLAINED",
    )  # fmt: skip
