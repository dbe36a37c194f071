"""A person wants something of the inbox tried again at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.errors import InvalidInput
from distribution.orders.inbox import announce, retry_now

HOOK = "console"


def retry_signals(session: Session, ids: Collection[int], *, actor: str, now: datetime) -> None:
    """Make these signals due now; raises InvalidInput when none is named."""
    if not ids:
        raise InvalidInput("choose at least one signal", field="ids")
    retry_now(session, ids, now=now)
    record(
        session,
        actor=actor,
        action="inbox.retry",
        subject_type="inbox",
        subject_id=",".join(str(one) for one in sorted(ids)[:50]),
        now=now,
        after={"signals": len(ids)},
    )


def read_again(session: Session, order_id: str, *, source: str, actor: str, now: datetime) -> None:
    """Put a signal of our own for an order, so that it is read from the shop once more."""
    announce(session, [order_id], source=source, hook=HOOK, due_at=now)
    record(
        session,
        actor=actor,
        action="order.read_again",
        subject_type="order",
        subject_id=f"{source}:{order_id}",
        now=now,
    )
