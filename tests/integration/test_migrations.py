"""The schema's history: it says what the tables say, goes up and down, and may run twice at once."""

from __future__ import annotations

import subprocess
import sys

import sqlalchemy
from alembic import command
from sqlalchemy import text

from distribution.db.engine import psycopg_url
from distribution.db.migrate import configuration, downgrade, upgrade


def _tables(url: str) -> set[str]:
    engine = sqlalchemy.create_engine(psycopg_url(url))
    with engine.connect() as connection:
        names = set(
            connection.execute(
                text("SELECT tablename FROM pg_tables WHERE schemaname = 'distribution'")
            ).scalars()
        )
    engine.dispose()
    return names


def test_migrations_make_exactly_the_tables_that_the_code_declares(empty_database_url: str) -> None:
    upgrade(empty_database_url)

    command.check(configuration(empty_database_url))


def test_down_to_nothing_and_up_again(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    everything = _tables(empty_database_url)
    downgrade(empty_database_url, "base")

    assert _tables(empty_database_url) == {"alembic_version"}

    upgrade(empty_database_url)

    assert _tables(empty_database_url) == everything


def test_two_migrations_at_once_make_one_schema(empty_database_url: str) -> None:
    program = [
        sys.executable,
        "-c",
        "import sys; from distribution.db.migrate import upgrade; upgrade(sys.argv[1])",
    ]
    both = [subprocess.Popen([*program, empty_database_url]) for _ in range(2)]

    assert [each.wait(60) for each in both] == [0, 0]
    command.check(configuration(empty_database_url))


def test_a_migration_again_changes_nothing(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    upgrade(empty_database_url)

    command.check(configuration(empty_database_url))
