"""What comes to people who were erased: an order paid late, a bonus, a correction; it stays with the shop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.adjustment.leave_behind import leave_behind
from distribution.network.own_closing import CLOSING_ACTOR

_LEFT = text("""
SELECT account.distributor_id, account.currency
FROM distribution.accounts account JOIN distribution.balances balance ON balance.account_id = account.id
WHERE account.kind = 'available' AND balance.balance_minor > 0 AND account.distributor_id IN (
    SELECT distributor_id FROM distribution.account_closings WHERE ended_at IS NOT NULL AND NOT taken_back
)
ORDER BY account.distributor_id, account.currency
""")


class Rest(NamedTuple):
    """Something available of somebody who was erased."""

    distributor_id: UUID
    currency: str


def rests(session: Session) -> Sequence[Rest]:
    """What nobody can withdraw any more."""
    return [Rest(*row) for row in session.execute(_LEFT)]


def leave(session: Session, rest: Rest, *, now: datetime) -> int:
    """Give it to the shop, whatever it has become by now; the amount."""
    seen = leave_behind(session, rest.distributor_id, rest.currency, actor=CLOSING_ACTOR, now=now)
    return 0 if seen is None else -seen.adjustment.amount_minor
