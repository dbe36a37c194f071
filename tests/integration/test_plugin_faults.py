"""Database and Redis gone in every way: a request waits once, nobody waits after it, and what was held arrives."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from saleor_plugin.poke import CHANNEL
from saleor_plugin.process import Process
from saleor_plugin.signals import Signal
from saleor_plugin.writer import PATIENCE_SECONDS
from tests.faulty_servers import FAULTS, FaultyPostgres, FaultyRedis, free_port

SCHEDULING_SECONDS = 0.25
"""What a machine that others share may add; a request that waited for a server would wait for seconds. `make prove`
measures the 50 ms at a real Saleor."""


def most(waits: list[float]) -> float:
    """The longest wait but for the one in twenty that a busy machine may add of its own."""
    return sorted(waits)[len(waits) * 19 // 20]


@pytest.fixture(scope="module")
def postgres(server_directory: Path) -> Iterator[FaultyPostgres]:
    server = FaultyPostgres(server_directory / "faulty-postgres", free_port())
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def valkey(server_directory: Path) -> Iterator[FaultyRedis]:
    server = FaultyRedis(server_directory / "faulty-redis", free_port())
    server.start()
    yield server
    server.close()


@pytest.fixture
def process(postgres: FaultyPostgres, valkey: FaultyRedis) -> Process:
    with psycopg.connect(postgres.url) as connection:
        connection.execute("TRUNCATE distribution.inbox")
    return Process({"DISTRIBUTION_DATABASE_URL": postgres.url, "DISTRIBUTION_REDIS_URL": valkey.url})


def order(number: int) -> Signal:
    return Signal("order", f"order-{number}", "order_updated")


def submit(process: Process, number: int) -> float:
    started = time.monotonic()
    process.submit([order(number)], PATIENCE_SECONDS)
    return time.monotonic() - started


def written(postgres: FaultyPostgres) -> set[str]:
    with psycopg.connect(postgres.url) as connection:
        return {row[0] for row in connection.execute("SELECT subject_id FROM distribution.inbox").fetchall()}


def until(check: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.05)


def health(process: Process, name: str) -> int:
    value = process.health()[name]
    assert isinstance(value, int)
    return value


@pytest.mark.parametrize("connected", [True, False], ids=["connected", "fresh"])
@pytest.mark.parametrize("fault", FAULTS)
def test_database_gone(process: Process, postgres: FaultyPostgres, fault: str, connected: bool) -> None:
    if connected:
        submit(process, 0)
        until(lambda: health(process, "written") == 1)
    try:
        postgres.fail(fault)
        first = submit(process, 1)
        assert first < 2 * PATIENCE_SECONDS + SCHEDULING_SECONDS
        assert process.health()["breaker"] == "open"
        # Long enough for several probes to fail: none of them may cost a request anything.
        waits = []
        end = time.monotonic() + 2.5
        while time.monotonic() < end:
            waits.append(submit(process, 2 + len(waits)))
            time.sleep(0.02)
        assert sorted(waits)[len(waits) // 2] < 0.01
        assert most(waits) < SCHEDULING_SECONDS
    finally:
        postgres.recover()
    until(lambda: process.health()["breaker"] == "closed")
    assert written(postgres) >= {f"order-{number}" for number in range(1, 2 + len(waits))}
    assert health(process, "dropped") == 0
    assert submit(process, 10_000) < PATIENCE_SECONDS + SCHEDULING_SECONDS
    assert "order-10000" in written(postgres)


@pytest.mark.parametrize("fault", FAULTS)
def test_redis_gone(process: Process, postgres: FaultyPostgres, valkey: FaultyRedis, fault: str) -> None:
    try:
        valkey.fail(fault)
        submit(process, 0)
        waits = []
        for number in range(1, 40):
            waits.append(submit(process, number))
            time.sleep(0.05)
        assert most(waits) < PATIENCE_SECONDS + SCHEDULING_SECONDS
        assert process.health()["breaker"] == "closed"
        assert health(process, "failed_pokes") > 0
    finally:
        valkey.recover()
    until(lambda: written(postgres) == {f"order-{number}" for number in range(40)})


def test_pokes_are_heard_at_most_once_a_second(postgres: FaultyPostgres, redis_url: str) -> None:
    process = Process({"DISTRIBUTION_DATABASE_URL": postgres.url, "DISTRIBUTION_REDIS_URL": redis_url})
    with (
        redis.Redis.from_url(redis_url) as client,
        client.pubsub(ignore_subscribe_messages=True) as listener,
    ):
        listener.subscribe(CHANNEL)
        listener.get_message(timeout=1)
        for number in range(30):
            submit(process, number)
            time.sleep(0.05)
        heard = []
        while message := listener.get_message(timeout=1.2):
            heard.append(message["data"])
    assert 1 <= len(heard) <= 3
    assert set(heard) == {b"1"}


FORKING = """
import os, sys, threading
from saleor_plugin import process
from saleor_plugin.signals import Signal

def submit(name):
    process.current().submit([Signal("order", name, "order_updated")], 5.0)

submit("before")
children = []
for child in range(3):
    pid = os.fork()
    if pid == 0:
        submit(f"child-{child}")
        grandchild = os.fork()
        if grandchild == 0:
            submit(f"grandchild-{child}")
            os._exit(0 if process.current().health()["written"] == 1 else 1)
        _, status = os.waitpid(grandchild, 0)
        health = process.current().health()
        os._exit(0 if status == 0 and health["written"] == 1 and health["pid"] == os.getpid() else 1)
    children.append(pid)
statuses = [os.waitpid(pid, 0)[1] for pid in children]
submit("after")
health = process.current().health()
sys.exit(any(statuses) or health["written"] != 2 or health["breaker"] != "closed" or health["failed_writes"])
"""


def test_forks_get_connections_of_their_own(
    process: Process, postgres: FaultyPostgres, valkey: FaultyRedis
) -> None:
    variables = {"DISTRIBUTION_DATABASE_URL": postgres.url, "DISTRIBUTION_REDIS_URL": valkey.url}
    done = subprocess.run(
        [sys.executable, "-c", FORKING], env=os.environ | variables, timeout=60, check=False
    )
    assert done.returncode == 0
    families = {f"{who}-{number}" for who in ("child", "grandchild") for number in range(3)}
    assert written(postgres) == {"before", "after"} | families
