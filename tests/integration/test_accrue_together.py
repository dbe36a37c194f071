"""Many record the same orders at once: in any order, in any batches, they end where one alone would."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.commission.accrue import accrue
from distribution.commission.publish import publish
from distribution.commission.reading import COUNTING_LOCK, EPOCH_LOCK, lock_keys
from distribution.db import transaction
from distribution.orders.snapshot import OrderSnapshot
from distribution.proof import prove
from distribution.settlement.settle import settle
from tests.factories import ACTOR, a_chain, a_code
from tests.model import books
from tests.model.order import ModelLine, ModelOrder
from tests.model.program import ModelProgram, Person
from tests.saleor_orders import OBSERVED_AT, PLACED_AT, snapshot_of

THREADS, ORDERS = 8, 24
Seen = tuple[ModelOrder, datetime]
COUNTED = {
    "name": "Counted",
    "ceiling_bps": 10_000,
    "hold_days": 0,
    "rates": [
        {
            "level": 1,
            "tiers": {
                "by": "own",
                "period": "month",
                "mode": "marginal",
                "currency": "USD",
                "steps": [{"from": "0.00", "bps": 1_000}, {"from": "150.00", "bps": 2_000}],
            },
        }
    ],
}


def states(number: int) -> list[Seen]:
    """An order from paid to shipped, refunded in part and returned in part."""
    found = []
    for step in range(4):
        line = ModelLine(3, 6_000 + number, 6_600 + number)
        if step:
            line.shipments = [(PLACED_AT, 2)]
        order = ModelOrder(
            f"order-{number}",
            "USD",
            PLACED_AT,
            {"TEE": line},
            # Three shoppers buy everything: whoever records two of their orders waits for the others.
            email=f"shopper-{number % 3}@example.com",
            code="CODE",
        )
        back = 1_000 if step > 1 else 0
        order.charged, order.refunded = order.total - back, back
        if step > 2:
            line.take_back(1)
            line.returned = 1
        found.append((order, OBSERVED_AT + timedelta(minutes=step)))
    return found


def batches(seen: list[Seen], chance: random.Random) -> list[list[OrderSnapshot]]:
    """Everything, shuffled, some of it twice, in batches of any size."""
    shuffled = [*seen, *chance.sample(seen, len(seen) // 4)]
    chance.shuffle(shuffled)
    cut = []
    while shuffled:
        size = chance.randint(1, 12)
        cut.append([snapshot_of(order.shown(), at) for order, at in shuffled[:size]])
        shuffled = shuffled[size:]
    return cut


def together(engine: Engine, *, rounds: int) -> int:
    """Let all threads record all there is; returns how many snapshots they were given."""
    model = ModelProgram()
    with transaction(engine) as session:
        people = a_chain(session, 3)
        a_code(session, people[0], "CODE")
    for person in people:
        known = Person(person.id, "", "", [(PLACED_AT, person.sponsor_id)], [(PLACED_AT, "active")])
        model.people[person.id] = known
    model.people[people[0].id].code = "CODE"
    given = 0
    for round_number in range(rounds):
        seen = [each for number in range(ORDERS) for each in states(round_number * ORDERS + number)]
        work = [batches(seen, random.Random(1_000 * round_number + thread)) for thread in range(THREADS)]
        given += sum(len(batch) for mine in work for batch in mine)
        record_all(engine, work)
        for order, at in seen:
            model.see(order, at)
        with transaction(engine) as session:
            assert prove(session).differences == ()
            assert books.accrued(session) == model.accrued()
    return given


def record_all(engine: Engine, work: list[list[list[OrderSnapshot]]]) -> None:
    """Each thread records its batches, a transaction each, while settlements take what is due."""
    ready = Barrier(len(work) + 1)

    def record(mine: list[list[OrderSnapshot]]) -> None:
        ready.wait()
        for batch in mine:
            with transaction(engine) as session:
                accrue(session, batch, now=OBSERVED_AT + timedelta(days=1))

    def settle_often() -> None:
        ready.wait()
        for _ in range(5):
            settle(engine, actor=ACTOR, now=OBSERVED_AT + timedelta(days=20))

    with ThreadPoolExecutor(len(work) + 1) as pool:
        for future in [*(pool.submit(record, mine) for mine in work), pool.submit(settle_often)]:
            future.result(timeout=300)


def test_eight_threads_end_where_one_would(engine: Engine) -> None:
    together(engine, rounds=1)


@pytest.mark.prove
def test_eight_threads_for_long(engine: Engine) -> None:
    given = together(engine, rounds=12)
    print(
        f"recording together: {given} snapshots of {12 * ORDERS} orders by {THREADS} threads, no deadlock, proven"
    )


def test_a_batch_with_two_orders_of_one_shopper_locks_both_before_it_records_one(
    engine: Engine, session: Session
) -> None:
    first, second = (states(number)[1] for number in (0, 3))
    batch = [snapshot_of(order.shown(), at) for order, at in (first, second)]
    with transaction(engine) as other:
        other.connection().exec_driver_sql("SELECT pg_advisory_xact_lock_shared(%s)", (EPOCH_LOCK,))
        (key,) = set(lock_keys(batch[1:])) - set(lock_keys(batch[:1]))
        other.connection().exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (key,))
        with ThreadPoolExecutor(1) as pool:
            recording = pool.submit(lambda: accrue_alone(engine, batch))
            with pytest.raises(TimeoutError):
                recording.result(timeout=0.5)
            # What the batch waits for it must not hold up: its first order can still be recorded by whoever has both.
            free = other.connection().exec_driver_sql(
                "SELECT bool_and(pg_try_advisory_xact_lock(key)) FROM unnest(%s::bigint[]) AS key",
                ([each for each in lock_keys(batch) if each > key],),
            )
            assert free.scalar_one() is not False
            other.rollback()
            assert recording.result(timeout=30) == ["recorded", "recorded"]


def test_who_waited_while_counting_began_takes_its_turn(engine: Engine, session: Session) -> None:
    order, at = states(0)[1]
    with transaction(engine) as publishing, transaction(engine) as other, ThreadPoolExecutor(1) as pool:
        publish(publishing, COUNTED, actor=ACTOR, now=OBSERVED_AT)
        other.connection().exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (COUNTING_LOCK,))
        recording = pool.submit(accrue_alone, engine, [snapshot_of(order.shown(), at)])
        with pytest.raises(TimeoutError):
            recording.result(timeout=0.5)
        publishing.commit()
        # Only now it can know that sales are counted, and that another records.
        with pytest.raises(TimeoutError):
            recording.result(timeout=0.5)
        other.rollback()
        assert recording.result(timeout=30) == ["recorded"]


def accrue_alone(engine: Engine, batch: list[OrderSnapshot]) -> list[str]:
    with transaction(engine) as session:
        return [each.effect for each in accrue(session, batch, now=OBSERVED_AT)]
