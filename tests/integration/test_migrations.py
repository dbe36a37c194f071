"""The schema's history: it says what the tables say, goes up and down, and may run twice at once."""

from __future__ import annotations

import subprocess
import sys

import sqlalchemy
from alembic import command
from sqlalchemy import text

from distribution.db import create_engine, transaction
from distribution.db.engine import psycopg_url
from distribution.db.migrate import configuration, downgrade, upgrade
from distribution.privacy.hashing import email_hash
from distribution.proof import prove
from tests.lived import live


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


def test_what_was_kept_of_shoppers_is_taken_out_and_tokens_keep_what_they_need(
    empty_database_url: str,
) -> None:
    upgrade(empty_database_url)
    downgrade(empty_database_url, "0034")
    engine = sqlalchemy.create_engine(psycopg_url(empty_database_url))
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO distribution.bad_snapshots (source, external_id, observed_at, error, answer) VALUES "
                "('saleor', '1', now(), 'of ada@example.com', "
                """'{"id": "1", "userEmail": "ada@example.com", "note": "ring"}')"""
            )
        )
        for name, scopes in (("till", "{orders:write}"), ("crm", "{distributors:write}"), ("all", "{all}")):
            connection.execute(
                text(
                    "INSERT INTO distribution.api_tokens (id, name, token_hash, source, scopes) "
                    "VALUES (gen_random_uuid(), :name, convert_to(:name, 'UTF8'), :name, :scopes)"
                ),
                {"name": name, "scopes": scopes},
            )
    upgrade(empty_database_url)
    with engine.connect() as connection:
        [(error, answer)] = connection.execute(
            text("SELECT error, answer FROM distribution.bad_snapshots")
        ).all()
        key = connection.execute(text("SELECT key FROM distribution.hash_keys WHERE name = 'shopper'"))
        hashed = f"hash:{email_hash(bytes(key.scalar_one()), 'ada@example.com').hex()}"
        assert answer == {"id": "1", "userEmail": hashed, "note": "(text of 4)"}
        assert error == f"of {hashed}"
        tokens = connection.execute(text("SELECT name, scopes FROM distribution.api_tokens"))
        assert {row.name: row.scopes for row in tokens} == {
            "till": ["orders:write"],
            "crm": ["read", "people:read", "distributors:write"],
            "all": ["all"],
        }
    engine.dispose()


def test_who_stands_above_an_order_and_the_levels_of_lines_are_filled_in_from_history(
    empty_database_url: str,
) -> None:
    upgrade(empty_database_url)
    engine = create_engine(empty_database_url)
    live(engine)
    downgrade(empty_database_url, "0044-1")
    upgrade(empty_database_url)

    with transaction(engine) as session:
        assert prove(session).differences == ()
    with transaction(engine) as session:
        filled = session.execute(
            text("""
            SELECT (SELECT count(*) FROM distribution.orders WHERE second_id IS NOT NULL) > 0,
                (SELECT count(DISTINCT level) FROM distribution.commission_lines)
            """)
        ).one()
    assert tuple(filled) == (True, 3)
    engine.dispose()
