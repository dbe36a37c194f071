"""The audit log: every act, who, when, before and after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from distribution.audit.chain import append
from distribution.audit.tables import AuditEntry


def record(
    session: Session,
    *,
    actor: str,
    action: str,
    subject_type: str,
    subject_id: object,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str | None = None,
) -> AuditEntry:
    """Write one act to the audit log.

    `actor` is "merchant:<id>", "distributor:<id>", "token:<name>" or "job:<name>"; `action` a verb with its subject
    ("distributor.approve"). Call it after the act, see `audit.chain`.
    """
    return append(
        session,
        AuditEntry(
            at=now,
            actor=actor,
            action=action,
            subject_type=subject_type,
            subject_id=str(subject_id),
            before=before,
            after=after,
            reason=reason,
        ),
    )
