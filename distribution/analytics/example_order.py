"""The order of a worked example: nobody placed it, and no plan tells it from a real one."""

from __future__ import annotations

from datetime import datetime

from distribution.orders.snapshot import OPEN, OrderLine, OrderSnapshot


def paid_order(
    line: OrderLine, *, currency: str, at: datetime, channel: str = "", order_id: str = "1"
) -> OrderSnapshot:
    """An order of this one line, placed at a moment and paid in full; without a channel it is of none."""
    return OrderSnapshot(
        source="example",
        order_id=order_id,
        number="1",
        channel=channel,
        currency=currency,
        observed_at=at,
        placed_at=at,
        status=OPEN,
        total_minor=line.gross_minor,
        collected_minor=line.gross_minor,
        given_back_minor=0,
        lines=(line,),
    )
