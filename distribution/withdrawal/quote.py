"""What a request would come to: every check, the fee, the promise; nothing is reserved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from distribution.errors import Forbidden, InvalidInput
from distribution.ledger.errors import InsufficientBalance
from distribution.ledger.hold import Holding, hold
from distribution.money import is_currency
from distribution.network.errors import DistributorNotFound
from distribution.network.own_closing import rests_to_close
from distribution.network.tables import Distributor
from distribution.withdrawal.errors import MethodCooling, MethodUnavailable, OutstandingDebt
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.states import RETURNED
from distribution.withdrawal.tables import PayoutMethod, Withdrawal

MAY_WITHDRAW = ("active", "left")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for how much, and where it is to go; `method_id` is one of their own accounts."""

    distributor_id: UUID
    amount_minor: int
    currency: str
    method: str
    method_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """What a request comes to, as it is fixed when it is made."""

    amount_minor: int
    fee_minor: int
    due_at: datetime | None
    approvals_needed: int

    @property
    def net_minor(self) -> int:
        """What reaches the distributor."""
        return self.amount_minor - self.fee_minor


def quote(session: Session, asked: Asked, *, policy: WithdrawalPolicy, now: datetime) -> Quote:
    """What the request would come to now; raises whatever it would be refused for."""
    check_person(session, asked)
    held = hold(session, distributor_id=asked.distributor_id, currency=asked.currency)
    return weigh(session, asked, held, policy=policy, now=now)


def check_person(session: Session, asked: Asked) -> None:
    """Raise unless the currency is one, and the distributor somebody who may withdraw.

    Who is suspended may not; who rests because they close their account may, or it would never come to an end.
    """
    if not is_currency(asked.currency):
        raise InvalidInput(f"{asked.currency[:10]!r} is no ISO 4217 currency code", field="currency")
    status = session.scalar(select(Distributor.status).where(Distributor.id == asked.distributor_id))
    if status is None:
        raise DistributorNotFound(asked.distributor_id)
    if status not in MAY_WITHDRAW and not rests_to_close(session, asked.distributor_id):
        raise Forbidden(f"a distributor who is {status} cannot withdraw", status=status)


def weigh(session: Session, asked: Asked, held: Holding, *, policy: WithdrawalPolicy, now: datetime) -> Quote:
    """What a request of a balance that is held comes to; raises the first thing it is refused for.

    Who closes their account may take all that is left, however little it is.
    """
    if asked.amount_minor == held.available_minor and rests_to_close(session, asked.distributor_id):
        policy = replace(policy, minimum_minor=1)
    _check_method(session, asked, now)
    policy.check_window(now)
    requests, asked_minor = _today(session, asked, policy.day_began_at(now))
    policy.check(
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        method=asked.method,
        requests_today=requests,
        asked_today_minor=asked_minor,
    )
    fee_minor = policy.fee.of(asked.amount_minor, asked.currency)
    if held.debt_minor < 0:
        raise OutstandingDebt(debt_minor=held.debt_minor, currency=asked.currency)
    if asked.amount_minor > held.available_minor:
        raise InsufficientBalance(
            requested_minor=asked.amount_minor,
            available_minor=held.available_minor,
            currency=asked.currency,
        )
    return Quote(
        asked.amount_minor, fee_minor, policy.due_at(now), policy.approvals_needed(asked.amount_minor)
    )


def _check_method(session: Session, asked: Asked, now: datetime) -> None:
    if asked.method_id is None:
        return
    found = session.get(PayoutMethod, asked.method_id)
    if (
        found is None
        or found.removed_at is not None
        or (found.distributor_id, found.adapter) != (asked.distributor_id, asked.method)
    ):
        raise MethodUnavailable(asked.method)
    if found.cooling_until is not None and now < found.cooling_until:
        raise MethodCooling(until=found.cooling_until)


def _today(session: Session, asked: Asked, began_at: datetime) -> tuple[int, int]:
    count, amount_minor = session.execute(
        select(func.count(), func.coalesce(func.sum(Withdrawal.amount_minor), 0)).where(
            Withdrawal.distributor_id == asked.distributor_id,
            Withdrawal.currency == asked.currency,
            Withdrawal.requested_at >= began_at,
            Withdrawal.state.not_in(RETURNED),
        )
    ).one()
    return count, int(amount_minor)
