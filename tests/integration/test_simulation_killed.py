"""A simulation killed anywhere, by `kill -9`, and carried on: the same result as undisturbed."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import Engine

from distribution.db import create_engine, transaction
from distribution.simulation.advance import advance
from distribution.simulation.read import people_of, simulation
from tests.factories import a_chain, a_code
from tests.integration.test_simulation import EVERYTHING, an_order
from tests.kill import finishes_unless_killed_at, finishes_within
from tests.periods import on, record
from tests.simulated import begin

NOW = on(1, 9)


@pytest.fixture
def own_engine(own_database_url: str) -> Iterator[Engine]:
    engine = create_engine(own_database_url)
    yield engine
    engine.dispose()


def test_killed_before_each_statement_and_commit(own_database_url: str, own_engine: Engine) -> None:
    fill(own_engine, orders=18)
    undisturbed = ended(own_engine, begin_one(own_engine))
    simulation_id = begin_one(own_engine)
    step = 1
    while not finishes_unless_killed_at(step, own_database_url, lambda engine: go_on(engine, simulation_id)):
        step += 1
    assert step > 15
    assert ended(own_engine, simulation_id) == undisturbed


def test_killed_at_random_moments(own_database_url: str, own_engine: Engine) -> None:
    kill_at_random(own_database_url, own_engine, times=4)


@pytest.mark.prove
def test_killed_at_fifty_random_moments(own_database_url: str, own_engine: Engine) -> None:
    killed = kill_at_random(own_database_url, own_engine, times=50)
    print(f"simulation killed at {killed} random moments and carried on: same result to the minor unit")


def kill_at_random(url: str, engine: Engine, *, times: int) -> int:
    chosen = random.Random(20261122)
    fill(engine, orders=60)
    began = time.monotonic()
    undisturbed = ended(engine, begin_one(engine))
    seconds = time.monotonic() - began
    killed = 0
    for _ in range(times):
        simulation_id = begin_one(engine)
        act = partial(go_on, simulation_id=simulation_id)
        while not finishes_within(chosen.uniform(0.02, 1.2) * seconds, url, act):
            killed += 1
        assert ended(engine, simulation_id) == undisturbed
    assert killed
    return killed


def fill(engine: Engine, *, orders: int) -> None:
    with transaction(engine) as session:
        chain = a_chain(session, 3)
        for person, code in zip(chain, ("ALICE", "BOB"), strict=False):
            a_code(session, person, code)
    record(
        engine,
        *(an_order(number, on(1 + number * 3 % 28, 1 + number * 3 // 28)) for number in range(orders)),
    )


def begin_one(engine: Engine) -> UUID:
    found: UUID = begin(engine, EVERYTHING, now=NOW)
    return found


def go_on(engine: Engine, simulation_id: UUID) -> None:
    assert advance(engine, simulation_id, clock=lambda: NOW, page_orders=2, checkpoint_orders=4).result


def ended(engine: Engine, simulation_id: UUID) -> object:
    """The outcome; of one that has not ended, after it has."""
    go_on(engine, simulation_id)
    with transaction(engine) as session:
        return simulation(session, simulation_id).result, list(people_of(session, simulation_id))
