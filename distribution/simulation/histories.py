"""Everybody's grades and groups and every product's stages through time, read once and asked for each order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

import psycopg

_Value = TypeVar("_Value")

_GRADES = (
    "SELECT distributor_id::text, effective_at, grade FROM distribution.distributor_grades "
    "ORDER BY effective_at, number"
)
_GROUPS = (
    "SELECT distributor_id::text, effective_at, group_key, member FROM distribution.distributor_groups "
    "ORDER BY effective_at, number"
)
_STAGES = (
    "SELECT product_id, effective_at, nullif(stage, 'regular') FROM distribution.product_stages "
    "ORDER BY effective_at, number"
)


class Timeline(Generic[_Value]):
    """What held for each of many from which moment on; before the first record, nothing."""

    def __init__(self, rows: Iterable[tuple[str, datetime, _Value]], otherwise: _Value) -> None:
        self._records: dict[str, tuple[list[datetime], list[_Value]]] = {}
        self._otherwise = otherwise
        for key, effective_at, value in rows:
            moments, values = self._records.setdefault(key, ([], [otherwise]))
            moments.append(effective_at)
            values.append(value)

    def at(self, key: str, moment: datetime) -> _Value:
        """What held for `key` at a moment."""
        record = self._records.get(key)
        return self._otherwise if record is None else record[1][bisect_right(record[0], moment)]

    def all_at(self, keys: Iterable[str], moment: datetime) -> Mapping[str, _Value]:
        """What held for some, those left out for whom nothing did."""
        found = {key: self.at(key, moment) for key in keys if key in self._records}
        return {key: value for key, value in found.items() if value is not None}


def grades(connection: psycopg.Connection[Any]) -> Timeline[str | None]:
    """The grades each person had, by the times from which they held."""
    return Timeline(connection.execute(_GRADES), None)


def groups(connection: psycopg.Connection[Any]) -> Timeline[frozenset[str]]:
    """The groups each person is in."""
    return Timeline(_memberships(connection.execute(_GROUPS)), frozenset())


def stages(connection: psycopg.Connection[Any]) -> Timeline[str | None]:
    """Each product's sales stage, None while it is regular."""
    return Timeline(connection.execute(_STAGES), None)


def _memberships(
    rows: Iterable[tuple[str, datetime, str, bool]],
) -> Iterable[tuple[str, datetime, frozenset[str]]]:
    present: dict[str, frozenset[str]] = {}
    for who, effective_at, group, member in rows:
        before = present.get(who, frozenset())
        present[who] = before | {group} if member else before - {group}
        yield who, effective_at, present[who]
