"""Databases for tests: copied from one migrated template, and emptied without migrating again."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from distribution.db.migrate import upgrade

# Lives in the template, hence in every copy. Migrations seed rows (singletons, chain heads), which emptying restores.
# Rows are deleted as a replica would: append-only triggers and foreign keys stay silent. Emptying tables that hold
# nothing would cost more than everything else, so they are passed over.
_REMEMBER_SEEDS = """
CREATE SCHEMA test_seed;
CREATE TABLE test_seed.sequences AS
    SELECT format('%I.%I', schemaname, sequencename)::text AS name, last_value, start_value
    FROM pg_sequences WHERE schemaname = 'distribution';
CREATE FUNCTION test_seed.tables() RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT tablename::text FROM pg_tables WHERE schemaname = 'distribution' AND tablename <> 'alembic_version'
$$;
DO $$
DECLARE name text; filled boolean;
BEGIN
    FOR name IN SELECT test_seed.tables() LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM distribution.%I)', name) INTO filled;
        IF filled THEN
            EXECUTE format('CREATE TABLE test_seed.%I AS TABLE distribution.%I', 'seed_' || name, name);
        END IF;
    END LOOP;
END $$;
CREATE FUNCTION test_seed.restore() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text; filled boolean; columns text;
BEGIN
    SET LOCAL session_replication_role = replica;
    SET LOCAL lock_timeout = '10s';
    FOR name IN SELECT test_seed.tables() LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM distribution.%I)', name) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM distribution.%I', name);
        END IF;
        IF to_regclass(format('test_seed.%I', 'seed_' || name)) IS NOT NULL THEN
            SELECT string_agg(format('%I', attname), ', ') INTO columns FROM pg_attribute
            WHERE attrelid = format('distribution.%I', name)::regclass
                AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
            EXECUTE format('INSERT INTO distribution.%I (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM test_seed.%I',
                name, columns, columns, 'seed_' || name);
        END IF;
    END LOOP;
    PERFORM setval(s.name::regclass, coalesce(s.last_value, s.start_value), s.last_value IS NOT NULL)
    FROM test_seed.sequences s
    JOIN pg_sequences now ON format('%I.%I', now.schemaname, now.sequencename) = s.name
    WHERE now.last_value IS DISTINCT FROM s.last_value;
END $$;
"""


class TestDatabases:
    """Makes, empties and drops the databases of one test run on the server at `server_url`."""

    __test__ = False

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._prefix = f"distribution_test_{secrets.token_hex(4)}"
        self._names: list[str] = []
        self._template: str | None = None

    def create(self, *, migrated: bool = True) -> str:
        """A new database, migrated unless told otherwise; returns its address."""
        return self._create(self._migrated_template() if migrated else "template0")

    def copy(self, url: str) -> str:
        """Another database with the same in it; nobody may be connected to the first."""
        return self._create(urlsplit(url).path.removeprefix("/"))

    def empty(self, url: str) -> None:
        """Delete every row that the migrations did not write."""
        with psycopg.connect(url) as connection:
            connection.execute("SELECT test_seed.restore()")

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._drop(urlsplit(url).path.removeprefix("/"))

    def drop_all(self) -> None:
        """Drop everything this run has made."""
        for name in reversed(self._names.copy()):
            self._drop(name)

    def _migrated_template(self) -> str:
        if self._template is None:
            url = self._create("template0")
            upgrade(url)
            with psycopg.connect(url) as connection:
                connection.execute(_REMEMBER_SEEDS)
            self._template = urlsplit(url).path.removeprefix("/")
        return self._template

    def _create(self, template: str) -> str:
        name = f"{self._prefix}_{len(self._names)}_{secrets.token_hex(2)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        self._names.append(name)
        return urlunsplit(urlsplit(self._server_url)._replace(path=f"/{name}"))

    def _drop(self, name: str) -> None:
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        self._names.remove(name)

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(statement)
