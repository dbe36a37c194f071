"""Locks what a distributor holds in a currency, so that a decision on it stands until the transaction ends."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.ledger.accounts import AccountKey, account_ids
from distribution.ledger.tables import DISTRIBUTOR_KINDS

# In the order of their ids, as every other statement that locks balances: no two wait for each other crosswise. All or
# none: whoever held one and then opened another would wait for a settlement that opened it and waits for the first.
_HOLD = text("""
WITH account AS MATERIALIZED (
    SELECT id FROM distribution.accounts WHERE distributor_id = :distributor_id AND currency = :currency
)
SELECT balance.kind, balance.account_id, balance.balance_minor
FROM distribution.balances balance
WHERE balance.account_id IN (SELECT id FROM account) AND (SELECT count(*) FROM account) = :kinds
ORDER BY balance.account_id
FOR NO KEY UPDATE
""")

_HOLD_OPEN = text("""
SELECT FROM distribution.balances
WHERE account_id IN (SELECT id FROM distribution.accounts WHERE distributor_id = :distributor_id)
ORDER BY account_id
FOR NO KEY UPDATE
""")


@dataclass(frozen=True, slots=True)
class Holding:
    """A distributor's accounts in one currency and what was in them when they were locked; `debt_minor` is ≤ 0."""

    available_id: int
    available_minor: int
    reserved_id: int
    reserved_minor: int
    debt_id: int
    debt_minor: int


def hold(session: Session, *, distributor_id: UUID, currency: str) -> Holding:
    """Lock and read a distributor's balances, opening their accounts if need be."""
    parameters = {"distributor_id": distributor_id, "currency": currency, "kinds": len(DISTRIBUTOR_KINDS)}
    rows = session.execute(_HOLD, parameters).all()
    if not rows:
        account_ids(session, [AccountKey(distributor_id, kind, currency) for kind in DISTRIBUTOR_KINDS])
        rows = session.execute(_HOLD, parameters).all()
    held = {kind: (account_id, balance_minor) for kind, account_id, balance_minor in rows}
    return Holding(*held["available"], *held["reserved"], *held["debt"])


def hold_open(session: Session, *, distributor_id: UUID) -> None:
    """Lock the balances a distributor has in whatever currency, and open none: nothing is about to move."""
    session.execute(_HOLD_OPEN, {"distributor_id": distributor_id})
