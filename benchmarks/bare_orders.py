"""The same rows written by bare psycopg: one statement fed by lists, made beforehand, nothing read or decided.

So only writing is timed: the reference that the whole path, from snapshot to commit, is held against.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from sqlalchemy import Engine

from benchmarks.orders import OBSERVED_AT
from distribution.commission.accrue import appended, content, raw
from distribution.commission.reading import read
from distribution.commission.writing import FED_BY_ARRAYS, MOVEMENT, rows
from distribution.db import transaction
from distribution.orders.snapshot import OrderSnapshot

# Dumped in binary, which psycopg does several times faster than as text.
BARE = FED_BY_ARRAYS.replace("%s", "%b")


def prepared(engine: Engine, snapshots: Sequence[OrderSnapshot], batch: int) -> list[list[Any]]:
    """The lists of each batch of `snapshots`, computed by production and not written."""
    found = []
    for start in range(0, len(snapshots), batch):
        part = snapshots[start : start + batch]
        with transaction(engine) as session:
            connection = raw(session)
            known = read(connection, part, lock=part)
            changes = list(zip(known.orders, part, strict=True))
            contents = [content(snapshot) for snapshot in part]
            appendices = [each for each, _ in appended(connection, known, changes, contents, OBSERVED_AT)]
        *others, lines = [[list(column) for column in zip(*each, strict=True)] for each in rows(appendices)]
        # Nothing is counted here: the plan in force has no tier and no cap.
        others.append([[] for _ in MOVEMENT])
        found.append([*(column for each in others for column in each), known.epoch, *lines])
    return found


def write(connection: psycopg.Connection[Any], batches: Sequence[list[Any]]) -> None:
    """One statement and one commit a batch."""
    for batch in batches:
        connection.execute(BARE, batch)
        connection.commit()
