"""A withdrawal is refused by the merchant or taken back by the distributor: its money returns."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.errors import InvalidInput
from distribution.withdrawal.money import give_back
from distribution.withdrawal.states import CANCELLED, REJECTED
from distribution.withdrawal.step import check, lock, take
from distribution.withdrawal.tables import Withdrawal

LONGEST_REASON = 1_000


def reject(session: Session, withdrawal_id: UUID, *, reason: str, actor: str, now: datetime) -> Withdrawal:
    """Refuse a withdrawal that is not on its way yet; the same again with the same reason changes nothing."""
    reason = given(reason)
    withdrawal = lock(session, withdrawal_id)
    if withdrawal.state == REJECTED and withdrawal.reason == reason:
        return withdrawal
    check(withdrawal, REJECTED, act="reject")
    repaid_minor = give_back(session, withdrawal, now=now)
    withdrawal.reason, withdrawal.decided_at = reason, now
    facts = {"reason": reason, "repaid_minor": repaid_minor}
    return take(session, withdrawal, REJECTED, act="reject", actor=actor, now=now, facts=facts)


def cancel(session: Session, withdrawal_id: UUID, *, actor: str, now: datetime) -> Withdrawal:
    """Take a request back; raises NotAllowedNow once it is approved."""
    withdrawal = lock(session, withdrawal_id)
    if withdrawal.state == CANCELLED:
        return withdrawal
    check(withdrawal, CANCELLED, act="cancel")
    repaid_minor = give_back(session, withdrawal, now=now)
    facts = {"repaid_minor": repaid_minor}
    return take(session, withdrawal, CANCELLED, act="cancel", actor=actor, now=now, facts=facts)


def given(reason: str) -> str:
    """The reason without surrounding blanks; raises InvalidInput unless there is one, of a readable length."""
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise InvalidInput(f"a reason has 1 to {LONGEST_REASON} characters", field="reason")
    return reason
