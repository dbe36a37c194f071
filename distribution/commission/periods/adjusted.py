"""What earlier adjusting lines came to, and what of a period is not settled yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from distribution.commission.periods.span import Span
from distribution.db.arrays import array

_EARLIER = """
SELECT distributor_id, currency, period, sum(amount_minor)::bigint, max(position)
FROM distribution.period_adjustments
WHERE distributor_id = ANY (%s::uuid[]) AND period = ANY (%s::text[]) AND period_start >= %s AND period_start < %s
GROUP BY distributor_id, currency, period
"""
# The newest run of a currency owns what lies below its epoch and cutoff, closed or not.
_UNSETTLED = """
WITH windows AS (
    SELECT DISTINCT ON (currency) currency, epoch, cutoff_at FROM distribution.settlement_runs
    ORDER BY currency, number DESC
), found AS (
    SELECT line.distributor_id, line.currency, line.matures_at,
        coalesce(line.original_at, line.matures_at) AS original_at, line.amount_minor, line.epoch
    FROM distribution.commission_lines AS line JOIN distribution.orders AS placed ON placed.id = line.order_id
    WHERE line.distributor_id = ANY (%(ids)s::uuid[])
        AND placed.placed_at >= %(begins)s AND placed.placed_at < %(ends)s
    UNION ALL
    SELECT distributor_id, currency, matures_at, coalesce(CAST(basis ->> 'original_at' AS timestamptz), matures_at),
        amount_minor, epoch
    FROM distribution.period_adjustments
    WHERE distributor_id = ANY (%(ids)s::uuid[]) AND period = ANY (%(periods)s::text[])
        AND period_start >= %(first)s AND period_start < %(after)s
)
SELECT found.distributor_id, found.currency, found.original_at, sum(found.amount_minor)::bigint
FROM found LEFT JOIN windows USING (currency)
WHERE windows.epoch IS NULL OR found.epoch > windows.epoch OR found.matures_at > windows.cutoff_at
GROUP BY found.distributor_id, found.currency, found.original_at
"""
Key = tuple[UUID, str]


@dataclass(slots=True)
class Earlier:
    """`shorter_minor` of the shorter periods in it, `own_minor` of the period's own lines, and how many those are."""

    shorter_minor: int = 0
    own_minor: int = 0
    lines: int = 0


def earlier(
    connection: psycopg.Connection[Any], distributor_ids: Sequence[UUID], span: Span
) -> dict[Key, Earlier]:
    """By distributor and currency, the adjusting lines there are already."""
    asked = [array(distributor_ids, "uuid"), array(span.decided, "text"), span.first, span.after]
    found: dict[Key, Earlier] = defaultdict(Earlier)
    for who, currency, period, amount_minor, lines in connection.execute(_EARLIER, asked):
        if period == span.period:
            found[(who, currency)].own_minor, found[(who, currency)].lines = amount_minor, lines
        else:
            found[(who, currency)].shorter_minor += amount_minor
    return found


def unsettled(
    connection: psycopg.Connection[Any], distributor_ids: Sequence[UUID], span: Span, zone: ZoneInfo
) -> dict[Key, dict[datetime, int]]:
    """By distributor and currency, what of a period no run owns yet, by when it matures unless somebody reviewed it."""
    begins, ends = span.bounds(zone)
    asked = {
        "ids": array(distributor_ids, "uuid"),
        "periods": array(span.decided, "text"),
        "begins": begins,
        "ends": ends,
        "first": span.first,
        "after": span.after,
    }
    found: dict[Key, dict[datetime, int]] = defaultdict(dict)
    for who, currency, original_at, amount_minor in connection.execute(_UNSETTLED, asked):
        found[(who, currency)][original_at] = amount_minor
    return found
