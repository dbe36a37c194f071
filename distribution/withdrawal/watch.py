"""Watches the promised time: which withdrawals are overdue, and who of the merchant's is told, once of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from distribution.notice import tell
from distribution.notice.kinds import MERCHANT
from distribution.settings.tables import Merchant
from distribution.withdrawal.states import ENDED, FOLLOWING
from distribution.withdrawal.tables import IS_OPEN, Withdrawal

TOLD_ROLES = ("owner", "finance")
MOST_LISTED = 20
MOST_AT_ONCE = 500


def overdue_count(session: Session, *, now: datetime) -> int:
    """How many withdrawals have not ended by the time they were promised."""
    query = select(func.count()).select_from(Withdrawal).where(text(IS_OPEN), Withdrawal.due_at < now)
    return session.scalar(query) or 0


def open_counts(session: Session) -> dict[str, int]:
    """How many withdrawals are in each state that is not the end; 0 where there are none."""
    states = [state for state in FOLLOWING if state not in ENDED]
    query = select(Withdrawal.state, func.count()).where(Withdrawal.state.in_(states))
    counted = dict(session.execute(query.group_by(Withdrawal.state)).all())
    return {state: counted.get(state, 0) for state in states}


def watch(session: Session, *, now: datetime) -> int:
    """Tell the merchant's people who decide of what became overdue; returns how many withdrawals that are.

    Each is noted as told in the same transaction: nobody is told twice. While there is nobody to tell, they wait.
    """
    readers = session.scalars(
        select(Merchant)
        .where(Merchant.role.in_(TOLD_ROLES), Merchant.disabled_at.is_(None))
        .order_by(Merchant.id)
    ).all()
    if not readers:
        return 0
    late = session.scalars(
        select(Withdrawal)
        .where(text(IS_OPEN), Withdrawal.due_at < now, Withdrawal.overdue_told_at.is_(None))
        .order_by(Withdrawal.due_at, Withdrawal.id)
        .limit(MOST_AT_ONCE)
        # Whoever holds one may be ending it this moment: it is looked at again the next time.
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    if late:
        for reader in readers:
            _tell(session, reader, late, now=now)
        for each in late:
            each.overdue_told_at = now
        session.flush()
    return len(late)


def _tell(session: Session, reader: Merchant, late: Sequence[Withdrawal], *, now: datetime) -> None:
    """One letter for all; the longest overdue are listed."""
    listed = [
        {
            "amount_minor": each.amount_minor,
            "currency": each.currency,
            "requested_at": each.requested_at.isoformat(),
            "due_at": each.due_at.isoformat() if each.due_at else None,
        }
        for each in late[:MOST_LISTED]
    ]
    tell(
        session,
        reader.id,
        "withdrawals_overdue",
        key=f"overdue-{late[0].id}",
        facts={"count": len(late), "overdue": listed},
        reader=MERCHANT,
        now=now,
    )
