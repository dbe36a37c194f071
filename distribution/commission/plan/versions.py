"""Plan versions, compiled once: a version never changes, so its digest is all that must be compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import psycopg

from distribution.commission.plan.built_in import BUILT_IN
from distribution.commission.plan.compiled import CompiledPlan, compile_plan
from distribution.commission.plan.parse import parse

_DOCUMENT = "SELECT document FROM distribution.plan_versions WHERE number = %s"
_compiled: dict[bytes, CompiledPlan] = {}
_MOST_KEPT = 64

Version = tuple[int, datetime, bytes]


def in_force(versions: Sequence[Version], at: datetime) -> Version | None:
    """The version that holds at `at`: of those in effect the one with the highest number; None is the built-in."""
    return next((version for version in versions if version[1] <= at), None)


def load(connection: psycopg.Connection[Any], version: Version | None) -> CompiledPlan:
    """The compiled plan of a version; `versions` come highest number first."""
    if version is None:
        return built_in()
    number, _, digest = version
    if digest not in _compiled:
        if len(_compiled) >= _MOST_KEPT:
            _compiled.clear()
        document = connection.execute(_DOCUMENT, [number]).fetchall()[0][0]
        _compiled[digest] = compile_plan(parse(document, number))
    return _compiled[digest]


@lru_cache(maxsize=1)
def built_in() -> CompiledPlan:
    """The plan that holds while none is published."""
    return compile_plan(parse(BUILT_IN))
