"""Reviewed runs: prepared, looked at, approved by one person or two, or discarded."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from distribution.audit.chain import append
from distribution.audit.record import record
from distribution.commission.review.moving import follow
from distribution.errors import Conflict, NotFound
from distribution.settlement.tables import SettlementApproval, SettlementRun
from distribution.settlement.totals import credited_minor


class AwaitsApproval(Conflict):
    """The run is reviewed, and so many people have still to approve it."""

    code = "awaits_approval"

    def __init__(self, missing: int) -> None:
        super().__init__("the run waits to be approved", missing=missing)
        self.missing = missing


class AlreadyApproved(Conflict):
    """The same person approved the run before; it takes another one."""

    code = "already_approved"


class NotUnderReview(Conflict):
    """The run is closed, or was never to be reviewed."""

    code = "not_under_review"


def approvals(session: Session, run_id: UUID) -> list[SettlementApproval]:
    """Who approved a run, the first one first."""
    query = select(SettlementApproval).where(SettlementApproval.run_id == run_id)
    return list(session.scalars(query.order_by(SettlementApproval.number)))


def missing_approvals(session: Session, run: SettlementRun) -> int:
    """How many people have still to approve a run; what an open run pays is fixed, so this is too."""
    if not run.review or run.closed_at is not None:
        return 0
    given = session.scalar(
        select(func.count()).select_from(SettlementApproval).where(SettlementApproval.run_id == run.id)
    )
    limit_minor = run.second_person_above_minor
    needed = 2 if limit_minor is not None and credited_minor(session, run) > limit_minor else 1
    return max(0, needed - (given or 0))


def approve_run(session: Session, run_id: UUID, *, actor: str, now: datetime) -> int:
    """Approve a prepared run; returns how many more people have to, before `close_run` may close it.

    Raises NotFound, NotUnderReview, and AlreadyApproved when the same person approved it before.
    """
    run = _under_review(session, run_id)
    if actor in {each.actor for each in approvals(session, run.id)}:
        raise AlreadyApproved("the same person approved this run before", run_id=run_id)
    append(session, SettlementApproval(run_id=run.id, actor=actor, at=now))
    missing = missing_approvals(session, run)
    record(
        session,
        actor=actor,
        action="settlement_run.approve",
        subject_type="settlement_run",
        subject_id=run.id,
        now=now,
        after={"currency": run.currency, "number": run.number, "missing": missing},
    )
    return missing


def discard_run(session: Session, run_id: UUID, *, reason: str, actor: str, now: datetime) -> None:
    """Take a prepared run back: its lines are due again, with all that was written since. It moved nothing."""
    run = _under_review(session, run_id)
    facts = {"currency": run.currency, "number": run.number, "cutoff_at": run.cutoff_at.isoformat()}
    session.delete(run)
    session.flush()
    # What was decided meanwhile could not move the lines it owned.
    follow(session, now=now)
    record(
        session,
        actor=actor,
        action="settlement_run.discard",
        subject_type="settlement_run",
        subject_id=run_id,
        now=now,
        before=facts,
        reason=reason,
    )


def _under_review(session: Session, run_id: UUID) -> SettlementRun:
    run = session.execute(
        select(SettlementRun)
        .where(SettlementRun.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if run is None:
        raise NotFound("there is no such settlement run", run_id=run_id)
    if run.closed_at is not None or not run.review:
        raise NotUnderReview("the run is not under review", run_id=run_id)
    return run
