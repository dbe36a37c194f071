"""A pooled connection whose server process went away is replaced before anybody works on it."""

from time import monotonic, sleep

import pytest
import sqlalchemy
from sqlalchemy import Engine, text

from distribution.db import transaction
from distribution.db.engine import psycopg_url
from distribution.db.liveness import watch

_PROCESS = text("SELECT pg_backend_pid()")


@pytest.mark.parametrize("lately_seconds", [60.0, 0.0], ids=["by its socket", "by asking"])
def test_a_connection_that_was_ended_is_replaced(
    database_url: str, engine: Engine, lately_seconds: float
) -> None:
    ours = sqlalchemy.create_engine(psycopg_url(database_url))
    watch(ours, lately_seconds=lately_seconds)
    with transaction(ours) as session:
        before = session.execute(_PROCESS).scalar_one()

    _end(engine, before)

    with transaction(ours) as session:
        assert session.execute(_PROCESS).scalar_one() != before
    ours.dispose()


def _end(engine: Engine, process: int) -> None:
    running = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :process")
    with transaction(engine) as session:
        session.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
    until = monotonic() + 10
    while monotonic() < until:
        with transaction(engine) as session:
            if not session.execute(running, {"process": process}).scalar_one():
                return
        sleep(0.01)
    raise AssertionError("the process did not end")
