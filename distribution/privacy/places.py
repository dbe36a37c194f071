"""Where encrypted values are kept: columns named `…_encrypted` or `…_sealed`, and what a JSON column says of itself.

A JSON column that holds some names their paths: `info={ENCRYPTED: (("terms", "ip"),)}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column, LargeBinary, MetaData
from sqlalchemy.sql.type_api import TypeEngine

ENCRYPTED = "encrypted"
_NAMES = ("_encrypted", "_sealed")


@dataclass(frozen=True, slots=True)
class Place:
    """A column of sealed values, or a path in a JSON column; `key` is the table's primary key."""

    table: str
    key: str
    key_type: TypeEngine[object]
    column: str
    binary: bool
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ".".join((self.table, self.column, *self.path))


def encrypted_places(metadata: MetaData) -> list[Place]:
    """Every place of the tables there are, by name."""
    return sorted(_places(metadata), key=str)


def _places(metadata: MetaData) -> Iterator[Place]:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith(_NAMES):
                yield _place(column)
            for path in column.info.get(ENCRYPTED, ()):
                yield _place(column, path)


def _place(column: Column[object], path: tuple[str, ...] = ()) -> Place:
    [key] = column.table.primary_key.columns
    binary = isinstance(column.type, LargeBinary)
    return Place(column.table.name, key.name, key.type, column.name, binary, path)
