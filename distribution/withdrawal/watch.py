"""Watches the promised time: which withdrawals are overdue, and who of the merchant's is told, once of each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from distribution.settings.tables import Merchant
from distribution.withdrawal.letters import tell_overdue
from distribution.withdrawal.states import ENDED, FOLLOWING
from distribution.withdrawal.tables import IS_OPEN, Withdrawal

TOLD_ROLES = ("owner", "finance")
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


def watch(session: Session, *, now: datetime, link: str | None = None) -> int:
    """Tell the merchant's people who decide of what became overdue; returns how many withdrawals that are.

    Each is noted as told in the same transaction: nobody is told twice. While there is nobody to tell, they wait.
    """
    readers = session.scalars(
        select(Merchant).where(Merchant.role.in_(TOLD_ROLES)).order_by(Merchant.id)
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
            tell_overdue(session, reader, late, link=link)
        for each in late:
            each.overdue_told_at = now
        session.flush()
    return len(late)
