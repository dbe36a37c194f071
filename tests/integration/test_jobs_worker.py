"""Worker, listener and scheduler as processes, on a real Redis: an order is here seconds after the poke."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from rq import Queue
from rq.registry import FailedJobRegistry
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.adapters.queue import LONG_QUEUE, POKE_CHANNEL, QUEUE, beats, wake
from distribution.db import clock_at, create_engine
from jobs.listener import DRAIN
from jobs.schedule import RECURRING, Scheduler
from saleor_plugin import poke
from tests.drained import add_signals, inbox
from tests.factories import a_chain, a_code
from tests.faulty_servers import FaultyRedis, free_port
from tests.processes import descendants, distribution, environment, running, wait_until
from tests.recordings import CODE
from tests.saleor_server import Shop, last_states, running_shop


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running_shop() as shop:
        shop.put(*last_states(CODE))
        yield shop


@pytest.fixture
def own_engine(own_database_url: str) -> Iterator[Engine]:
    engine = create_engine(own_database_url)
    with Session(engine, expire_on_commit=False) as session:
        a_code(session, a_chain(session, 3)[0], CODE)
        session.commit()
    yield engine
    engine.dispose()


def settings(shop: Shop, database_url: str, redis_url: str) -> dict[str, str]:
    return environment(
        DATABASE_URL=database_url, REDIS_URL=redis_url, SALEOR_API_URL=shop.url, SALEOR_TOKEN=shop.token
    )


def recorded_orders(engine: Engine) -> int:
    with Session(engine) as session:
        return int(session.execute(text("SELECT count(*) FROM distribution.orders")).scalar_one())


def workers_alive(redis_url: str, engine: Engine) -> int:
    with redis.Redis.from_url(redis_url) as connection, Session(engine) as session:
        return beats(connection, now=clock_at(session)).workers


def is_listening(redis_url: str) -> bool:
    with redis.Redis.from_url(redis_url) as connection:
        return bool(connection.pubsub_numsub(POKE_CHANNEL)[0][1])


def test_the_plugin_publishes_where_we_listen() -> None:
    assert poke.CHANNEL == POKE_CHANNEL
    assert any(each.job == DRAIN for each in RECURRING)


def test_a_poke_brings_every_order_within_seconds(
    shop: Shop, own_database_url: str, own_engine: Engine, redis_url: str
) -> None:
    with running(
        distribution("worker", "--count", "1"), settings(shop, own_database_url, redis_url)
    ) as worker:
        wait_until(lambda: is_listening(redis_url) and workers_alive(redis_url, own_engine) == 1)
        add_signals(own_engine, shop.orders)

        poke.publish(redis_url)

        assert wait_until(lambda: recorded_orders(own_engine) == len(shop.orders)) < 10
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0


def test_the_scheduler_brings_them_without_a_poke(
    shop: Shop, own_database_url: str, own_engine: Engine, redis_url: str
) -> None:
    environ = settings(shop, own_database_url, redis_url)
    with running(distribution("worker"), environ), running(distribution("scheduler"), environ) as scheduler:
        wait_until(lambda: workers_alive(redis_url, own_engine) == 2)
        add_signals(own_engine, shop.orders)

        assert wait_until(lambda: recorded_orders(own_engine) == len(shop.orders)) < 15
        scheduler.send_signal(signal.SIGTERM)
        assert scheduler.wait(timeout=20) == 0


def test_a_worker_that_is_killed_is_started_again(
    shop: Shop, own_database_url: str, own_engine: Engine, redis_url: str
) -> None:
    with running(
        distribution("worker", "--count", "1"), settings(shop, own_database_url, redis_url)
    ) as worker:
        wait_until(lambda: is_listening(redis_url) and workers_alive(redis_url, own_engine) == 1)
        for process_id in descendants(worker.pid):
            os.kill(process_id, signal.SIGKILL)
        wait_until(lambda: is_listening(redis_url))
        add_signals(own_engine, shop.orders)

        poke.publish(redis_url)

        wait_until(lambda: recorded_orders(own_engine) == len(shop.orders))


def test_a_redis_that_restarts_is_found_again(
    shop: Shop, own_database_url: str, own_engine: Engine, tmp_path: Path
) -> None:
    server = FaultyRedis(tmp_path / "redis", free_port())
    server.start()
    try:
        environ = settings(shop, own_database_url, server.url)
        with (
            running(distribution("worker", "--count", "1"), environ),
            running(distribution("scheduler"), environ),
        ):
            wait_until(lambda: is_listening(server.url))
            server.stop()
            add_signals(own_engine, shop.orders)
            server.start()

            wait_until(lambda: recorded_orders(own_engine) == len(shop.orders), seconds=60)
    finally:
        server.close()


def test_without_a_worker_nothing_piles_up(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        for _ in range(3):
            Scheduler(connection).enqueue_jobs()

        queues = [Queue(name, connection=connection) for name in (QUEUE, LONG_QUEUE)]
        assert sum(queue.count for queue in queues) == len(RECURRING)
        assert not wake(connection, DRAIN)


def test_a_job_that_fails_is_seen_and_the_next_one_runs_all_the_same(
    shop: Shop, own_database_url: str, own_engine: Engine, redis_url: str
) -> None:
    broken = own_engine.execution_options(isolation_level="AUTOCOMMIT")
    with broken.connect() as connection:
        connection.execute(text("ALTER TABLE distribution.inbox RENAME TO inbox_away"))
    with (
        redis.Redis.from_url(redis_url) as connection,
        running(distribution("worker", "--count", "1"), settings(shop, own_database_url, redis_url)),
    ):
        failed = FailedJobRegistry(queue=Queue(QUEUE, connection=connection))
        wait_until(lambda: failed.count > 0)
        with Session(own_engine) as session:
            failures, error = session.execute(
                text("SELECT failures, last_error FROM distribution.job_runs WHERE name = 'drain_inbox'")
            ).one()
        assert failures >= 1
        assert "inbox" in error
        with broken.connect() as administration:
            administration.execute(text("ALTER TABLE distribution.inbox_away RENAME TO inbox"))
        add_signals(own_engine, shop.orders)

        poke.publish(redis_url)

        wait_until(lambda: recorded_orders(own_engine) == len(shop.orders))
        assert {row.hook for row in inbox(own_engine)} == {"reread"}


def test_settings_that_are_missing_are_named(own_database_url: str) -> None:
    for command in ("worker", "scheduler"):
        done = subprocess.run(
            distribution(command),
            env=environment(DATABASE_URL=own_database_url),
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 2
        assert done.stderr.startswith("distribution: DISTRIBUTION_REDIS_URL is missing")
        assert done.stderr.count("\n") == 1
