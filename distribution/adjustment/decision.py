"""Writes the one decision on an adjustment; last in a verb, after all money has moved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from distribution.adjustment.read import WAITING
from distribution.adjustment.tables import APPROVED, DECLINED, WITHDRAWN, Adjustment, AdjustmentDecision
from distribution.audit.chain import append
from distribution.audit.record import record
from distribution.ledger.hold import Holding
from distribution.notice import tell

_ACTS = {APPROVED: "approve", DECLINED: "decline", WITHDRAWN: "withdraw"}


def decide(
    session: Session,
    adjustment: Adjustment,
    decision: str,
    *,
    actor: str,
    now: datetime,
    held: Holding | None = None,
    note: str | None = None,
    tells: bool = True,
) -> AdjustmentDecision:
    """Append the decision and its entry in the audit log; `held` is what the distributor had before an approval.

    The distributor is told of an approval unless there is nobody left to tell.
    """
    if held is not None and tells:
        _tell(session, adjustment, held, now=now)
    decided = append(
        session,
        AdjustmentDecision(
            adjustment_id=adjustment.id,
            decision=decision,
            actor=actor,
            at=now,
            note=note,
            available_before_minor=None if held is None else held.available_minor,
            debt_before_minor=None if held is None else held.debt_minor,
        ),
    )
    record(
        session,
        actor=actor,
        action=f"adjustment.{_ACTS[decision]}",
        subject_type="adjustment",
        subject_id=adjustment.id,
        now=now,
        before={"state": WAITING},
        after={"state": decision},
        reason=note,
    )
    return decided


def _tell(session: Session, adjustment: Adjustment, held: Holding, *, now: datetime) -> None:
    owed_minor = -(held.available_minor + held.debt_minor + adjustment.amount_minor)
    tell(
        session,
        adjustment.distributor_id,
        "adjusted_up" if adjustment.amount_minor > 0 else "adjusted_down",
        key=f"adjustment-{adjustment.id}",
        facts={
            "amount_minor": abs(adjustment.amount_minor),
            "currency": adjustment.currency,
            "debt_minor": owed_minor if owed_minor > 0 else None,
        },
        now=now,
    )
