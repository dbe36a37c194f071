"""Ends a login of the console, and lets it in again: who left the company keeps nothing that opens a door."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.access import devices, sessions
from distribution.audit.record import record
from distribution.audit.tables import AuditEntry
from distribution.errors import Conflict
from distribution.settings import tokens
from distribution.settings.lock import lock
from distribution.settings.merchants import LastOwner, by_id, owners
from distribution.settings.tables import ApiToken, Merchant

KIND = "merchant"


class AlreadyDisabled(Conflict):
    """The login is disabled already."""

    code = "already_disabled"

    def __init__(self, merchant_id: UUID) -> None:
        super().__init__("this login is disabled already", merchant_id=merchant_id)


class NotDisabled(Conflict):
    """The login is not disabled."""

    code = "not_disabled"

    def __init__(self, merchant_id: UUID) -> None:
        super().__init__("this login is not disabled", merchant_id=merchant_id)


def disable(
    session: Session, merchant_id: UUID, *, with_tokens: bool, reason: str, actor: str, now: datetime
) -> Merchant:
    """Let nobody in by this login any more; its sessions and remembered devices end.

    `with_tokens` also revokes the API tokens it made and that are in use: their secrets were shown to it. Raises
    AlreadyDisabled, and LastOwner where nobody would be left who may do everything.
    """
    lock(session)
    merchant = by_id(session, merchant_id)
    if merchant.disabled_at is not None:
        raise AlreadyDisabled(merchant_id)
    if merchant.role == "owner" and owners(session) == 1:
        raise LastOwner
    merchant.disabled_at = now
    merchant.session_version += 1
    session.flush()
    ended = sessions.end_all(session, KIND, merchant_id)
    devices.forget_all(session, KIND, merchant_id)
    names = tokens_of(session, merchant_id) if with_tokens else []
    for name in names:
        tokens.revoke(session, name, actor=actor, now=now)
    after = {"sessions": ended, "tokens": names}
    _record(session, merchant, "merchant.disable", after=after, reason=reason, actor=actor, now=now)
    return merchant


def enable(session: Session, merchant_id: UUID, *, reason: str, actor: str, now: datetime) -> Merchant:
    """Let them in again as before; raises NotDisabled. Tokens stay revoked."""
    lock(session)
    merchant = by_id(session, merchant_id)
    if merchant.disabled_at is None:
        raise NotDisabled(merchant_id)
    merchant.disabled_at = None
    session.flush()
    _record(session, merchant, "merchant.enable", after=None, reason=reason, actor=actor, now=now)
    return merchant


def tokens_of(session: Session, merchant_id: UUID) -> list[str]:
    """The names of the tokens in use that a login made, by name."""
    made = select(AuditEntry.subject_id).where(
        AuditEntry.subject_type == "token",
        AuditEntry.action == "token.create",
        AuditEntry.actor == f"{KIND}:{merchant_id}",
    )
    query = select(ApiToken.name).where(ApiToken.name.in_(made), ApiToken.revoked_at.is_(None))
    return list(session.scalars(query.order_by(ApiToken.name)))


def _record(
    session: Session,
    merchant: Merchant,
    action: str,
    *,
    after: dict[str, Any] | None,
    reason: str,
    actor: str,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject_type=KIND,
        subject_id=merchant.id,
        after=after,
        reason=reason,
        now=now,
    )
