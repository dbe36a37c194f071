"""One step of a withdrawal: from a state to the next, with its event and its entry in the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from distribution.audit.chain import append
from distribution.audit.record import record
from distribution.notice import tell
from distribution.withdrawal.errors import NotAllowedNow, WithdrawalNotFound
from distribution.withdrawal.states import APPROVED, FAILED, PAID, REJECTED, may_follow
from distribution.withdrawal.tables import Withdrawal, WithdrawalEvent

_TOLD = frozenset({APPROVED, PAID, REJECTED, FAILED})
"""States whose coming the distributor is told of."""


def lock(session: Session, withdrawal_id: UUID) -> Withdrawal:
    """The withdrawal as it is now, nobody else's until the transaction ends; raises WithdrawalNotFound.

    Locked before balances, by every verb.
    """
    found = session.execute(
        select(Withdrawal)
        .where(Withdrawal.id == withdrawal_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise WithdrawalNotFound(withdrawal_id)
    return found


def check(withdrawal: Withdrawal, to: str, *, act: str) -> None:
    """Raise NotAllowedNow unless the withdrawal may go to that state."""
    if not may_follow(withdrawal.state, to):
        raise NotAllowedNow(act, withdrawal.state)


def take(
    session: Session,
    withdrawal: Withdrawal,
    to: str,
    *,
    act: str,
    actor: str,
    now: datetime,
    facts: dict[str, Any] | None = None,
) -> Withdrawal:
    """Bring the withdrawal to that state and write down who did; last in a verb, after all money has moved."""
    check(withdrawal, to, act=act)
    before = withdrawal.state
    withdrawal.state = to
    write(session, withdrawal, act=act, actor=actor, now=now, before=before, facts=facts)
    return withdrawal


def write(
    session: Session,
    withdrawal: Withdrawal,
    *,
    act: str,
    actor: str,
    now: datetime,
    before: str | None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Append the event and the audit entry of a withdrawal's present state."""
    session.flush()
    _tell(session, withdrawal, facts or {}, now=now)
    steps = session.scalar(
        select(func.count())
        .select_from(WithdrawalEvent)
        .where(WithdrawalEvent.withdrawal_id == withdrawal.id)
    )
    append(
        session,
        WithdrawalEvent(
            withdrawal_id=withdrawal.id,
            step=(steps or 0) + 1,
            state=withdrawal.state,
            at=now,
            actor=actor,
            facts=facts or {},
        ),
    )
    record(
        session,
        actor=actor,
        action=f"withdrawal.{act}",
        subject_type="withdrawal",
        subject_id=withdrawal.id,
        now=now,
        before=None if before is None else {"state": before},
        after={"state": withdrawal.state, **(facts or {})},
        reason=withdrawal.reason,
    )


def _tell(session: Session, withdrawal: Withdrawal, known: dict[str, Any], *, now: datetime) -> None:
    confirm = known.get("confirm")
    if withdrawal.state not in _TOLD and confirm is None:
        return
    comes_back = withdrawal.state in (REJECTED, FAILED)
    facts: dict[str, Any] = {
        "withdrawal_id": withdrawal.id,
        "amount_minor": withdrawal.amount_minor - (0 if comes_back else withdrawal.fee_minor),
        "currency": withdrawal.currency,
        # What is said of it depends on how it is paid.
        f"by_{withdrawal.method}": True,
    }
    if withdrawal.state == REJECTED:
        facts["reason"] = withdrawal.reason
    if withdrawal.state == PAID:
        facts["reference"] = withdrawal.reference
    # Nothing leaves before they agree, and only for so long.
    what = withdrawal.state if confirm is None else "confirm"
    tell(
        session,
        withdrawal.distributor_id,
        f"withdrawal_{what}",
        key=f"withdrawal-{withdrawal.id}-{what}",
        facts=facts,
        now=now,
    )


def was(session: Session, withdrawal: Withdrawal, state: str) -> bool:
    """Whether the withdrawal ever was in that state."""
    return (
        session.execute(
            select(WithdrawalEvent.number)
            .where(WithdrawalEvent.withdrawal_id == withdrawal.id, WithdrawalEvent.state == state)
            .limit(1)
        ).first()
        is not None
    )
