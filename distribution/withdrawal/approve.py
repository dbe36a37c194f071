"""The merchant approves: the payout is asked for in the same transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.ledger.hold import hold
from distribution.outbox import ask
from distribution.withdrawal.errors import OutstandingDebt
from distribution.withdrawal.states import APPROVED, REJECTED
from distribution.withdrawal.step import check, lock, take, was
from distribution.withdrawal.tables import Withdrawal

PAYOUT = "payout"
"""The kind of effect that sends an approved withdrawal."""


def approve(session: Session, withdrawal_id: UUID, *, actor: str, now: datetime) -> Withdrawal:
    """Approve a requested withdrawal; one already approved is returned as it is, wherever it has got to.

    Raises OutstandingDebt when a refund made a debt since the request, NotAllowedNow when it was rejected or cancelled.
    """
    withdrawal = lock(session, withdrawal_id)
    if withdrawal.state != REJECTED and was(session, withdrawal, APPROVED):
        return withdrawal
    check(withdrawal, APPROVED, act="approve")
    held = hold(session, distributor_id=withdrawal.distributor_id, currency=withdrawal.currency)
    if held.debt_minor < 0:
        raise OutstandingDebt(debt_minor=held.debt_minor, currency=withdrawal.currency)
    withdrawal.decided_at = now
    ask(
        session,
        kind=PAYOUT,
        dedupe_key=withdrawal.idempotency_key,
        payload={"withdrawal_id": str(withdrawal.id)},
        due_at=now,
    )
    return take(session, withdrawal, APPROVED, act="approve", actor=actor, now=now)
