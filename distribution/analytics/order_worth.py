"""What orders bring one distributor: recorded so far, and what they become if all goes well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from distribution.commission.entitlement import entitlement
from distribution.orders.snapshot import OrderSnapshot


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


def potential(snapshot: OrderSnapshot, shares: Iterable[OwnShare]) -> int:
    """What these shares of the order become if everything not returned is delivered and paid."""
    return sum(worth.potential_minor for worth in entitlement(snapshot, shares).values())
