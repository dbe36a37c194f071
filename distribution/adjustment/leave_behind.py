"""What is available of somebody whose account is closed stays with the shop: nobody is there to be paid it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.adjustment.decision import decide
from distribution.adjustment.lock import lock
from distribution.adjustment.money import move
from distribution.adjustment.propose import write
from distribution.adjustment.read import AdjustmentSeen
from distribution.adjustment.tables import APPROVED, LEFT_BEHIND, Adjustment
from distribution.db import new_id
from distribution.ledger.accounts import AccountKey, account_ids
from distribution.ledger.hold import hold

_REASON = "was left when the account was closed"


def leave_behind(
    session: Session, distributor_id: UUID, currency: str, *, actor: str, now: datetime
) -> AdjustmentSeen | None:
    """Give the shop all that is available of who was erased; None where nothing is.

    It takes no second person: it pays nobody, and can only take what nobody is owed any more.
    """
    identity = new_id()
    lock(session, identity)
    opened = session.begin_nested()
    # As every movement does: the program's account before anybody's balances.
    account_ids(session, [AccountKey(None, "adjustments", currency)])
    left_minor = hold(session, distributor_id=distributor_id, currency=currency).available_minor
    if left_minor == 0:
        # No account is opened that nothing needs.
        opened.rollback()
        return None
    opened.commit()
    adjustment = Adjustment(
        id=identity,
        distributor_id=distributor_id,
        currency=currency,
        amount_minor=-left_minor,
        category=LEFT_BEHIND,
        reason=_REASON,
        reference=None,
        proposed_by=actor,
        proposed_at=now,
        limit_minor=left_minor,
        second_person=False,
    )
    held = move(session, adjustment, now=now)
    write(session, adjustment)
    decision = decide(session, adjustment, APPROVED, held=held, actor=actor, now=now, tells=False)
    return AdjustmentSeen(adjustment, decision)
