"""What happens to a closing is written on the audit log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.leaving.tables import AccountClosing


def note(session: Session, closing: AccountClosing, act: str, *, actor: str, now: datetime) -> None:
    """One step of a closing."""
    record(
        session,
        actor=actor,
        action=f"distributor.{act}",
        subject_type="distributor",
        subject_id=closing.distributor_id,
        now=now,
        after={"due_at": closing.due_at.isoformat(), "forgoes_rest": closing.forgoes_rest},
    )
