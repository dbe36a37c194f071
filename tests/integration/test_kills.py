"""The whole way from an order to a payout, each job killed by `kill -9` at random moments and run again.

What stands in the end is, to the byte and the time, what stands without: nothing twice, nothing left out.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import pytest
from sqlalchemy import Engine, select

from distribution.adapters.payout.manual import ManualAdapter
from distribution.commission.accrue import accrue
from distribution.db import create_engine, transaction
from distribution.ledger.read import holdings
from distribution.network.tables import Distributor
from distribution.orders.snapshot import OrderSnapshot
from distribution.outbox import carry_out
from distribution.proof import prove
from distribution.settlement.settle import settle
from distribution.withdrawal.approve import PAYOUT, approve
from distribution.withdrawal.pay import mark_paid
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.request import request
from distribution.withdrawal.send import payout_handler
from tests.database import TestDatabases
from tests.dump import dump
from tests.factories import ACTOR, a_chain, a_code
from tests.kill import finishes_within
from tests.model.order import ModelLine, ModelOrder
from tests.saleor_orders import PLACED_AT, snapshot_of

DAY = timedelta(days=1)
NOBODY = UUID(int=0)
ORDERS, BATCH = 40, 8
Act = Callable[[Engine], None]


@dataclass
class Life:
    """The same months of a program, lived once more at each address."""

    url: str
    kills_an_act: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(4))
    killed: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)

    def month(self, number: int) -> None:
        """Orders are recorded, what is due is settled, some take out half of what they have."""
        began_at = PLACED_AT + number * 30 * DAY
        batches = list(month_of_orders(number, began_at))
        self._do("recording", lambda engine: record(engine, batches))
        self._do("settling", lambda engine: settle_all(engine, began_at + 29 * DAY))
        wanted = self._wanted(number)
        self._do("paying", lambda engine: pay(engine, wanted, began_at + 29 * DAY))

    def _do(self, what: str, act: Act) -> None:
        longest, attempts = 0.6 * self.seconds.get(what, 0.0), 0
        while attempts < self.kills_an_act or (self.kills_an_act and not self.killed[what]):
            attempts += 1
            # One that was done before it was killed is done once more, which must change nothing; and it was quicker
            # than without kills, as where other work on the machine has just ended.
            if finishes_within(self.chance.uniform(0.02, 1.0) * longest, self.url, act):
                longest /= 2
            else:
                self.killed[what] += 1
        if self.kills_an_act:
            self._prove(f"after kills while {what}")
        began = time.monotonic()
        assert finishes_within(120, self.url, act), f"{what} does not end"
        self.seconds[what] = time.monotonic() - began

    def _prove(self, when: str) -> None:
        engine = create_engine(self.url)
        with transaction(engine) as session:
            assert prove(session).differences == (), when
        engine.dispose()

    def _wanted(self, month: int) -> list[tuple[UUID, UUID, str, int]]:
        engine = create_engine(self.url)
        with transaction(engine) as session:
            people = list(session.scalars(select(Distributor.id).order_by(Distributor.id)))
            wanted = [
                (
                    uuid5(NOBODY, f"{month} {each.distributor_id} {each.currency}"),
                    each.distributor_id,
                    each.currency,
                    each.available_minor // 2,
                )
                for each in holdings(session, people)
                if each.available_minor > 1
            ][month % 3 :: 3]
        engine.dispose()
        return wanted


def month_of_orders(month: int, began_at: datetime) -> Iterator[list[OrderSnapshot]]:
    """A month's orders as read in batches: paid and shipped, some seen twice, some refunded, older ones too."""
    chance = random.Random(month)
    orders = [an_order(month, number, began_at) for number in range(ORDERS)]
    seen = [
        (order, began_at + 2 * DAY + number * timedelta(minutes=1)) for number, order in enumerate(orders)
    ]
    for number in chance.sample(range(ORDERS), 12):
        half = an_order(month, number, began_at)
        half.charged, half.refunded = half.total // 2, half.total - half.total // 2
        seen.append((half, began_at + 5 * DAY))
    if month:
        for number in chance.sample(range(ORDERS), 30):
            old = an_order(month - 1, number, began_at - 30 * DAY)
            old.charged, old.refunded = 0, old.total
            seen.append((old, began_at + 6 * DAY))
    chance.shuffle(seen)
    snapshots = [snapshot_of(order.shown(), at) for order, at in seen]
    for first in range(0, len(snapshots), BATCH):
        yield snapshots[first : first + BATCH]


def an_order(month: int, number: int, placed_at: datetime) -> ModelOrder:
    shipped_at = placed_at + DAY
    order = ModelOrder(
        id=f"order-{month}-{number}",
        currency="JPY" if number % 5 == 0 else "USD",
        placed_at=placed_at,
        lines={
            "TEE": ModelLine(2, 4_000 + number, 4_400 + number, shipments=[(shipped_at, 2)]),
            "MUG": ModelLine(3, 1_000, 1_000, shipments=[(shipped_at, 1)]),
        },
        email=f"shopper-{number % 7}@example.com",
        code=f"CODE{number % 3}",
    )
    order.charged = order.total
    return order


def record(engine: Engine, batches: list[list[OrderSnapshot]]) -> None:
    for batch in batches:
        with transaction(engine) as session:
            accrue(session, batch, now=max(each.observed_at for each in batch))


def settle_all(engine: Engine, now: datetime) -> None:
    settle(engine, actor="job:settle", now=now)


def pay(engine: Engine, wanted: list[tuple[UUID, UUID, str, int]], now: datetime) -> None:
    """Everything between a request and the money being there; the claim of a job that died is free at once."""
    for withdrawal_id, who, currency, amount_minor in wanted:
        with transaction(engine) as session:
            request(
                session,
                distributor_id=who,
                amount_minor=amount_minor,
                currency=currency,
                method="manual",
                policy=WithdrawalPolicy(),
                actor=f"distributor:{who}",
                now=now,
                withdrawal_id=withdrawal_id,
            )
        with transaction(engine) as session:
            approve(session, withdrawal_id, actor=ACTOR, now=now)
    handlers = {PAYOUT: payout_handler(engine, providers={"manual": ManualAdapter()}, clock=lambda: now)}
    while carry_out(engine, handlers, clock=lambda: now, lease=timedelta(0)).total:
        pass
    for withdrawal_id, *_ in wanted:
        with transaction(engine) as session:
            mark_paid(session, withdrawal_id, reference="by hand", actor=ACTOR, now=now)


def settled_people(url: str) -> None:
    engine = create_engine(url)
    with transaction(engine) as session:
        for number in range(3):
            a_code(session, a_chain(session, 3)[0], f"CODE{number}")
    engine.dispose()


def kill(databases: TestDatabases, url: str, *, months: int, kills_an_act: int) -> Counter[str]:
    """Live the same months twice, once under kills; the databases are the same afterwards."""
    settled_people(url)
    undisturbed = databases.copy(url)
    life, quiet = Life(url, kills_an_act), Life(undisturbed)
    for month in range(months):
        quiet.month(month)
        life.seconds = dict(quiet.seconds)
        life.month(month)
    ours, theirs = dump(url), dump(undisturbed)
    for table in theirs:
        assert ours[table] == theirs[table], f"{table} is not what it is without kills"
    databases.drop(undisturbed)
    return life.killed


def test_killed_anywhere_and_run_again_everything_is_as_without(
    databases: TestDatabases, own_database_url: str
) -> None:
    killed = kill(databases, own_database_url, months=1, kills_an_act=3)
    assert min(killed["recording"], killed["settling"], killed["paying"]) >= 1


@pytest.mark.prove
def test_killed_at_fifty_random_moments_each(databases: TestDatabases, own_database_url: str) -> None:
    killed = kill(databases, own_database_url, months=15, kills_an_act=6)
    print(
        "kills: "
        + ", ".join(f"{count} while {what}" for what, count in sorted(killed.items()))
        + f"; {15 * ORDERS} orders, their settlements and payouts are row for row as without"
    )
    assert min(killed.values()) >= 50
