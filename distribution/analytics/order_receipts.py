"""What is known of an order's arrival."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.analytics.explanation.read import plan_numbered
from distribution.commission.receipt.tables import OrderReceipt


class ReceiptStep(NamedTuple):
    """What had been sent by `received_at` had arrived then, as somebody said."""

    received_at: datetime
    confirmed_by: str
    actor: str
    recorded_at: datetime


def receipts(session: Session, order_id: int) -> tuple[ReceiptStep, ...]:
    """What was said of an order, the earliest arrival first."""
    found = session.scalars(
        select(OrderReceipt)
        .where(OrderReceipt.order_id == order_id)
        .order_by(OrderReceipt.received_at, OrderReceipt.snapshot_number)
    )
    return tuple(
        ReceiptStep(each.received_at, each.confirmed_by, each.actor, each.recorded_at) for each in found
    )


def received_after_days(session: Session, plan_number: int) -> int | None:
    """After how many days goods count as received under a plan; None where its hold begins when they are sent."""
    return plan_numbered(session, plan_number).plan.received_after_days
