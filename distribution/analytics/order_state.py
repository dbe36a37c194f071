"""One word for where an order is, from its newest snapshot."""

from __future__ import annotations

from typing import Literal, Protocol

OrderState = Literal[
    "draft", "placed", "paid", "partly_shipped", "shipped", "partly_refunded", "refunded", "cancelled"
]


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


def order_state(order: OrderFacts) -> OrderState:
    """The state that matters most to who waits for the commission: what was lost first, then how far it is."""
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
        return "shipped"
    return "partly_shipped" if order.fulfilled_quantity else "paid"
