"""The transfers of an approved adjustment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from distribution.adjustment.split import split
from distribution.adjustment.tables import Adjustment
from distribution.ledger.accounts import AccountKey, account_ids
from distribution.ledger.hold import Holding, hold
from distribution.ledger.kinds import (
    ADJUSTMENT,
    ADJUSTMENT_CREDIT,
    ADJUSTMENT_DEBIT,
    ADJUSTMENT_DEBT,
    DEBT_REPAYMENT,
)
from distribution.ledger.post import Movement, post


def move(session: Session, adjustment: Adjustment, *, now: datetime) -> Holding:
    """Give the amount, or take it; returns what the distributor had just before."""
    currency = adjustment.currency
    # Accounts before balances: whoever opens one while holding the other could be waited for.
    key = AccountKey(None, "adjustments", currency)
    program_id = account_ids(session, [key])[key]
    held = hold(session, distributor_id=adjustment.distributor_id, currency=currency)
    part = split(adjustment.amount_minor, available_minor=held.available_minor, debt_minor=held.debt_minor)
    movements = (
        (program_id, held.available_id, part.given_minor, ADJUSTMENT_CREDIT),
        (held.available_id, held.debt_id, part.repaid_minor, DEBT_REPAYMENT),
        (held.available_id, program_id, part.taken_minor, ADJUSTMENT_DEBIT),
        (held.debt_id, program_id, part.owed_minor, ADJUSTMENT_DEBT),
    )
    post(
        session,
        [
            Movement(debit_id, credit_id, currency, moved_minor, kind, ADJUSTMENT, adjustment.id, now)
            for debit_id, credit_id, moved_minor, kind in movements
            if moved_minor
        ],
        now=now,
    )
    return held
