"""When an order came into each state, as far as its snapshots and receipts tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.analytics.order_receipts import receipts
from distribution.orders.snapshot import CANCELLED, OrderSnapshot
from distribution.orders.state import from_state
from distribution.orders.tables import OrderSnapshot as SnapshotRow

_PROMPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What one snapshot showed to have come back since the one before: units, and money, gross in minor units.

    `everything` if with it nothing is left of the order.
    """

    at: datetime | None
    quantity: int
    amount_minor: int
    everything: bool


@dataclass(frozen=True, slots=True)
class OrderHistory:
    """When the order was first seen in each state; None where it was not, or where nothing tells.

    A state that the very first snapshot had, read long after the order was placed, has no time: it came at some time
    before. `shipped_at` is when the last of what is sent was sent, `received_at` when somebody first said that all of
    that had arrived, `partly_received_at` the same of a part.
    """

    paid_at: datetime | None
    first_shipped_at: datetime | None
    shipped_at: datetime | None
    partly_received_at: datetime | None
    received_at: datetime | None
    cancelled_at: datetime | None
    given_back: tuple[GivenBack, ...]


def order_history(session: Session, order_id: int, *, source: str) -> OrderHistory:
    """The history of a recorded order."""
    query = (
        select(SnapshotRow.observed_at, SnapshotRow.state)
        .where(SnapshotRow.order_id == order_id)
        .order_by(SnapshotRow.number)
    )
    known = [from_state(source, at, state) for at, state in session.execute(query)]
    # What came back is not sent any more: then what was sent before it did.
    sent = _sent(known[-1:]) or _sent(known)
    shipped_at = max(sent, default=None)
    arrivals = [each.received_at for each in receipts(session, order_id)]
    whole = [at for at in arrivals if shipped_at is not None and at >= shipped_at]
    return OrderHistory(
        paid_at=_first(known, [each.paid for each in known]),
        first_shipped_at=min(sent, default=None),
        shipped_at=shipped_at,
        partly_received_at=min(arrivals, default=None),
        received_at=min(whole, default=None),
        cancelled_at=_first(known, [each.status == CANCELLED for each in known]),
        given_back=_given_back(known),
    )


def _sent(known: list[OrderSnapshot]) -> list[datetime]:
    lines = (line for snapshot in known for line in snapshot.lines)
    return [line.fulfilled_at for line in lines if line.fulfilled and line.fulfilled_at]


def _first(known: list[OrderSnapshot], is_so: list[bool]) -> datetime | None:
    return next((_seen_at(known, number) for number, so in enumerate(is_so) if so), None)


def _seen_at(known: list[OrderSnapshot], number: int) -> datetime | None:
    """When what a snapshot shows first became so; None where that was long before anybody looked."""
    snapshot = known[number]
    told = number > 0 or snapshot.observed_at - snapshot.placed_at <= _PROMPT
    return max(snapshot.observed_at, snapshot.placed_at) if told else None


def _given_back(known: list[OrderSnapshot]) -> tuple[GivenBack, ...]:
    found = []
    quantity, amount_minor = 0, 0
    for number, snapshot in enumerate(known):
        returned = sum(line.returned for line in snapshot.lines)
        more, money_minor = returned - quantity, snapshot.given_back_minor - amount_minor
        quantity, amount_minor = returned, snapshot.given_back_minor
        if more > 0 or money_minor > 0:
            everything = 0 < sum(line.quantity for line in snapshot.lines) <= quantity
            everything = everything or 0 < snapshot.total_minor <= amount_minor
            found.append(GivenBack(_seen_at(known, number), max(more, 0), max(money_minor, 0), everything))
    return tuple(found)
