"""The audit log, filtered by who acted and on what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.analytics.console_paging import Page, page
from distribution.analytics.console_people import actor_names
from distribution.audit.record import SUBJECT_TYPES
from distribution.audit.tables import AuditEntry

ACTOR_KINDS = ("merchant", "distributor", "token", "job")


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to show; empty texts filter nothing."""

    actor: str = ""
    actor_kind: str = ""
    subject_type: str = ""
    subject_id: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One act."""

    number: int
    at: datetime
    actor: str
    actor_name: str | None
    action: str
    subject_type: str
    subject_id: str
    subject_name: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None


def audit_log(session: Session, wanted: AuditFilter, *, cursor: str | None = None) -> Page[AuditRow]:
    """Acts that match, newest first."""
    query = select(AuditEntry)
    if wanted.actor:
        query = query.where(AuditEntry.actor == wanted.actor[:200].replace("\x00", ""))
    elif wanted.actor_kind in ACTOR_KINDS:
        query = query.where(AuditEntry.actor.startswith(f"{wanted.actor_kind}:", autoescape=True))
    if wanted.subject_type in SUBJECT_TYPES:
        query = query.where(AuditEntry.subject_type == wanted.subject_type)
    if wanted.subject_id:
        query = query.where(AuditEntry.subject_id == wanted.subject_id[:300].replace("\x00", ""))
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action[:100].replace("\x00", ""))
    found = page(session, query, (AuditEntry.number,), lambda row: row[0], cursor=cursor)
    names = actor_names(
        session,
        [entry.actor for entry in found.items]
        + [f"{entry.subject_type}:{entry.subject_id}" for entry in found.items],
    )
    return Page(tuple(_row(entry, names) for entry in found.items), found.previous, found.next)


def _row(entry: AuditEntry, names: dict[str, str]) -> AuditRow:
    return AuditRow(
        number=entry.number,
        at=entry.at,
        actor=entry.actor,
        actor_name=names.get(entry.actor),
        action=entry.action,
        subject_type=entry.subject_type,
        subject_id=entry.subject_id,
        subject_name=names.get(f"{entry.subject_type}:{entry.subject_id}"),
        before=entry.before,
        after=entry.after,
        reason=entry.reason,
    )
