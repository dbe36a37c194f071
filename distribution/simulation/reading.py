"""Reads recorded orders page by page, in the order of their placing, with what is recorded for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import psycopg

from distribution.db.arrays import array
from distribution.db.raw import execute, numbered

Cursor = tuple[datetime, int]
"""Where a replay stands: when the last order was placed, and its id."""
BEGINNING: Cursor = (datetime(1, 1, 1, tzinfo=UTC), 0)

# The lines of an order that was frozen before its newest snapshot may have changed since; nearly always they have not.
_LINES = (
    "(SELECT jsonb_agg(line - '{{fulfilled,fulfilled_at,returned,sku,name}}'::text[]) "
    "FROM jsonb_array_elements({state} -> 'lines') AS line)"
)
_PAGE = numbered(
    f"""
WITH page AS MATERIALIZED (
    SELECT id, placed_at, source, currency, customer_key, paid, sales_minor, snapshot_count, terms_count
    FROM distribution.orders
    WHERE terms_count > 0 AND (placed_at, id) > (%s::timestamptz, %s::bigint) AND placed_at < %s::timestamptz
    ORDER BY placed_at, id LIMIT %s::integer
)
SELECT page.id, page.placed_at, page.source, page.currency, page.customer_key, page.paid, page.sales_minor,
    terms.plan_number, terms.seller_id::text, terms.second_id::text, terms.third_id::text,
    (terms.facts ->> 'has_earlier_order')::boolean, terms.facts -> 'people', terms.facts -> 'credited',
    newest.observed_at, CASE WHEN terms.seller_id IS NOT NULL THEN newest.state END,
    terms.snapshot_number < page.snapshot_count AND terms.seller_id IS NOT NULL AND (
        SELECT {_LINES.format(state="frozen.state")} <> {_LINES.format(state="newest.state")}
            OR frozen.state -> 'shipping_net' IS DISTINCT FROM newest.state -> 'shipping_net'
            OR frozen.state -> 'shipping_gross' IS DISTINCT FROM newest.state -> 'shipping_gross'
        FROM distribution.order_snapshots AS frozen
        WHERE frozen.order_id = page.id AND frozen.number = terms.snapshot_number
    ) AS edited
FROM page
JOIN distribution.terms ON terms.order_id = page.id AND terms.number = page.terms_count
JOIN distribution.order_snapshots AS newest ON newest.order_id = page.id AND newest.number = page.snapshot_count
ORDER BY page.placed_at, page.id
"""
)
_EARLIER = numbered(
    """
SELECT frozen.order_id, frozen.observed_at, frozen.state
FROM unnest(%s::bigint[]) AS asked(id) JOIN distribution.orders AS placed ON placed.id = asked.id
JOIN distribution.terms ON terms.order_id = placed.id AND terms.number = placed.terms_count
JOIN distribution.order_snapshots AS frozen ON frozen.order_id = placed.id
    AND frozen.number >= terms.snapshot_number AND frozen.number < placed.snapshot_count
ORDER BY frozen.order_id, frozen.number
"""
)
# A held line and its release are no matter of what an order is worth.
_RECORDED = numbered(
    """
SELECT placed.currency, to_char(placed.placed_at AT TIME ZONE %s::text, 'YYYY-MM'), share.level,
    line.distributor_id::text, sum(line.amount_minor)::bigint
FROM unnest(%s::bigint[]) AS asked(id) JOIN distribution.orders AS placed ON placed.id = asked.id
JOIN distribution.commission_lines AS line ON line.order_id = placed.id AND line.kind IN ('accrual', 'reversal')
JOIN distribution.shares AS share ON share.order_id = line.order_id AND share.number = line.share_number
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
)
State = dict[str, Any]


class Recorded(NamedTuple):
    """A recorded order, its newest terms, the facts kept with them, and its newest state, None without a seller."""

    id: int
    placed_at: datetime
    source: str
    currency: str
    customer_key: bytes | None
    paid: bool
    sales_minor: int
    plan_number: int
    seller: str | None
    second: str | None
    third: str | None
    repeat: bool | None
    people: list[dict[str, Any] | None] | None
    credited: dict[str, Any] | None
    observed_at: datetime
    state: State | None
    edited: bool | None


class Amount(NamedTuple):
    """What is recorded for somebody at one level, of the orders of a page placed in one month."""

    currency: str
    month: str
    level: int
    distributor: str
    amount_minor: int


class Page(NamedTuple):
    """Some orders; `earlier` are the states that the lines of edited orders were frozen in, by order id."""

    orders: list[Recorded]
    earlier: dict[int, list[tuple[datetime, State]]]
    amounts: list[Amount]

    @property
    def cursor(self) -> Cursor:
        """Where it ends."""
        return self.orders[-1].placed_at, self.orders[-1].id


def read_page(
    connection: psycopg.Connection[Any], after: Cursor, *, to_at: datetime, most: int, time_zone: str
) -> Page:
    """The next `most` orders whose terms are frozen, placed before `to_at`."""
    orders = [Recorded(*row) for row in execute(connection, _PAGE, [*after, to_at, most])]
    ids = array([order.id for order in orders], "bigint")
    amounts = [Amount(*row) for row in execute(connection, _RECORDED, [time_zone, ids])] if orders else []
    edited = [order.id for order in orders if order.edited]
    return Page(orders, _earlier(connection, edited) if edited else {}, amounts)


def _earlier(
    connection: psycopg.Connection[Any], order_ids: Sequence[int]
) -> dict[int, list[tuple[datetime, State]]]:
    found: dict[int, list[tuple[datetime, State]]] = {order_id: [] for order_id in order_ids}
    for order_id, observed_at, state in execute(connection, _EARLIER, [array(order_ids, "bigint")]):
        found[order_id].append((observed_at, state))
    return found
