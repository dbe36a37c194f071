"""The merchant approves: the payout is asked for in the same transaction, above a limit by the second person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.ledger.hold import hold
from distribution.outbox import ask
from distribution.withdrawal.errors import AlreadyApproved, NeedsPeople, OutstandingDebt
from distribution.withdrawal.states import APPROVED, APPROVED_ONCE, REJECTED
from distribution.withdrawal.step import check, lock, take, was
from distribution.withdrawal.tables import Withdrawal, WithdrawalEvent

PAYOUT = "payout"
"""The kind of effect that sends an approved withdrawal."""
_PERSON = "merchant:"


def approve(session: Session, withdrawal_id: UUID, *, actor: str, now: datetime) -> Withdrawal:
    """Approve a requested withdrawal; one already approved is returned as it is, wherever it has got to.

    Where two people have to, the first makes it `approved_once`, and only the second asks for the payout. Raises
    OutstandingDebt when a refund made a debt since the request, NotAllowedNow when it was rejected or cancelled,
    AlreadyApproved when the first of two comes again, NeedsPeople when one of the two would be no person.
    """
    withdrawal = lock(session, withdrawal_id)
    if withdrawal.state != REJECTED and was(session, withdrawal, APPROVED):
        return withdrawal
    check(withdrawal, APPROVED, act="approve")
    if withdrawal.approvals_needed > 1:
        _check_person(session, withdrawal, actor)
    held = hold(session, distributor_id=withdrawal.distributor_id, currency=withdrawal.currency)
    if held.debt_minor < 0:
        raise OutstandingDebt(debt_minor=held.debt_minor, currency=withdrawal.currency)
    if withdrawal.approvals_needed > 1 and withdrawal.state != APPROVED_ONCE:
        return take(session, withdrawal, APPROVED_ONCE, act="approve_once", actor=actor, now=now)
    withdrawal.decided_at = now
    ask(
        session,
        kind=PAYOUT,
        dedupe_key=withdrawal.idempotency_key,
        payload={"withdrawal_id": str(withdrawal.id)},
        due_at=now,
    )
    return take(session, withdrawal, APPROVED, act="approve", actor=actor, now=now)


def first_approver(session: Session, withdrawal_id: UUID) -> str | None:
    """Who approved a withdrawal that takes two people, as the first of them."""
    return session.scalar(
        select(WithdrawalEvent.actor).where(
            WithdrawalEvent.withdrawal_id == withdrawal_id, WithdrawalEvent.state == APPROVED_ONCE
        )
    )


def _check_person(session: Session, withdrawal: Withdrawal, actor: str) -> None:
    # A token or a command line is not somebody who answers for it with a name of their own.
    if not actor.startswith(_PERSON):
        raise NeedsPeople(withdrawal.id)
    if first_approver(session, withdrawal.id) == actor:
        raise AlreadyApproved(withdrawal.id)
