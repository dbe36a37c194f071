"""A settlement killed anywhere, by `kill -9`, and run again: the same statements as without."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Engine

from distribution.db import create_engine, transaction
from distribution.ledger.proof import proof as ledger_proof
from distribution.settlement.proof import proof
from distribution.settlement.settle import settle
from tests.database import TestDatabases
from tests.kill import finishes_unless_killed_at, finishes_within
from tests.money import NOW, earn, people

# Identities of runs are new each time; everything else must be the same.
STATEMENTS = """
SELECT run.number, statement.distributor_id, statement.currency, statement.number, statement.line_count, accrued_minor,
    reversed_minor, debt_before_minor, available_before_minor, debt_after_minor, available_after_minor
FROM distribution.statements statement JOIN distribution.settlement_runs run ON run.id = statement.run_id
"""
BALANCES = """
SELECT distributor_id, currency, account.kind, balance_minor
FROM distribution.balances balance JOIN distribution.accounts account ON account.id = balance.account_id
"""


def run_settlement(engine: Engine) -> None:
    settle(engine, actor="job:settle", now=NOW)


def earned(who: list[UUID], seed: int) -> list[tuple[UUID, int]]:
    chosen = random.Random(seed)
    return [(chosen.choice(who), chosen.choice([-900, -5, 40, 300, 700])) for _ in range(400)]


def fill(url: str, who: list[UUID], seed: int) -> None:
    engine = create_engine(url)
    with transaction(engine) as session:
        for currency in ("EUR", "USD"):
            earn(session, earned(who, seed), currency=currency)
    engine.dispose()


def outcome(url: str) -> tuple[set[Any], set[Any]]:
    with psycopg.connect(url) as connection:
        return set(connection.execute(STATEMENTS)), set(connection.execute(BALANCES))


def assert_whole(url: str) -> None:
    engine = create_engine(url)
    with transaction(engine) as session:
        assert [str(difference) for difference in [*proof(session), *ledger_proof(session)]] == []
    engine.dispose()


def undisturbed(databases: TestDatabases, filled_url: str, *, periods: int) -> tuple[set[Any], set[Any]]:
    """What the same distributors and lines come to when nobody is killed."""
    with psycopg.connect(filled_url) as source:
        ids = [row[0] for row in source.execute("SELECT id FROM distribution.distributors ORDER BY id")]
    url = databases.create()
    engine = create_engine(url)
    with transaction(engine) as session:
        session.connection().exec_driver_sql(
            "INSERT INTO distribution.distributors (id, email, name, status, email_hash, created_at)"
            " SELECT id, id || '@example.com', 'Ada', 'active', '', now() FROM unnest(%s::uuid[]) AS id",
            (ids,),
        )
    for seed in range(periods):
        fill(url, sorted(ids), seed)
        run_settlement(engine)
    engine.dispose()
    answer = outcome(url)
    databases.drop(url)
    return answer


def test_killed_before_each_statement_and_commit(own_database_url: str, databases: TestDatabases) -> None:
    who = sorted(fill_people(own_database_url))
    fill(own_database_url, who, 0)
    step = 1
    while not finishes_unless_killed_at(step, own_database_url, run_settlement):
        assert_whole(own_database_url)
        step += 1
    assert step > 10
    assert outcome(own_database_url) == undisturbed(databases, own_database_url, periods=1)


@pytest.mark.parametrize("periods", [3])
def test_killed_at_random_moments(own_database_url: str, databases: TestDatabases, periods: int) -> None:
    kill_at_random(own_database_url, databases, periods=periods)


@pytest.mark.prove
def test_killed_at_many_random_moments(own_database_url: str, databases: TestDatabases) -> None:
    killed = kill_at_random(own_database_url, databases, periods=25)
    assert killed >= 20
    print(f"settlement killed at {killed} random moments and run again: same statements, nothing twice")


def kill_at_random(url: str, databases: TestDatabases, *, periods: int) -> int:
    who = sorted(fill_people(url))
    moment, killed = random.Random(7), 0
    for seed in range(periods):
        fill(url, who, seed)
        attempts = 0
        while not finishes_within(moment.uniform(0.005, 0.12) * (1 + attempts), url, run_settlement):
            attempts += 1
            killed += 1
        assert_whole(url)
    assert outcome(url) == undisturbed(databases, url, periods=periods)
    return killed


def fill_people(url: str) -> list[UUID]:
    engine = create_engine(url)
    with transaction(engine) as session:
        who = people(session, 60)
    engine.dispose()
    return who
