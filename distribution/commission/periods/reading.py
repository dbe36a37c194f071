"""Reads orders as they were frozen and as they are now, many in one statement, each of them in one piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from distribution.commission.known import KnownTerms
from distribution.commission.periods.span import Span
from distribution.db.arrays import array
from distribution.orders.snapshot import OrderSnapshot
from distribution.orders.state import from_state

_ORDERS = """
SELECT DISTINCT placed.id FROM distribution.shares AS share
JOIN distribution.orders AS placed ON placed.id = share.order_id AND placed.terms_count = share.terms_number
WHERE share.distributor_id = ANY (%s::uuid[]) AND placed.placed_at >= %s AND placed.placed_at < %s
ORDER BY placed.id
"""
# A held line and its release are no matter of what an order is worth.
_HISTORIES = """
SELECT placed.id, placed.source, terms.number, terms.snapshot_number, terms.plan_number,
    terms.seller_id, terms.second_id, terms.third_id, terms.hold_days, terms.facts,
    newest.number, newest.observed_at, newest.state,
    (SELECT jsonb_agg(jsonb_build_array(frozen.number,
        CASE WHEN frozen.number <> newest.number THEN frozen.observed_at END,
        CASE WHEN frozen.number <> newest.number THEN frozen.state END) ORDER BY frozen.number)
     FROM distribution.order_snapshots AS frozen
     WHERE frozen.order_id = placed.id AND frozen.number IN (
        SELECT share.snapshot_number FROM distribution.shares AS share
        WHERE share.order_id = placed.id AND share.terms_number = placed.terms_count)),
    (SELECT jsonb_object_agg(distributor_id, amount_minor) FROM (
        SELECT distributor_id, sum(amount_minor)::bigint AS amount_minor FROM distribution.commission_lines
        WHERE order_id = placed.id AND kind IN ('accrual', 'reversal') GROUP BY distributor_id) AS summed)
FROM unnest(%s::bigint[]) AS asked(id)
JOIN distribution.orders AS placed ON placed.id = asked.id
JOIN distribution.terms ON terms.order_id = placed.id AND terms.number = placed.terms_count
JOIN distribution.order_snapshots AS newest
    ON newest.order_id = placed.id AND newest.number = placed.snapshot_count
ORDER BY placed.id
"""
_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class History:
    """An order: its terms, its newest snapshot, those in which lines of it were frozen, and what is recorded."""

    terms: KnownTerms
    newest: OrderSnapshot
    frozen: tuple[OrderSnapshot, ...]
    recorded_minor: dict[UUID, int]


def histories(
    connection: psycopg.Connection[Any], distributor_ids: Sequence[UUID], span: Span, zone: ZoneInfo
) -> Iterator[list[History]]:
    """The orders of a period in which these distributors have shares, some hundred at a time."""
    asked = [array(distributor_ids, "uuid"), *span.bounds(zone)]
    ids = [order_id for (order_id,) in connection.execute(_ORDERS, asked)]
    for position in range(0, len(ids), _AT_A_TIME):
        page = array(ids[position : position + _AT_A_TIME], "bigint")
        yield [_history(*row) for row in connection.execute(_HISTORIES, [page])]


def _history(
    _order_id: int,
    source: str,
    number: int,
    snapshot_number: int,
    plan_number: int,
    seller_id: UUID | None,
    second_id: UUID | None,
    third_id: UUID | None,
    hold_days: int,
    facts: dict[str, Any],
    _newest_number: int,
    observed_at: datetime,
    state: dict[str, Any],
    frozen: list[tuple[int, str | None, dict[str, Any] | None]] | None,
    recorded: dict[str, int] | None,
) -> History:
    upline = (seller_id, second_id, third_id)
    newest = from_state(source, observed_at, state)
    return History(
        KnownTerms(number, snapshot_number, plan_number, upline, "", "", hold_days, facts),
        newest,
        tuple(
            newest
            if earlier is None or earlier_at is None
            else from_state(source, datetime.fromisoformat(earlier_at), earlier)
            for _, earlier_at, earlier in frozen or ()
        ),
        {UUID(who): amount_minor for who, amount_minor in (recorded or {}).items()},
    )
