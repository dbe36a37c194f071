"""PostgreSQL array literals: a statement fed by many arrays spends most of its time in psycopg's list dumpers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any


def array(values: Iterable[Any], kind: str) -> str:
    """The text of a one-dimensional array of `kind`, one of the names in the tables below; None becomes NULL."""
    return _written(list(values), kind)


def arrays(rows: Sequence[Sequence[Any]], kinds: Collection[str]) -> list[str]:
    """The columns of `rows` as array literals, one for each of `kinds`."""
    if not rows:
        return ["{}"] * len(kinds)
    if len(rows) == 1:
        # One order is recorded more often than many: half the time of column after column.
        return [
            "{NULL}" if value is None else "{" + _RENDER[kind](value) + "}"
            for value, kind in zip(rows[0], kinds, strict=True)
        ]
    return [_written(column, kind) for column, kind in zip(zip(*rows, strict=True), kinds, strict=True)]


def unnested(kinds: Sequence[str]) -> str:
    """`unnest(%s::bigint[], …)`, the set of rows that `arrays` feeds."""
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in kinds)})"


def _written(column: Sequence[Any], kind: str) -> str:
    if kind in _INTEGERS:
        # A list writes its numbers itself, several times faster than one after the other.
        return "{" + str(list(column))[1:-1].replace("None", "NULL") + "}"
    render = _RENDER[kind]
    # An id is written in less time than it is looked up.
    if len(column) < _WORTH_REMEMBERING or kind == "uuid":
        return "{" + ",".join(["NULL" if value is None else render(value) for value in column]) + "}"
    texts = _Texts(render)
    return "{" + ",".join([texts[value] for value in column]) + "}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bytes(value: bytes) -> str:
    return f'"\\\\x{value.hex()}"'


class _Texts(dict[Any, str]):
    """What each value is written as: the rows of a batch say most things again and again."""

    def __init__(self, render: Callable[[Any], str]) -> None:
        super().__init__({None: "NULL"})
        self.render = render

    def __missing__(self, value: Any) -> str:
        text = self[value] = self.render(value)
        return text


_WORTH_REMEMBERING = 4
_INTEGERS = frozenset({"smallint", "integer", "bigint"})
_RENDER: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(_INTEGERS, str),
    "numeric": str,
    "uuid": lambda value: f"{value.int:032x}",
    "boolean": str,
    "date": lambda value: value.isoformat(),
    "timestamptz": lambda value: f'"{value.isoformat()}"',
    "text": _quoted,
    "jsonb": _quoted,
    "bytea": _bytes,
}
