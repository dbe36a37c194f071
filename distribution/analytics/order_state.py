"""One word for where an order is, from its newest snapshot and what is known of its arrival."""

from __future__ import annotations

from typing import Literal, Protocol

OrderState = Literal[
    "draft",
    "placed",
    "paid",
    "partly_shipped",
    "shipped",
    "received",
    "partly_refunded",
    "refunded",
    "cancelled",
]

RECEIVED = """
EXISTS (SELECT FROM distribution.receipts receipt WHERE receipt.order_id = placed.id AND receipt.received_at >= (
    SELECT max((item ->> 'fulfilled_at')::timestamptz)
    FROM distribution.order_snapshots sent CROSS JOIN LATERAL jsonb_array_elements(sent.state -> 'lines') AS item
    WHERE sent.order_id = placed.id AND sent.number = placed.snapshot_count
))
"""
"""Whether somebody said of an order `placed` that all that was sent of it has arrived."""

STATE = f"""
CASE WHEN placed.status IN ('draft', 'cancelled') THEN placed.status
    WHEN (placed.given_back_minor >= placed.total_minor AND placed.total_minor > 0)
        OR (placed.returned_quantity >= placed.quantity AND placed.quantity > 0) THEN 'refunded'
    WHEN placed.returned_quantity > 0 OR placed.given_back_minor > 0 THEN 'partly_refunded'
    WHEN NOT placed.paid THEN 'placed'
    WHEN placed.fulfilled_quantity >= placed.quantity THEN CASE WHEN {RECEIVED} THEN 'received' ELSE 'shipped' END
    WHEN placed.fulfilled_quantity > 0 THEN 'partly_shipped'
    ELSE 'paid' END
"""
"""The word of `order_state` for an order `placed`, to choose orders by."""


class OrderFacts(Protocol):
    """What the word depends on."""

    @property
    def status(self) -> str: ...
    @property
    def paid(self) -> bool: ...
    @property
    def total_minor(self) -> int: ...
    @property
    def given_back_minor(self) -> int: ...
    @property
    def quantity(self) -> int: ...
    @property
    def fulfilled_quantity(self) -> int: ...
    @property
    def returned_quantity(self) -> int: ...


def order_state(order: OrderFacts, *, received: bool = False) -> OrderState:
    """The state that matters most to who waits for the commission: what was lost first, then how far it is.

    `received` where somebody said that all that was sent has arrived; without that nobody knows.
    """
    if order.status == "draft":
        return "draft"
    if order.status == "cancelled":
        return "cancelled"
    everything_back = order.given_back_minor >= order.total_minor > 0
    if everything_back or 0 < order.quantity <= order.returned_quantity:
        return "refunded"
    if order.returned_quantity or order.given_back_minor:
        return "partly_refunded"
    if not order.paid:
        return "placed"
    if order.fulfilled_quantity >= order.quantity:
        return "received" if received else "shipped"
    return "partly_shipped" if order.fulfilled_quantity else "paid"
