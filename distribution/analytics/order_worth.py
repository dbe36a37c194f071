"""What orders bring one distributor: recorded so far, and what they become if all goes well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.commission.entitlement import entitlement
from distribution.orders.snapshot import OrderSnapshot
from distribution.orders.state import from_state


@dataclass(frozen=True, slots=True)
class OwnShare:
    """One level's claim of the distributor on one line of an order."""

    order_id: int
    number: int
    line_id: str
    level: int
    base: str
    rate_numerator: int
    rate_denominator: int
    claimed_minor: int
    most_minor: int | None
    rule: dict[str, object]


_SNAPSHOTS = text("""
SELECT placed.id, placed.source, snapshot.observed_at, snapshot.state
FROM distribution.orders placed
JOIN distribution.order_snapshots snapshot ON snapshot.order_id = placed.id AND snapshot.number = placed.snapshot_count
WHERE placed.id = ANY(CAST(:order_ids AS bigint[]))
""")
_SHARES = text("""
SELECT share.order_id, share.number, share.line_id, share.level, share.base, share.rate_numerator,
    share.rate_denominator, share.claimed_minor, share.most_minor, share.rule
FROM distribution.shares share JOIN distribution.orders placed
    ON placed.id = share.order_id AND placed.terms_count = share.terms_number
WHERE share.order_id = ANY(CAST(:order_ids AS bigint[])) AND share.distributor_id = :distributor_id
ORDER BY share.order_id, share.number
""")


def newest_snapshots(session: Session, order_ids: Sequence[int]) -> dict[int, OrderSnapshot]:
    """The newest snapshot of each order by its id."""
    rows = session.execute(_SNAPSHOTS, {"order_ids": list(order_ids)})
    return {order_id: from_state(source, observed_at, state) for order_id, source, observed_at, state in rows}


def own_shares(session: Session, distributor_id: UUID, order_ids: Sequence[int]) -> list[OwnShare]:
    """The distributor's shares under the terms that hold for these orders."""
    rows = session.execute(_SHARES, {"order_ids": list(order_ids), "distributor_id": distributor_id})
    return [
        OwnShare(order_id, number, line_id, level, base, int(numerator), int(denominator), *rest)
        for order_id, number, line_id, level, base, numerator, denominator, *rest in rows
    ]


def potential(snapshot: OrderSnapshot, shares: Iterable[OwnShare]) -> int:
    """What these shares of the order become if everything not returned is delivered and paid."""
    return sum(worth.potential_minor for worth in entitlement(snapshot, shares).values())
