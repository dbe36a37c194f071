"""What recording an order adds to the counters of the people it concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from math import lcm
from typing import NamedTuple
from uuid import UUID

from distribution.commission.kept import delivered_whole, kept
from distribution.commission.known import KnownShare
from distribution.orders.snapshot import OrderSnapshot

OWN, TEAM, EARNED = "own", "team", "earned"

Upline = Sequence[UUID | None]


class Movement(NamedTuple):
    """An amount added to one counter of a month."""

    distributor_id: UUID
    kind: str
    currency: str
    month: date
    amount_minor: int


def sales_minor(snapshot: OrderSnapshot) -> int:
    """What an order counts as sales: floor(Σ net × (quantity − returned) ÷ quantity × kept), 0 unless paid."""
    if not snapshot.paid:
        return 0
    lines = [line for line in snapshot.lines if line.quantity]
    if not snapshot.given_back_minor and not any(line.returned for line in lines):
        return sum(line.net_minor for line in lines)
    factor = kept([delivered_whole(line) for line in snapshot.lines], snapshot.given_back_minor)
    unit = lcm(*(line.quantity for line in lines))
    units = sum(line.net_minor * (line.quantity - line.returned) * (unit // line.quantity) for line in lines)
    return units * factor.numerator // (unit * factor.denominator)


def of_sales(upline: Upline, currency: str, month: date, amount_minor: int) -> Iterable[Movement]:
    """Sales of an order for its seller, and for the team of everybody in its chain."""
    if not amount_minor:
        return
    for place, who in enumerate(upline):
        if who is not None:
            if not place:
                yield Movement(who, OWN, currency, month, amount_minor)
            yield Movement(who, TEAM, currency, month, amount_minor)


def of_claims(shares: Iterable[KnownShare], currency: str, month: date, sign: int = 1) -> Iterable[Movement]:
    """What shares claim for those who earn them; `sign` −1 takes it back."""
    claimed: dict[UUID, int] = defaultdict(int)
    for share in shares:
        claimed[share.distributor_id] += share.claimed_minor
    for who, amount_minor in claimed.items():
        if amount_minor:
            yield Movement(who, EARNED, currency, month, sign * amount_minor)


def summed(movements: Iterable[Movement]) -> list[Movement]:
    """The same, one movement a counter."""
    sums: dict[tuple[UUID, str, str, date], int] = defaultdict(int)
    for who, kind, currency, month, amount_minor in movements:
        sums[(who, kind, currency, month)] += amount_minor
    return [Movement(*key, amount_minor) for key, amount_minor in sorted(sums.items()) if amount_minor]
