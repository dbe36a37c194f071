"""Reads counters, and remembers what the batch at hand has moved but not written yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from distribution.commission.counting.months import months_of
from distribution.commission.counting.movements import Movement
from distribution.commission.plan.rules import Period
from distribution.db.arrays import arrays

Key = tuple[UUID, str, str, date]

_READ = """
SELECT asked.distributor_id, asked.kind, asked.currency, asked.month, (
    SELECT coalesce(sum(amount_minor), 0) FROM (
        SELECT amount_minor FROM distribution.counters AS counter
        WHERE (counter.distributor_id, counter.kind, counter.currency, counter.month)
            = (asked.distributor_id, asked.kind, asked.currency, asked.month)
        UNION ALL
        SELECT amount_minor FROM distribution.counter_movements AS movement
        WHERE (movement.distributor_id, movement.kind, movement.currency, movement.month)
            = (asked.distributor_id, asked.kind, asked.currency, asked.month)
    ) AS amounts
)::bigint
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::date[]) AS asked(distributor_id, kind, currency, month)
"""


class Counters:
    """Amounts by distributor, kind, currency and month."""

    def __init__(self) -> None:
        self._amounts: dict[Key, int] = defaultdict(int)

    def load(self, connection: psycopg.Connection[Any], keys: Iterable[Key]) -> None:
        """Read what is recorded; each key once."""
        asked = sorted(set(keys))
        if asked:
            found = connection.execute(_READ, arrays(asked, ["uuid", "text", "text", "date"]))
            for who, kind, currency, month, amount_minor in found:
                self._amounts[(who, kind, currency, month)] += amount_minor

    def add(self, movements: Iterable[Movement]) -> None:
        """Remember movements that the same batch will write."""
        for who, kind, currency, month, amount_minor in movements:
            self._amounts[(who, kind, currency, month)] += amount_minor

    def of(self, who: UUID, kind: str, currency: str, month: date, period: Period) -> int:
        """The amount over the period that `month` is in."""
        return sum(self._amounts.get((who, kind, currency, each), 0) for each in months_of(month, period))
