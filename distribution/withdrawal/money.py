"""The transfers of a withdrawal: reserved at the request, then paid out, or returned with debt repaid first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from distribution.ledger.accounts import AccountKey, account_ids
from distribution.ledger.hold import Holding, hold
from distribution.ledger.kinds import (
    DEBT_REPAYMENT,
    WITHDRAWAL,
    WITHDRAWAL_FEE,
    WITHDRAWAL_PAYOUT,
    WITHDRAWAL_RESERVE,
    WITHDRAWAL_RETURN,
)
from distribution.ledger.post import Movement, post
from distribution.withdrawal.tables import Withdrawal


def reserve(session: Session, withdrawal: Withdrawal, held: Holding, *, now: datetime) -> None:
    """Set the amount aside; raises InsufficientBalance."""
    moved = _movement(
        withdrawal, held.available_id, held.reserved_id, withdrawal.amount_minor, WITHDRAWAL_RESERVE, now
    )
    post(session, [moved], now=now)


def pay_out(session: Session, withdrawal: Withdrawal, *, now: datetime) -> None:
    """The reserved amount has left: to the distributor, the fee to the program."""
    payouts, fees = (AccountKey(None, kind, withdrawal.currency) for kind in ("payouts", "fees"))
    ids = account_ids(session, [payouts, fees] if withdrawal.fee_minor else [payouts])
    held = hold(session, distributor_id=withdrawal.distributor_id, currency=withdrawal.currency)
    net_minor = withdrawal.amount_minor - withdrawal.fee_minor
    moved = [_movement(withdrawal, held.reserved_id, ids[payouts], net_minor, WITHDRAWAL_PAYOUT, now)]
    if withdrawal.fee_minor:
        moved.append(
            _movement(withdrawal, held.reserved_id, ids[fees], withdrawal.fee_minor, WITHDRAWAL_FEE, now)
        )
    post(session, moved, now=now)


def give_back(session: Session, withdrawal: Withdrawal, *, now: datetime) -> int:
    """The reserved amount is available again, less the debt it repays, which is returned."""
    held = hold(session, distributor_id=withdrawal.distributor_id, currency=withdrawal.currency)
    amount_minor = withdrawal.amount_minor
    repaid_minor = min(held.available_minor + amount_minor, -held.debt_minor)
    moved = [_movement(withdrawal, held.reserved_id, held.available_id, amount_minor, WITHDRAWAL_RETURN, now)]
    if repaid_minor > 0:
        moved.append(
            _movement(withdrawal, held.available_id, held.debt_id, repaid_minor, DEBT_REPAYMENT, now)
        )
    post(session, moved, now=now)
    return repaid_minor


def _movement(
    withdrawal: Withdrawal, debit_id: int, credit_id: int, amount_minor: int, kind: str, now: datetime
) -> Movement:
    return Movement(
        debit_id, credit_id, withdrawal.currency, amount_minor, kind, WITHDRAWAL, withdrawal.id, now
    )
