"""Killed at any moment and started again, the drain ends where it would have ended."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.adapters.saleor.client import SaleorClient
from distribution.db import create_engine
from distribution.proof import prove
from jobs.drain import drain
from tests.drained import add_signals, final_state, inbox, time_passes
from tests.factories import a_chain, a_code
from tests.processes import environment, kill_tree, wait_until
from tests.recordings import CODE
from tests.saleor_server import Shop, recorded, running_shop, with_code

STATES = [with_code(order, CODE) for order in recorded("refund_after_fulfilment")]
ORDERS = 60
DRAIN = [sys.executable, "-c", "from jobs.drain import drain_inbox; drain_inbox()"]


@dataclass
class World:
    """A shop whose orders go from state to state, and a database that follows."""

    shop: Shop
    url: str
    engine: Engine
    client: SaleorClient

    def change(self, turn: int) -> None:
        """Every order is in another state, and the plugin says so."""
        for number in range(ORDERS):
            state = STATES[(turn + number) % len(STATES)]
            who = f"{number}@example.com"
            self.shop.put({**state, "id": f"T3JkZXI6{number}", "number": str(number), "userEmail": who})
        add_signals(self.engine, self.shop.orders, repeated=2)

    def drain(self) -> None:
        """Drain undisturbed until nothing waits, second readings included."""
        while inbox(self.engine):
            time_passes(self.engine)
            drain(self.engine, self.client)

    def drain_killed(self, after_seconds: float) -> bool:
        """Drain in a process that is killed so long after its first request; whether work was left."""
        asked_before = len(self.shop.requests)
        process = self.start()
        wait_until(lambda: len(self.shop.requests) > asked_before or process.poll() is not None)
        time.sleep(after_seconds)
        kill_tree(process)
        return any(row.hook != "reread" for row in inbox(self.engine))

    def working_seconds(self) -> float:
        """How long a whole drain goes on after its first request."""
        asked_before = len(self.shop.requests)
        process = self.start()
        wait_until(lambda: len(self.shop.requests) > asked_before)
        started = time.monotonic()
        process.wait()
        return time.monotonic() - started

    def start(self) -> subprocess.Popen[bytes]:
        """A drain in a process of its own."""
        environ = environment(
            DATABASE_URL=self.url,
            REDIS_URL="redis://localhost:1/0",
            SALEOR_API_URL=self.shop.url,
            SALEOR_TOKEN=self.shop.token,
        )
        return subprocess.Popen(DRAIN, env=environ, stderr=subprocess.DEVNULL)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running_shop() as shop:
        yield shop


def a_world(shop: Shop, url: str) -> World:
    engine = create_engine(url)
    with Session(engine, expire_on_commit=False) as session:
        a_code(session, a_chain(session, 3)[0], CODE)
        session.commit()
    return World(shop, url, engine, SaleorClient(shop.url, shop.token))


def kills(shop: Shop, killed_url: str, undisturbed_url: str, *, turns: int, seed: int) -> tuple[int, float]:
    """Let two worlds go through the same changes, one of them killed each time; how many kills met work."""
    killed, undisturbed = a_world(shop, killed_url), a_world(shop, undisturbed_url)
    chance = random.Random(seed)
    killed.change(0)
    whole = killed.working_seconds()
    killed.drain()
    met = 0
    for turn in range(1, turns + 1):
        killed.change(turn)
        # Most of it is the end of the process: early moments are the more telling ones.
        met += killed.drain_killed(chance.random() ** 2 * whole)
        killed.drain()
    for turn in range(turns + 1):
        undisturbed.change(turn)
        undisturbed.drain()
    assert final_state(killed.engine) == final_state(undisturbed.engine)
    with Session(killed.engine) as session:
        assert prove(session).holds
    with Session(killed.engine) as session:
        assert session.execute(text("SELECT count(*) FROM distribution.bad_snapshots")).scalar_one() == 0
    for world in (killed, undisturbed):
        world.engine.dispose()
    return met, whole


def test_killed_and_run_again_it_ends_where_it_would_have(
    shop: Shop, own_database_url: str, module_database_url: str
) -> None:
    kills(shop, own_database_url, module_database_url, turns=4, seed=1)


@pytest.mark.prove
def test_killed_fifty_times(shop: Shop, own_database_url: str, module_database_url: str) -> None:
    met, whole = kills(shop, own_database_url, module_database_url, turns=50, seed=2)

    print(
        f"\nprove drain killed: 50 kill -9 at random moments of {whole:.2f} s of work over {ORDERS} orders, "
        f"{met} left some undone; rerun, the final state is that of undisturbed runs"
    )
    assert met >= 10
