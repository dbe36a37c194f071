"""The orders that bring a distributor commission, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.analytics.order_state import RECEIVED, STATE, OrderState, order_state
from distribution.analytics.order_worth import OwnShare, potential
from distribution.analytics.paging import Cursor, Page, cut
from distribution.orders.state import from_state


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders: of one level, in one state, whose number begins with `number`, placed in [`since`, `until`)."""

    level: int | None = None
    number: str | None = None
    state: OrderState | None = None
    since: datetime | None = None
    until: datetime | None = None


ALL_ORDERS = OrderFilter()


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order as the distributor sees it: nothing of the shopper, only their own part of the money.

    `place` is how far from the sale they stood, 1 the seller; with compression a level is earned from further up.
    `products` are the names of what of it brings them something.
    """

    id: int
    number: str
    placed_at: datetime
    currency: str
    state: OrderState
    levels: tuple[int, ...]
    place: int
    quantity: int
    net_minor: int
    accrued_minor: int
    potential_minor: int
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Facts:
    status: str
    paid: bool
    total_minor: int
    given_back_minor: int
    quantity: int
    fulfilled_quantity: int
    returned_quantity: int


# Each place has an index in this order: of hundred thousand orders only those shown are read. With EXISTS, the planner
# would think that hardly any has a share, and read and sort them all.
_AT_PLACE = """
(SELECT placed.*, {place} AS place FROM distribution.orders placed
 WHERE placed.{column} = :distributor_id
    AND (CAST(:after_at AS timestamptz) IS NULL OR (placed.placed_at, placed.id) < (:after_at, :after_id))
    AND (CAST(:number AS text) IS NULL OR placed.number LIKE :number)
    AND (CAST(:since AS timestamptz) IS NULL OR placed.placed_at >= :since)
    AND (CAST(:until AS timestamptz) IS NULL OR placed.placed_at < :until)
    AND (CAST(:state AS text) IS NULL OR {state} = :state)
    AND (SELECT true FROM distribution.shares
         WHERE distributor_id = :distributor_id AND order_id = placed.id AND terms_number = placed.terms_count
            AND (CAST(:level AS integer) IS NULL OR level = :level) LIMIT 1)
 ORDER BY placed.placed_at DESC, placed.id DESC LIMIT :limit)
"""
_COLUMNS = ("distributor_id", "second_id", "third_id")
_AT_ALL = "UNION ALL".join(
    _AT_PLACE.format(place=place, column=column, state=STATE) for place, column in enumerate(_COLUMNS, 1)
)
_ORDERS = text(f"""
WITH page AS (
    SELECT * FROM ({_AT_ALL}) AS placed ORDER BY placed_at DESC, id DESC LIMIT :limit
)
SELECT page.id, page.number, page.placed_at, page.currency, page.net_minor,
    (SELECT array_agg(DISTINCT level ORDER BY level) FROM distribution.shares
     WHERE distributor_id = :distributor_id AND order_id = page.id AND terms_number = page.terms_count),
    coalesce((SELECT sum(line.amount_minor) FROM distribution.commission_lines line
              WHERE line.order_id = page.id AND line.distributor_id = :distributor_id), 0)::bigint,
    page.source, snapshot.observed_at, snapshot.state,
    (SELECT jsonb_agg(jsonb_build_array(share.number, share.line_id, share.level, share.base,
                                        share.rate_numerator::text, share.rate_denominator::text,
                                        share.claimed_minor, share.most_minor))
     FROM distribution.shares share
     WHERE share.order_id = page.id AND share.terms_number = page.terms_count
        AND share.distributor_id = :distributor_id),
    page.status, page.paid, page.total_minor, page.given_back_minor, page.quantity, page.fulfilled_quantity,
    page.returned_quantity, page.place, {RECEIVED.replace("placed.", "page.")}
FROM page
JOIN distribution.order_snapshots snapshot ON snapshot.order_id = page.id AND snapshot.number = page.snapshot_count
ORDER BY page.placed_at DESC, page.id DESC
""")


def orders(
    session: Session,
    distributor_id: UUID,
    wanted: OrderFilter = ALL_ORDERS,
    *,
    after: Cursor | None = None,
    limit: int = 20,
) -> Page[OrderRow]:
    """One page of those of a distributor's orders that are `wanted`, newest first."""
    rows = session.execute(
        _ORDERS,
        {
            "distributor_id": distributor_id,
            "level": wanted.level,
            "number": f"{_literal(wanted.number)}%" if wanted.number else None,
            "state": wanted.state,
            "since": wanted.since,
            "until": wanted.until,
            "after_at": after.at if after else None,
            "after_id": after.id if after else None,
            "limit": limit + 1,
        },
    ).all()
    items = [_row(row, wanted.level) for row in rows[:limit]]
    return cut(items, len(rows) > limit, lambda row: Cursor(row.placed_at, str(row.id)))


def _row(row: Any, level: int | None) -> OrderRow:
    (
        order_id,
        number,
        placed_at,
        currency,
        net_minor,
        levels,
        accrued_minor,
        source,
        observed_at,
        state,
        own,
        *rest,
        place,
        received,
    ) = row
    facts = _Facts(*rest)
    snapshot = from_state(source, observed_at, state)
    sold = {line_id for _, line_id, *_ in own}
    shares = [
        OwnShare(
            order_id, share, line_id, of_level, base, int(numerator), int(denominator), claimed, most, {}
        )
        for share, line_id, of_level, base, numerator, denominator, claimed, most in own
        if level in (None, of_level)
    ]
    return OrderRow(
        id=order_id,
        number=number,
        placed_at=placed_at,
        currency=currency,
        state=order_state(facts, received=received),
        levels=tuple(levels),
        place=place,
        quantity=facts.quantity,
        net_minor=net_minor,
        accrued_minor=accrued_minor,
        potential_minor=potential(snapshot, shares),
        products=tuple(dict.fromkeys(line.name for line in snapshot.lines if line.id in sold and line.name)),
    )


def _literal(pattern: str) -> str:
    return pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
