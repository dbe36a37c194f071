"""A distributor asks for money: checked, reserved, and waiting for a decision."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from distribution.db import new_id
from distribution.errors import Conflict, Forbidden, InvalidInput
from distribution.ledger.errors import InsufficientBalance
from distribution.ledger.hold import hold
from distribution.money import is_currency
from distribution.network.errors import DistributorNotFound
from distribution.network.tables import Distributor
from distribution.withdrawal import money
from distribution.withdrawal.errors import MethodUnavailable, OutstandingDebt
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.states import REQUESTED, RETURNED
from distribution.withdrawal.step import write
from distribution.withdrawal.tables import PayoutMethod, Withdrawal

MAY_WITHDRAW = ("active", "left")


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

    Raises InvalidInput and its kinds for an amount, a currency or a method the program does not pay out,
    InsufficientBalance, OutstandingDebt, TooManyRequests, AboveDailyMaximum, Forbidden for somebody suspended.
    """
    if not is_currency(currency):
        raise InvalidInput(f"{currency[:10]!r} is no ISO 4217 currency code", field="currency")
    _check_distributor(session, distributor_id)
    # From here on requests of the same balance wait for each other: the limits see all that were granted.
    held = hold(session, distributor_id=distributor_id, currency=currency)
    if withdrawal_id is not None and (known := session.get(Withdrawal, withdrawal_id)) is not None:
        return _same(known, distributor_id, amount_minor, currency, method)
    _check_method(session, distributor_id, method, method_id)
    requests, asked_minor = _today(session, distributor_id, currency, policy.day_began_at(now))
    policy.check(
        amount_minor=amount_minor,
        currency=currency,
        method=method,
        requests_today=requests,
        asked_today_minor=asked_minor,
    )
    if held.debt_minor < 0:
        raise OutstandingDebt(debt_minor=held.debt_minor, currency=currency)
    if amount_minor > held.available_minor:
        raise InsufficientBalance(
            requested_minor=amount_minor, available_minor=held.available_minor, currency=currency
        )
    identity = withdrawal_id or new_id()
    withdrawal = Withdrawal(
        id=identity,
        distributor_id=distributor_id,
        currency=currency,
        amount_minor=amount_minor,
        fee_minor=0,
        method=method,
        method_id=method_id,
        idempotency_key=f"withdrawal-{identity}",
        state=REQUESTED,
        requested_at=now,
    )
    money.reserve(session, withdrawal, held, now=now)
    session.add(withdrawal)
    facts = {"amount_minor": amount_minor, "currency": currency, "method": method}
    write(session, withdrawal, act="request", actor=actor, now=now, before=None, facts=facts)
    return withdrawal


def _check_distributor(session: Session, distributor_id: UUID) -> None:
    status = session.scalar(select(Distributor.status).where(Distributor.id == distributor_id))
    if status is None:
        raise DistributorNotFound(distributor_id)
    if status not in MAY_WITHDRAW:
        raise Forbidden(f"a distributor who is {status} cannot withdraw", status=status)


def _check_method(session: Session, distributor_id: UUID, method: str, method_id: UUID | None) -> None:
    if method_id is None:
        return
    found = session.get(PayoutMethod, method_id)
    if (
        found is None
        or found.removed_at is not None
        or (found.distributor_id, found.adapter) != (distributor_id, method)
    ):
        raise MethodUnavailable(method)


def _today(session: Session, distributor_id: UUID, currency: str, began_at: datetime) -> tuple[int, int]:
    count, amount_minor = session.execute(
        select(func.count(), func.coalesce(func.sum(Withdrawal.amount_minor), 0)).where(
            Withdrawal.distributor_id == distributor_id,
            Withdrawal.currency == currency,
            Withdrawal.requested_at >= began_at,
            Withdrawal.state.not_in(RETURNED),
        )
    ).one()
    return count, int(amount_minor)


def _same(
    known: Withdrawal, distributor_id: UUID, amount_minor: int, currency: str, method: str
) -> Withdrawal:
    asked = (distributor_id, amount_minor, currency, method)
    if asked != (known.distributor_id, known.amount_minor, known.currency, known.method):
        raise Conflict("this withdrawal was requested with other facts", withdrawal_id=known.id)
    return known
