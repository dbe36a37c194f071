"""Periods decided while everything else goes on, by two at once, and by a process that is killed: the same lines."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from distribution.commission.periods.close import close_periods
from distribution.db import create_engine, transaction
from distribution.orders.snapshot import OrderSnapshot
from distribution.settlement.settle import settle
from jobs.counters import fold
from tests.database import TestDatabases
from tests.factories import ACTOR, a_code, a_distributor
from tests.kill import finishes_unless_killed_at, finishes_within
from tests.periods import DAY, a_cap, a_plan, on, put_in_force, record, sale, whole
from tests.proven import proven

YEAR_OVER = datetime(2027, 1, 1, 9, tzinfo=UTC)
PLAN = a_plan(
    whole(("0.00", 1_000), ("300.00", 1_200), ("600.00", 1_500)),
    whole(("0.00", 200), ("500.00", 400), level=2, by="team", period="quarter"),
    whole(("0.00", 100), ("900.00", 150), level=3, by="team", period="year"),
    caps=[a_cap("80.00"), a_cap("200.00", "quarter"), a_cap("500.00", "year")],
    ceiling_bps=1_600,
)
ORDERS = 80
LINES = """
SELECT email, currency, period, period_start, position, amount_minor, due_minor, recorded_minor, matures_at, basis::text
FROM distribution.period_adjustments AS line JOIN distribution.distributors AS person ON person.id = distributor_id
"""


def fill(engine: Engine, *, orders: int) -> None:
    """Twelve people in three levels and their orders over half a year, some of them given back later."""
    with transaction(engine) as session:
        put_in_force(session, PLAN)
        people: list[Any] = []
        for number in range(12):
            sponsor = people[(number - 1) // 3] if number % 4 else None
            people.append(a_distributor(session, email=f"p{number}@example.com", sponsor=sponsor))
            a_code(session, people[-1], f"CODE{number}")
    record(engine, *sales(random.Random(1), orders))


def sales(chosen: random.Random, orders: int) -> list[OrderSnapshot]:
    """Orders, and what became of some."""
    found = []
    for number in range(orders):
        placed_at = on(1, 1) + chosen.random() * 180 * DAY
        order = sale(
            f"o{number}",
            chosen.randint(2_000, 30_000),
            placed_at,
            referral_code=f"CODE{chosen.randrange(5)}",
        )
        found.append(order)
        if chosen.random() < 0.2:
            back = {"given_back_minor": order.total_minor // 2, "observed_at": order.observed_at + 3 * DAY}
            found.append(replace(order, **back))
    return found


def close(engine: Engine) -> None:
    close_periods(engine, now=YEAR_OVER, batch=5)


def outcome(url: str) -> set[Any]:
    engine = create_engine(url)
    proven(engine)
    with transaction(engine) as session:
        found = {tuple(row) for row in session.execute(text(LINES))}
    engine.dispose()
    return found


def filled(url: str, orders: int) -> None:
    engine = create_engine(url)
    fill(engine, orders=orders)
    engine.dispose()


def undisturbed(databases: TestDatabases, orders: int) -> set[Any]:
    """What the same orders come to when nobody is killed."""
    url = databases.create()
    filled(url, orders)
    engine = create_engine(url)
    close(engine)
    engine.dispose()
    answer = outcome(url)
    databases.drop(url)
    assert len(answer) > 10
    return answer


def test_killed_before_each_of_many_statements_and_commits(
    own_database_url: str, databases: TestDatabases
) -> None:
    """Every step of the first rounds, then at random: a whole run has hundreds."""
    filled(own_database_url, ORDERS)
    for step in range(1, 40, 5):
        assert not finishes_unless_killed_at(step, own_database_url, close)
    assert_ends_as_undisturbed(own_database_url, databases, seed=3)


def assert_ends_as_undisturbed(url: str, databases: TestDatabases, *, seed: int) -> int:
    moment, killed = random.Random(seed), 0
    while not finishes_within(moment.uniform(0.05, 0.6) * (1 + killed / 20), url, close):
        killed += 1
    assert outcome(url) == undisturbed(databases, ORDERS)
    return killed


@pytest.mark.prove
def test_killed_at_many_random_moments(databases: TestDatabases) -> None:
    killed = 0
    for seed in range(6):
        url = databases.create()
        filled(url, ORDERS)
        killed += assert_ends_as_undisturbed(url, databases, seed=seed)
        databases.drop(url)
    print(f"periods decided by processes killed at {killed} random moments: the same lines, none twice")


def test_many_at_once_write_each_line_once(own_database_url: str, databases: TestDatabases) -> None:
    filled(own_database_url, ORDERS)
    engine = create_engine(own_database_url, pool_size=8)
    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(close, engine) for _ in range(4)]:
            future.result()
    engine.dispose()
    assert outcome(own_database_url) == undisturbed(databases, ORDERS)


class Crowd:
    """Selling, giving back, deciding, settling and folding at the same time."""

    def __init__(self, engine: Engine, seconds: float) -> None:
        self.engine = engine
        self.deadline = time.monotonic() + seconds
        self.done: Counter[str] = Counter()

    def until_over(self, name: str, act: Callable[[random.Random], None], seed: int) -> None:
        chosen = random.Random(seed)
        while time.monotonic() < self.deadline:
            act(chosen)
            self.done[name] += 1

    def sell(self, chosen: random.Random) -> None:
        # Clocks of months that are over: each of these changes what a period comes to.
        number = chosen.randrange(60)
        order = sale(f"o{number}", 5_000 + 250 * number, on(1, 1) + number * 3 * DAY)
        order = replace(order, referral_code=f"CODE{number % 12}", observed_at=YEAR_OVER + self.passed())
        record(self.engine, replace(order, given_back_minor=chosen.choice([0, 0, order.total_minor // 2])))

    def passed(self) -> timedelta:
        return timedelta(seconds=time.monotonic())

    def decide(self, _: random.Random) -> None:
        close_periods(self.engine, now=YEAR_OVER + self.passed(), batch=5)

    def settle(self, _: random.Random) -> None:
        settle(self.engine, actor=ACTOR, now=YEAR_OVER + self.passed())

    def fold(self, _: random.Random) -> None:
        fold(self.engine, batch=20)


def together(url: str, seconds: float) -> Counter[str]:
    engine = create_engine(url, pool_size=20)
    fill(engine, orders=5)
    crowd = Crowd(engine, seconds)
    acts = [("sell", crowd.sell)] * 2 + [("decide", crowd.decide)] * 2
    acts += [("settle", crowd.settle), ("fold", crowd.fold)]
    with ThreadPoolExecutor(len(acts)) as pool:
        futures = [pool.submit(crowd.until_over, name, act, seed) for seed, (name, act) in enumerate(acts)]
        for future in futures:
            future.result()
    proven(engine)
    crowd.decide(random.Random(0))
    # What the last orders changed is decided now, and nobody is left who was not.
    with transaction(engine) as session:
        waiting = "SELECT count(*) FROM distribution.period_closings WHERE decided IS DISTINCT FROM seen"
        assert session.execute(text(waiting)).scalar_one() == 0
    proven(engine)
    settle(engine, actor=ACTOR, now=YEAR_OVER + crowd.passed() + 60 * DAY)
    proven(engine)
    with transaction(engine) as session:
        lines, settled = session.execute(
            text("""
            SELECT (SELECT count(*) FROM distribution.commission_lines)
                + (SELECT count(*) FROM distribution.period_adjustments),
                (SELECT sum(line_count) FROM distribution.statements)
            """)
        ).one()
    engine.dispose()
    assert lines == settled
    assert min(crowd.done[name] for name, _ in acts) > 0
    return crowd.done


def test_everything_at_once(own_database_url: str) -> None:
    together(own_database_url, 5)


@pytest.mark.prove
def test_everything_at_once_for_a_minute(own_database_url: str) -> None:
    print(f"periods decided while orders change, a minute: {dict(together(own_database_url, 60))}")
