"""Runs the migrations in one transaction under a lock of their own, with time-outs that spare a living shop."""

from __future__ import annotations

import sqlalchemy
from alembic import context
from sqlalchemy import text

import distribution.db.tables
from distribution.db import SCHEMA, Base
from distribution.db.engine import psycopg_url
from distribution.db.migrate import LOCK

assert distribution.db.tables


def run() -> None:
    engine = sqlalchemy.create_engine(
        psycopg_url(context.config.attributes["url"]), poolclass=sqlalchemy.NullPool
    )
    with engine.connect() as connection:
        # Two migrations at once: the second waits, then finds nothing to do.
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        connection.commit()
        # A table lock we cannot have at once would queue every query of the shop behind us.
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.execute(text("SET statement_timeout = '15min'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            version_table_schema=SCHEMA,
            include_schemas=True,
            include_name=lambda name, kind, _parent: kind != "schema" or name == SCHEMA,
            compare_server_default=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
        connection.commit()
    engine.dispose()


run()
