"""The first withdrawal to an account: its owner is told, for a thief would be paid by one like it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.notice import tell
from distribution.withdrawal.tables import PayoutMethod, Withdrawal


def is_unused(session: Session, asked: Withdrawal) -> bool:
    """Whether nothing was ever asked for to the account of a withdrawal that is not written yet."""
    earlier = select(Withdrawal.id).where(
        Withdrawal.distributor_id == asked.distributor_id, Withdrawal.method_id == asked.method_id
    )
    return session.scalar(earlier.limit(1)) is None


def tell_first_use(session: Session, withdrawal: Withdrawal, *, now: datetime) -> None:
    """Tell whose account it is, once for each account."""
    method = session.get_one(PayoutMethod, withdrawal.method_id)
    tell(
        session,
        withdrawal.distributor_id,
        "method_used",
        key=f"method-{method.id}-used",
        facts={
            "label": method.label,
            "amount_minor": withdrawal.amount_minor,
            "currency": withdrawal.currency,
            "withdrawal_id": withdrawal.id,
        },
        now=now,
    )
