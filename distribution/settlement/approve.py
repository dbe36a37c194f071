"""Approving a prepared run: the last approval closes it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine

from distribution.db import transaction
from distribution.settlement import read
from distribution.settlement.approval import AlreadyApproved, approve_run, missing_approvals
from distribution.settlement.run import close_run
from distribution.settlement.tables import SettlementRun


def approve(engine: Engine, run_id: UUID, *, actor: str, now: datetime) -> SettlementRun:
    """Approve a prepared run; closes it, unless it takes more people, and returns it as it is then.

    An edge, as `settle` is: approval and closing are two transactions, so that the audit log is free while statements
    are written. Killed between the two, the same call again, or the next settlement, closes it. Raises what
    `approve_run` raises.
    """
    with transaction(engine) as session:
        try:
            missing = approve_run(session, run_id, actor=actor, now=now)
        except AlreadyApproved:
            missing = missing_approvals(session, read.run(session, run_id))
            if missing:
                raise
    with transaction(engine) as session:
        return read.run(session, run_id) if missing else close_run(session, run_id, now=now)
