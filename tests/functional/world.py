"""A small living program: a team over three levels, orders in every state, clicks, one settlement.

All of it goes through the verbs that production uses. Times count back from `now`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine

from distribution.commission.accrue import accrue
from distribution.db import transaction
from distribution.network.grade import set_grade
from distribution.network.groups import set_groups
from distribution.network.tables import Distributor
from distribution.orders.snapshot import OrderLine, OrderSnapshot
from distribution.promotion.clicks import Visit, record_clicks
from distribution.settings import program
from distribution.settlement.settle import settle
from tests.factories import a_distributor, a_voucher

PASSWORD = "correct horse battery"
PHONE_BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"
NAMES = (
    "Grace Hopper", "王小明", "Linus Okafor", "Mária Kovács", "陈静", "Tom Baker", "Aisha Rahman", "Jonas Weber",
    "李伟", "Sofia Rossi", "Noah Smith", "Yuki Tanaka",
)  # fmt: skip
PRODUCTS = (
    ("Linen apron", 4200), ("Stoneware mug", 1800), ("Oak cutting board", 6400), ("Chef's knife, 20 cm", 11900),
    ("Tea tin, jasmine", 1450),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class World:
    """Who to log in as."""

    hero_id: UUID
    hero_email: str
    code: str
    now: datetime


def build(engine: Engine, *, now: datetime, orders: int = 60) -> World:
    """Fill an empty database."""
    chance = random.Random(7)
    joined = now - timedelta(days=120)
    with transaction(engine) as session:
        program.change(
            session,
            {
                "program_name": "Hearth & Grain Partners",
                "grades": ["Bronze", "Silver", "Gold"],
                "groups": ["Press", "Schools", "Shops"],
            },
            actor="merchant:test",
            now=joined,
        )
        hero = a_distributor(
            session, name="Ada Lovelace", email="ada@example.com", password=PASSWORD, code="ADA", now=joined
        )
        hero.email_confirmed_at = joined
        a_voucher(session, hero, "ADA10", now=joined)
        set_grade(session, hero.id, grade="Silver", actor="merchant:test", now=joined)
        set_groups(session, hero.id, groups=["Press", "Shops"], actor="merchant:test", now=joined)
        people = [hero]
        for number, name in enumerate(NAMES):
            sponsor = hero if number < 5 else people[1 + number % 5]
            people.append(
                a_distributor(
                    session,
                    name=name,
                    sponsor=sponsor,
                    code=f"P{number:02}",
                    now=joined + timedelta(days=number),
                )
            )
        owners = [
            (person, "ADA" if person is hero else f"P{index - 1:02}") for index, person in enumerate(people)
        ]
    with transaction(engine) as session:
        accrue(session, list(_orders(owners, orders, now, chance)), now=now)
        record_clicks(session, _clicks(now, chance))
    settle(engine, actor="job:test", now=now, until=now - timedelta(days=20))
    return World(hero.id, hero.email, "ADA", now)


def _orders(
    owners: Sequence[tuple[Distributor, str]], count: int, now: datetime, chance: random.Random
) -> list[OrderSnapshot]:
    made = []
    for number in range(count):
        age = timedelta(days=(count - number) * 70 / count, hours=chance.random() * 10)
        _, code = owners[0] if chance.random() < 0.45 else chance.choice(owners)
        state = (
            "new"
            if age < timedelta(days=3)
            else chance.choice(("shipped",) * 8 + ("returned", "cancelled", "part"))
        )
        made.append(
            an_order(str(1001 + number), code, state=state, placed_at=now - age, now=now, chance=chance)
        )
    return made


def an_order(
    number: str,
    code: str,
    *,
    state: str,
    placed_at: datetime,
    now: datetime,
    chance: random.Random,
    currency: str = "USD",
) -> OrderSnapshot:
    """An order in one of the states `new`, `unpaid`, `part`, `shipped`, `returned`, `cancelled`."""
    lines = []
    for position, (name, price) in enumerate(chance.sample(PRODUCTS, chance.choice((1, 1, 2)))):
        quantity = chance.choice((1, 1, 2, 3))
        fulfilled = {"shipped": quantity, "part": 1, "returned": 0}.get(state, 0)
        lines.append(
            OrderLine(
                id=f"{number}-{position}",
                quantity=quantity,
                fulfilled=fulfilled,
                returned=quantity if state == "returned" else 0,
                net_minor=price * quantity,
                gross_minor=price * quantity * 110 // 100,
                sku=f"SKU-{position}",
                name=name,
                fulfilled_at=placed_at + timedelta(days=1) if fulfilled else None,
            )
        )
    total = sum(line.gross_minor for line in lines)
    paid = state not in {"unpaid", "cancelled"}
    return OrderSnapshot(
        source="saleor",
        order_id=f"order-{number}",
        number=number,
        channel="default",
        currency=currency,
        observed_at=now - timedelta(minutes=1),
        placed_at=placed_at,
        status="cancelled" if state == "cancelled" else "open",
        total_minor=total,
        collected_minor=total if paid else 0,
        given_back_minor=total if state == "returned" else 0,
        lines=tuple(lines),
        country=chance.choice(("US", "DE", "CN", "FR")),
        referral_code=code,
    )


def _clicks(now: datetime, chance: random.Random) -> list[Visit]:
    return [
        Visit(
            id=f"click-{number}",
            code="ADA",
            at=now - timedelta(days=chance.random() * 60),
            url="/",
            user_agent=PHONE_BROWSER,
        )
        for number in range(320)
    ]
