"""Withdrawals for pages and answers."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.withdrawal.errors import WithdrawalNotFound
from distribution.withdrawal.tables import Withdrawal, WithdrawalEvent


def withdrawal(session: Session, withdrawal_id: UUID) -> Withdrawal:
    """A withdrawal by its id; raises WithdrawalNotFound."""
    found = session.get(Withdrawal, withdrawal_id, populate_existing=True)
    if found is None:
        raise WithdrawalNotFound(withdrawal_id)
    return found


def withdrawals(
    session: Session,
    *,
    distributor_id: UUID | None = None,
    states: Collection[str] | None = None,
    limit: int = 50,
    before: UUID | None = None,
) -> list[Withdrawal]:
    """Withdrawals, newest first; `before` is the id of the last one on the page before."""
    query = select(Withdrawal).order_by(Withdrawal.id.desc()).limit(limit)
    if distributor_id is not None:
        query = query.where(Withdrawal.distributor_id == distributor_id)
    if states is not None:
        query = query.where(Withdrawal.state.in_(states))
    if before is not None:
        query = query.where(Withdrawal.id < before)
    return list(session.scalars(query))


def events(session: Session, withdrawal_id: UUID) -> list[WithdrawalEvent]:
    """Every step of a withdrawal, in order."""
    query = select(WithdrawalEvent).where(WithdrawalEvent.withdrawal_id == withdrawal_id)
    return list(session.scalars(query.order_by(WithdrawalEvent.step)))


def histories(session: Session, withdrawal_ids: Collection[UUID]) -> dict[UUID, list[WithdrawalEvent]]:
    """Every step of several withdrawals, by withdrawal and in order."""
    query = select(WithdrawalEvent).where(WithdrawalEvent.withdrawal_id.in_(withdrawal_ids))
    found: dict[UUID, list[WithdrawalEvent]] = {each: [] for each in withdrawal_ids}
    for event in session.scalars(query.order_by(WithdrawalEvent.withdrawal_id, WithdrawalEvent.step)):
        found[event.withdrawal_id].append(event)
    return found
