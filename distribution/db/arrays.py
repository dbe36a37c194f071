"""PostgreSQL array literals: a statement fed by many arrays spends most of its time in psycopg's list dumpers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any


def array(values: Iterable[Any], kind: str) -> str:
    """The text of a one-dimensional array of `kind`, one of the names in the table below; None becomes NULL."""
    render = _RENDER[kind]
    return "{" + ",".join(["NULL" if value is None else render(value) for value in values]) + "}"


def arrays(rows: Sequence[Sequence[Any]], kinds: Sequence[str]) -> list[str]:
    """The columns of `rows` as array literals, one for each of `kinds`."""
    if not rows:
        return ["{}"] * len(kinds)
    return [array(column, kind) for column, kind in zip(zip(*rows, strict=True), kinds, strict=True)]


def unnested(kinds: Sequence[str]) -> str:
    """`unnest(%s::bigint[], …)`, the set of rows that `arrays` feeds."""
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in kinds)})"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bytes(value: bytes) -> str:
    return f'"\\\\x{value.hex()}"'


_RENDER: dict[str, Callable[[Any], str]] = {
    "smallint": str,
    "integer": str,
    "bigint": str,
    "numeric": str,
    "uuid": str,
    "boolean": str,
    "date": lambda value: value.isoformat(),
    "timestamptz": lambda value: f'"{value.isoformat()}"',
    "text": _quoted,
    "jsonb": _quoted,
    "bytea": _bytes,
}
