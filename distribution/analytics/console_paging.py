"""Pages of long lists by keyset: a cursor names the row to go on from, so that page 1000 costs what page 1 does."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

PAGE_SIZE = 50
Item = TypeVar("Item")
Column = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows of a list, and the cursors of what is before and after them; None where the list ends."""

    items: tuple[Item, ...]
    previous: str | None
    next: str | None


def page(
    session: Session,
    query: Any,
    key: Sequence[Column],
    make: Callable[[Any], Item],
    *,
    cursor: str | None,
    size: int = PAGE_SIZE,
    ascending: bool = False,
) -> Page[Item]:
    """The rows of `query` around `cursor`, in the order of `key`, newest first unless `ascending`.

    `query` is a select, `key` unique and never null. A cursor that is none of ours begins at the first page.
    """
    backwards, values = _read(cursor, key)
    if values is not None:
        here = tuple_(*(literal(value, column.type) for value, column in zip(values, key, strict=True)))
        query = query.where(tuple_(*key) > here if ascending is not backwards else tuple_(*key) < here)
    up = ascending is not backwards
    rows = session.execute(
        query.add_columns(*key)
        .order_by(*(column.asc() if up else column.desc() for column in key))
        .limit(size + 1)
    ).all()
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows = rows[::-1]
    before, after = (more, values is not None) if backwards else (values is not None, more)
    width = len(key)
    return Page(
        items=tuple(make(row) for row in rows),
        previous=_write(True, rows[0][-width:]) if rows and before else None,
        next=_write(False, rows[-1][-width:]) if rows and after else None,
    )


def _write(backwards: bool, values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else _plain(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps([int(backwards), *plain]).encode()).decode().rstrip("=")


def _plain(value: Any) -> str | int:
    return str(value) if isinstance(value, UUID) else value


def _read(cursor: str | None, key: Sequence[Column]) -> tuple[bool, list[Any] | None]:
    if not cursor or len(cursor) > 500:
        return False, None
    try:
        backwards, *plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if backwards not in (0, 1) or len(plain) != len(key):
            return False, None
        return bool(backwards), [_typed(value, column) for value, column in zip(plain, key, strict=True)]
    except (binascii.Error, ValueError, TypeError):
        return False, None


def _typed(value: Any, column: Column) -> Any:
    wanted = column.type.python_type
    if wanted is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a cursor's time has its offset")
        return moment
    if wanted is UUID:
        return UUID(value)
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise TypeError("a cursor's value has its column's type")
    return value
