"""The fixtures keep their promises: a clean database for each test, with the rows that migrations wrote."""

from __future__ import annotations

import psycopg
import pytest
import redis
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

_SEEDED = "SELECT count(*) FROM distribution.chain_heads"


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_starts_with_what_the_migrations_wrote(session: Session, turn: int) -> None:
    assert session.scalar(text("SELECT count(*) FROM distribution.outbox")) == 0
    assert session.scalar(text(_SEEDED)) > 0
    effect = (
        "INSERT INTO distribution.outbox (kind, dedupe_key, payload) VALUES ('k', 'd', '{}') RETURNING id"
    )
    assert session.scalar(text(effect)) == 1
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text("DELETE FROM distribution.chain_heads"))
    session.commit()


def test_engine_opens_several_connections(engine: Engine) -> None:
    with engine.connect() as one, engine.connect() as two:
        processes = {connection.scalar(text("SELECT pg_backend_pid()")) for connection in (one, two)}
    assert len(processes) == 2


def test_own_database_is_apart(own_database_url: str, database_url: str) -> None:
    assert own_database_url != database_url
    with psycopg.connect(own_database_url) as connection:
        assert connection.execute(_SEEDED).fetchone() != (0,)


def test_empty_database_has_no_schema(empty_database_url: str) -> None:
    with psycopg.connect(empty_database_url) as connection:
        assert connection.execute("SELECT to_regnamespace('distribution')").fetchone() == (None,)


@pytest.mark.parametrize("turn", [1, 2])
def test_redis_is_empty(redis_url: str, turn: int) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0, turn
        client.set("left", "behind")
