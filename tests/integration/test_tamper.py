"""What is done to history behind the application's back is refused by the database, or else found and named."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import CheckConstraint, Column, Engine, ForeignKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from distribution.db import create_engine, tables, transaction
from distribution.db.base import AppendOnly
from distribution.ledger.difference import Difference
from distribution.proof import prove
from tests.lived import live

# Read where every concept's tables are, so that none is left out.
BASE = tables.audit.Base
METADATA = BASE.metadata
APPEND_ONLY = sorted(
    each.class_.__tablename__ for each in BASE.registry.mappers if issubclass(each.class_, AppendOnly)
)
TABLES = {name: METADATA.tables[f"distribution.{name}"] for name in APPEND_ONLY}
COLUMNS = [
    (name, column.name)
    for name, table in TABLES.items()
    for column in table.columns
    if not column.primary_key
]
Row = dict[str, Any]
MOST_ROWS = 20


class Victim:
    """A program that has lived, and somebody with all the rights of the database's owner."""

    def __init__(self, url: str, engine: Engine) -> None:
        self.url, self.engine = url, engine
        with psycopg.connect(url) as owner:
            owner.execute("CREATE SCHEMA kept")
            for table in METADATA.tables.values():
                owner.execute(f"CREATE TABLE kept.{table.name} AS TABLE distribution.{table.name}")
            # Who owns the tables can drop what only looks at one row; the proof must not lean on it.
            for table in TABLES.values():
                for constraint in table.constraints:
                    if isinstance(constraint, CheckConstraint):
                        owner.execute(
                            f"ALTER TABLE distribution.{table.name} DROP CONSTRAINT {constraint.name}"
                        )

    def rows(self, table: Table) -> list[Row]:
        """Its rows, in the order of their keys."""
        key = ", ".join(column.name for column in table.primary_key)
        with psycopg.connect(self.url, row_factory=psycopg.rows.dict_row) as owner:
            return owner.execute(f"SELECT * FROM distribution.{table.name} ORDER BY {key}").fetchall()

    @contextmanager
    def tampered(
        self, table: Table, harm: sql.Composed, *, silently: bool = True
    ) -> Iterator[list[Difference]]:
        """What the proof finds after that harm was done; undone afterwards."""
        with psycopg.connect(self.url) as owner:
            if silently:
                owner.execute("SET LOCAL session_replication_role = replica")
            owner.execute(harm)
        try:
            with transaction(self.engine) as session:
                yield list(prove(session).differences)
        finally:
            with psycopg.connect(self.url) as owner:
                owner.execute("SET LOCAL session_replication_role = replica")
                owner.execute(f"DELETE FROM distribution.{table.name}")
                owner.execute(
                    f"INSERT INTO distribution.{table.name} OVERRIDING SYSTEM VALUE SELECT * FROM kept.{table.name}"
                )

    def found(self, table: Table, row: Row, harm: sql.Composed, *, silently: bool = True) -> list[str]:
        """The differences that name the table, or else identify the row."""
        with self.tampered(table, harm, silently=silently) as differences:
            names = {
                str(row[column.name]) for column in table.primary_key if str(row[column.name]).count("-")
            }
            return [
                str(each)
                for each in differences
                if each.table == table.name or any(name in str(each) for name in names)
            ]


@pytest.fixture(scope="module")
def victim(module_database_url: str) -> Iterator[Victim]:
    engine = create_engine(module_database_url)
    live(engine)
    with transaction(engine) as session:
        assert prove(session).differences == ()
    yield Victim(module_database_url, engine)
    engine.dispose()


def test_the_program_has_some_of_everything(victim: Victim) -> None:
    assert [name for name, table in TABLES.items() if len(victim.rows(table)) < 2] == []


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("act", ["UPDATE", "DELETE", "TRUNCATE"])
def test_the_database_refuses_to_change_history(victim: Victim, name: str, act: str) -> None:
    column = next(iter(TABLES[name].primary_key)).name
    harm = {
        "UPDATE": f"UPDATE distribution.{name} SET {column} = {column}",
        "DELETE": f"DELETE FROM distribution.{name}",
        "TRUNCATE": f"TRUNCATE distribution.{name} CASCADE",
    }[act]
    with psycopg.connect(victim.url) as owner, pytest.raises(psycopg.errors.RestrictViolation, match=name):
        owner.execute(harm)


@pytest.mark.parametrize("name, column", COLUMNS)
def test_a_changed_value_is_found(victim: Victim, name: str, column: str) -> None:
    table = TABLES[name]
    row = chosen(victim.rows(table), f"{name}.{column}")
    for value in others(table.columns[column], row[column]):
        assert victim.found(table, row, changed(table, row, column, value)), (row, value)


@pytest.mark.parametrize("name", TABLES)
def test_a_deleted_row_is_found(victim: Victim, name: str) -> None:
    table = TABLES[name]
    rows = victim.rows(table)
    for row in (rows[0], rows[-1]):
        assert victim.found(table, row, deleted(table, row)), row


@pytest.mark.parametrize("silently", [True, False], ids=["as a replica", "under the triggers"])
@pytest.mark.parametrize("name", TABLES)
def test_an_added_row_is_found(victim: Victim, name: str, silently: bool) -> None:
    table = TABLES[name]
    rows = victim.rows(table)
    for row in (rows[0], rows[-1]):
        copy = another(table, rows, row)
        try:
            found = victim.found(table, copy, added(table, copy), silently=silently)
        except psycopg.errors.IntegrityError:
            # Refused: there is nothing to find.
            assert not silently, copy
        else:
            assert found, copy


@pytest.mark.prove
def test_every_value_of_many_rows_changed_is_found(victim: Victim) -> None:
    tried, missed = 0, []
    for name, column in COLUMNS:
        table = TABLES[name]
        rows = victim.rows(table)
        for row in rows[:: 1 + len(rows) // MOST_ROWS]:
            for value in others(table.columns[column], row[column]):
                tried += 1
                if not victim.found(table, row, changed(table, row, column, value)):
                    missed.append((name, column, row, value))
    print(f"tampering: {tried} values changed in {len(TABLES)} append-only tables, {len(missed)} not found")
    assert missed == []


def chosen(rows: Sequence[Row], seed: str) -> Row:
    """A row, another one for each column, the same in every run."""
    return rows[zlib.crc32(seed.encode()) % len(rows)]


def others(column: Column[Any], value: Any) -> list[str]:
    """SQL for values that are not the present one: another of its type, and nothing at all where that may be."""
    kind = "dict" if isinstance(column.type, JSONB) else column.type.python_type.__name__
    is_unique = any(
        column.name in constraint.columns
        for constraint in column.table.constraints
        if isinstance(constraint, UniqueConstraint)
    )
    another = {
        "int": "coalesce({0}, 0) + 1000" if is_unique else "coalesce({0}, 0) + 1",
        "bool": "NOT {0}",
        "Decimal": "{0} + 1",
        "str": "coalesce({0}, '') || '?'",
        "UUID": "gen_random_uuid()",
        "date": "{0} + 1",
        "datetime": "coalesce({0}, now()) + interval '1 second'",
        "bytes": "coalesce({0}, '') || '\\x00'",
        "dict": """coalesce({0}, '{{}}') || '{{"tampered": true}}'""",
    }[kind].format(column.name)
    return [another, "NULL"] if column.nullable and value is not None else [another]


def changed(table: Table, row: Row, column: str, value: str) -> sql.Composed:
    return sql.SQL("UPDATE distribution.{} SET {} = {} WHERE {}").format(
        sql.Identifier(table.name), sql.Identifier(column), sql.SQL(value), _this(table, row)
    )


def deleted(table: Table, row: Row) -> sql.Composed:
    return sql.SQL("DELETE FROM distribution.{} WHERE {}").format(
        sql.Identifier(table.name), _this(table, row)
    )


def added(table: Table, row: Row) -> sql.Composed:
    return sql.SQL("INSERT INTO distribution.{} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(sql.Literal(_adapted(value)) for value in row.values()),
    )


def another(table: Table, rows: Sequence[Row], row: Row) -> Row:
    """A copy of the row that no unique constraint refuses, and no foreign key where it can be helped."""
    copy = dict(row)
    referring = {
        column.name
        for constraint in table.constraints
        if isinstance(constraint, ForeignKeyConstraint)
        for column in constraint.columns
    }
    unique = [table.primary_key, *(each for each in table.constraints if isinstance(each, UniqueConstraint))]
    for constraint in unique:
        # Where all of them refer to something, to something that is not there.
        free = [column for column in constraint.columns if column.name not in referring] or list(
            constraint.columns
        )
        column = next((each for each in free if each.type.python_type is int), free[0])
        if copy[column.name] != row[column.name] or row[column.name] is None:
            continue
        if column.type.python_type is int:
            copy[column.name] = max(each[column.name] or 0 for each in rows) + 1
        else:
            copy[column.name] = "00000000-0000-4000-8000-000000000000"
    return copy


def _this(table: Table, row: Row) -> sql.Composed:
    return sql.SQL(" AND ").join(
        sql.SQL("{} = {}").format(sql.Identifier(column.name), sql.Literal(row[column.name]))
        for column in table.primary_key
    )


def _adapted(value: Any) -> Any:
    return psycopg.types.json.Jsonb(value) if isinstance(value, dict) else value
