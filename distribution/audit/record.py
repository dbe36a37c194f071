"""The audit log: every act, who, when, before and after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from distribution.audit.chain import append
from distribution.audit.tables import AuditEntry

SUBJECT_TYPES = (
    "distributor",
    "distributors",
    "order",
    "customer",
    "plan",
    "plan_draft",
    "simulation",
    "program",
    "settlement_run",
    "adjustment",
    "withdrawal",
    "withdrawals",
    "payout_method",
    "payout_file",
    "tax_year",
    "announcement",
    "material",
    "merchant",
    "token",
    "identity_provider",
    "saleor_installation",
    "inbox",
    "outbox",
    "proof",
)
"""What acts are done to; the console's filter offers these."""


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
