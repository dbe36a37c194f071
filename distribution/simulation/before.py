"""What the orders before a place in the replay count for: sales, claims, and how often shoppers bought."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import psycopg

from distribution.simulation.reading import Cursor

_SALES = """
SELECT counted.kind, placed.currency, date_trunc('month', placed.placed_at AT TIME ZONE %(zone)s)::date,
    counted.distributor_id::text, sum(placed.sales_minor)::bigint
FROM distribution.orders AS placed
JOIN distribution.terms ON terms.order_id = placed.id AND terms.number = placed.terms_count
CROSS JOIN LATERAL (
    VALUES (terms.seller_id, 'own'), (terms.seller_id, 'team'), (terms.second_id, 'team'), (terms.third_id, 'team')
) AS counted(distributor_id, kind)
WHERE placed.placed_at >= %(since)s AND placed.sales_minor <> 0 AND counted.distributor_id IS NOT NULL
    AND {until}
GROUP BY 1, 2, 3, 4
"""
_UNTIL_CURSOR = "(placed.placed_at, placed.id) <= (%(at)s, %(id)s)"
_SALES_BEFORE = _SALES.format(until=_UNTIL_CURSOR)
_SALES_WHOLE = _SALES.format(until="placed.placed_at < %(at)s")
_CLAIMS = f"""
SELECT 'earned', placed.currency, date_trunc('month', placed.placed_at AT TIME ZONE %(zone)s)::date,
    share.distributor_id::text, sum(share.claimed_minor)::bigint
FROM distribution.orders AS placed
JOIN distribution.shares AS share ON share.order_id = placed.id AND share.terms_number = placed.terms_count
WHERE placed.placed_at >= %(since)s AND {_UNTIL_CURSOR}
GROUP BY 1, 2, 3, 4
"""
_CREDITED = f"""
SELECT customer_key, distributor_id::text, count(*), min(placed_at), max(placed_at),
    count(*) FILTER (WHERE placed_at = last_at)
FROM (
    SELECT placed.*, max(placed_at) OVER (PARTITION BY customer_key, distributor_id) AS last_at
    FROM distribution.orders AS placed
    WHERE customer_key IS NOT NULL AND distributor_id IS NOT NULL AND paid AND {_UNTIL_CURSOR}
) AS placed
GROUP BY 1, 2
"""
Counted = Iterator[tuple[str, str, date, str, int]]
"""Kind, currency, month, person, amount."""


def sales_before(connection: psycopg.Connection[Any], since: datetime, cursor: Cursor, zone: str) -> Counted:
    """Own and team sales of the orders placed from `since` on, up to and with the one at `cursor`."""
    return connection.execute(_SALES_BEFORE, _asked(since, cursor, zone))


def sales_of(connection: psycopg.Connection[Any], since: datetime, to_at: datetime, zone: str) -> Counted:
    """Own and team sales of all orders placed in a stretch of time, with everything that came back since."""
    return connection.execute(_SALES_WHOLE, _asked(since, (to_at, 0), zone))


def claims_before(connection: psycopg.Connection[Any], since: datetime, cursor: Cursor, zone: str) -> Counted:
    """What the recorded shares of those orders claim."""
    return connection.execute(_CLAIMS, _asked(since, cursor, zone))


def credited_before(
    connection: psycopg.Connection[Any], cursor: Cursor
) -> Iterator[tuple[bytes, str, int, datetime, datetime, int]]:
    """By shopper and seller: how many paid orders up to `cursor`, when the first and the last, how many at the last."""
    return connection.execute(_CREDITED, {"at": cursor[0], "id": cursor[1]})


def _asked(since: datetime, cursor: Cursor, zone: str) -> dict[str, Any]:
    return {"since": since, "at": cursor[0], "id": cursor[1], "zone": zone}
