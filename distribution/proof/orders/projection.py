"""The order's own row says what its last snapshot and terms say."""

from __future__ import annotations

from collections.abc import Iterator

from distribution.ledger.difference import Difference
from distribution.proof.arithmetic import paid, sales
from distribution.proof.history import History


def projection(history: History) -> Iterator[Difference]:
    """The order's own row says what its last snapshot and terms say."""
    order = history.order
    if not history.snapshots:
        return
    state = history.snapshots[-1].state
    terms = history.terms[-1] if history.terms else None
    wanted = {
        "number": state["number"],
        "channel": state["channel"],
        "currency": state["currency"],
        "status": state["status"],
        "paid": paid(state),
        "total_minor": state["total"],
        "given_back_minor": state["given_back"],
        "sales_minor": sales(state),
        "net_minor": sum(line["net"] for line in state["lines"]),
        "quantity": sum(line["quantity"] for line in state["lines"]),
        "fulfilled_quantity": sum(line["fulfilled"] for line in state["lines"]),
        "returned_quantity": sum(line["returned"] for line in state["lines"]),
        "distributor_id": terms.seller_id if terms else None,
        "second_id": terms.second_id if terms else None,
        "third_id": terms.third_id if terms else None,
        "reason": terms.reason if terms else None,
    }
    for column, value in wanted.items():
        if getattr(order, column) != value:
            yield Difference(
                f"an order's {column} is that of its last snapshot",
                "orders",
                history.name(),
                str(value),
                str(getattr(order, column)),
            )
