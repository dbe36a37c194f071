"""A distributor asks for money: checked, reserved, and waiting for a decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.db import new_id
from distribution.errors import Conflict
from distribution.ledger.hold import hold
from distribution.withdrawal import money
from distribution.withdrawal.first_use import is_unused, tell_first_use
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.quote import Asked, check_person, weigh
from distribution.withdrawal.states import REQUESTED
from distribution.withdrawal.step import write
from distribution.withdrawal.tables import Withdrawal


def request(
    session: Session,
    *,
    distributor_id: UUID,
    amount_minor: int,
    currency: str,
    method: str,
    policy: WithdrawalPolicy,
    actor: str,
    now: datetime,
    method_id: UUID | None = None,
    withdrawal_id: UUID | None = None,
) -> Withdrawal:
    """Reserve the amount and open a withdrawal; `withdrawal_id` makes a repetition known as one.

    Its fee, its promise and how many people approve it are those of this moment, whatever the program changes later.
    Raises InvalidInput and its kinds for an amount, a currency or a method the program does not pay out, WindowClosed,
    MethodCooling, InsufficientBalance, OutstandingDebt, TooManyRequests, AboveDailyMaximum, Forbidden for somebody
    suspended, unless because they close their account.
    """
    asked = Asked(distributor_id, amount_minor, currency, method, method_id)
    check_person(session, asked)
    # From here on requests of the same balance wait for each other: the limits see all that were granted.
    held = hold(session, distributor_id=distributor_id, currency=currency)
    if withdrawal_id is not None and (known := session.get(Withdrawal, withdrawal_id)) is not None:
        return _same(known, asked)
    granted = weigh(session, asked, held, policy=policy, now=now)
    identity = withdrawal_id or new_id()
    withdrawal = Withdrawal(
        id=identity,
        distributor_id=distributor_id,
        currency=currency,
        amount_minor=amount_minor,
        fee_minor=granted.fee_minor,
        method=method,
        method_id=method_id,
        idempotency_key=f"withdrawal-{identity}",
        state=REQUESTED,
        requested_at=now,
        due_at=granted.due_at,
        approvals_needed=granted.approvals_needed,
    )
    money.reserve(session, withdrawal, held, now=now)
    is_first = method_id is not None and is_unused(session, withdrawal)
    session.add(withdrawal)
    facts: dict[str, Any] = {"amount_minor": amount_minor, "currency": currency, "method": method}
    if not policy.fee.is_none:
        facts |= {"fee_minor": granted.fee_minor, "fee": policy.fee.facts()}
    if granted.due_at is not None:
        facts["due_at"] = granted.due_at.isoformat()
    if granted.approvals_needed > 1:
        facts["approvals_needed"] = granted.approvals_needed
    if is_first:
        tell_first_use(session, withdrawal, now=now)
    write(session, withdrawal, act="request", actor=actor, now=now, before=None, facts=facts)
    return withdrawal


def _same(known: Withdrawal, asked: Asked) -> Withdrawal:
    before = Asked(known.distributor_id, known.amount_minor, known.currency, known.method, asked.method_id)
    if asked != before:
        raise Conflict("this withdrawal was requested with other facts", withdrawal_id=known.id)
    return known
