"""Plan versions, parsed once: a version never changes, so its digest is all that must be compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import psycopg

from distribution.commission.plan import BUILT_IN, Plan, parse

_DOCUMENT = "SELECT document FROM distribution.plan_versions WHERE number = %s"
_parsed: dict[bytes, Plan] = {}
_MOST_KEPT = 64

Version = tuple[int, datetime, bytes]


def in_force(versions: Sequence[Version], at: datetime) -> Version | None:
    """The version that holds at `at`: of those in effect the one with the highest number; None is the built-in."""
    return next((version for version in versions if version[1] <= at), None)


def load(connection: psycopg.Connection[Any], version: Version | None) -> Plan:
    """The parsed plan of a version; `versions` come highest number first."""
    if version is None:
        return built_in()
    number, _, digest = version
    if digest not in _parsed:
        if len(_parsed) >= _MOST_KEPT:
            _parsed.clear()
        document = connection.execute(_DOCUMENT, [number]).fetchall()[0][0]
        _parsed[digest] = parse(document, number)
    return _parsed[digest]


@lru_cache(maxsize=1)
def built_in() -> Plan:
    """The plan that holds while none is published."""
    return parse(BUILT_IN)
