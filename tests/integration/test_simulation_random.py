"""Random plans of every feature: the plan that was in force all the time comes out at what is recorded."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.audit.chain import append, append_all
from distribution.commission.accrue import accrue
from distribution.commission.counting.begin import begin_counting
from distribution.commission.periods.close import close_periods
from distribution.commission.plan.compiled import compile_plan
from distribution.commission.plan.parse import parse
from distribution.commission.tables import PlanVersion
from distribution.db import transaction
from distribution.network.grade import set_grade
from distribution.network.groups import set_groups
from distribution.network.standing import suspend
from distribution.network.tables import Distributor
from distribution.orders.snapshot import OrderSnapshot
from distribution.orders.tables import ProductStage
from distribution.settings import program
from tests.database import TestDatabases
from tests.factories import ACTOR, a_distributor
from tests.frozen import snapshot_of
from tests.model.plan import world
from tests.model.plan.generate import a_document
from tests.model.plan.generate_orders import an_order_of
from tests.simulated import assert_nothing_changes

BEGIN = datetime(1990, 1, 1, tzinfo=UTC)
NOW = datetime(2090, 1, 1, tzinfo=UTC)
SPONSORS = (None, 0, 0, 1, 1, 2)


@pytest.mark.parametrize("seed", range(3))
def test_what_was_in_force_comes_out_at_what_is_recorded(engine: Engine, seed: int) -> None:
    lived_and_simulated(engine, Random(seed), orders=24)


@pytest.mark.prove
def test_it_does_so_for_many_plans(engine: Engine, database_url: str, databases: TestDatabases) -> None:
    chosen = Random()
    for _ in range(30):
        seed = chosen.getrandbits(32)
        print(f"seed {seed}", end=" ", flush=True)
        lived_and_simulated(engine, Random(seed), orders=40)
        databases.empty(database_url)
    print("\nsimulation: 30 random plans in force over 40 orders each come out at what is recorded")


def lived_and_simulated(engine: Engine, random: Random, *, orders: int) -> None:
    """Live under a random plan, then simulate it."""
    with transaction(engine) as session:
        people = [person.id for person in some_people(session, random)]
        text = json.dumps(a_document(random))
        for name, person_id in zip(world.PEOPLE, people, strict=True):
            text = text.replace(name, str(person_id))
        document = json.loads(text)
        # Whatever it names: none of these products was ever seen.
        begin_counting(session, compile_plan(parse(document)), now=BEGIN)
        append(session, PlanVersion(effective_at=BEGIN, published_at=BEGIN, actor=ACTOR, document=document))
        append_all(
            session,
            [
                ProductStage(
                    product_id=product, stage=random.choice(world.STAGES), units=1, effective_at=BEGIN
                )
                for product in world.PRODUCTS[:3]
            ],
        )
    placed = sorted(
        (some_order(random, document, number) for number in range(orders)), key=lambda each: each.placed_at
    )
    with transaction(engine) as session:
        for order in placed:
            accrue(session, [order], now=order.observed_at)
        for order in random.sample(placed, orders // 6):
            later = replace(order, observed_at=order.observed_at + timedelta(days=1))
            accrue(
                session,
                [replace(later, given_back_minor=order.total_minor // 4)],
                now=later.observed_at,
            )
    close_periods(engine, now=NOW)
    assert_nothing_changes(engine, document, now=NOW)


def some_people(session: Session, random: Random) -> list[Distributor]:
    """Six people on three levels, with grades, groups, and one of them suspended."""
    program.change(session, {"grades": world.GRADES, "groups": world.GROUPS}, actor=ACTOR, now=BEGIN)
    people: list[Distributor] = []
    for number, above in enumerate(SPONSORS):
        sponsor = None if above is None else people[above]
        person = a_distributor(session, sponsor=sponsor, code=f"CODE{number}", now=BEGIN)
        set_grade(session, person.id, grade=random.choice([None, *world.GRADES]), actor=ACTOR, now=BEGIN)
        groups = random.sample(world.GROUPS, random.choice((0, 1, 2)))
        set_groups(session, person.id, groups=groups, actor=ACTOR, now=BEGIN)
        people.append(person)
    suspend(session, random.choice(people[:2]).id, reason="a question", actor=ACTOR, now=BEGIN)
    return people


def some_order(random: Random, document: dict[str, Any], number: int) -> OrderSnapshot:
    """An order of one of a few shoppers by one of the codes, mostly paid."""
    snapshot = snapshot_of(an_order_of(random, document).state)
    total_minor = sum(line.gross_minor for line in snapshot.lines)
    shopper = random.choice([None, *(f"shopper-{each}".encode().ljust(16, b"-") for each in range(4))])
    return replace(
        snapshot,
        order_id=str(number),
        observed_at=NOW - timedelta(days=9, seconds=-number),
        # Campaigns may begin before anybody was there.
        placed_at=max(snapshot.placed_at, BEGIN + timedelta(days=1)),
        total_minor=total_minor,
        collected_minor=total_minor if random.random() < 0.9 else 0,
        customer_key=shopper,
        referral_code=f"CODE{random.randrange(6)}",
    )
