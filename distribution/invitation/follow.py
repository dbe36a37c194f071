"""What its reader does with an invitation: opens it, applies, or wants no more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.invitation.tables import Invitation
from distribution.privacy.encryption import Cipher


def opened(session: Session, invitation_id: UUID, *, cipher: Cipher, now: datetime) -> str | None:
    """The address it was sent to, noted as opened; None once it is over, used or declined."""
    found = _open(session, invitation_id, now=now)
    if found is None or found.email_encrypted is None:
        return None
    found.opened_at = found.opened_at or now
    session.flush()
    return cipher.open(found.email_encrypted)


def applied(session: Session, invitation_id: UUID, distributor_id: UUID, *, now: datetime) -> bool:
    """Note who applied by it, and forget the address: theirs is in their account now."""
    found = _open(session, invitation_id, now=now)
    if found is None:
        return False
    found.distributor_id, found.applied_at = distributor_id, now
    found.opened_at = found.opened_at or now
    found.email_encrypted = found.words_encrypted = found.email_hash = None
    session.flush()
    return True


def is_open(session: Session, invitation_id: UUID, *, now: datetime) -> bool:
    """Whether somebody may still apply by it."""
    return _open(session, invitation_id, now=now) is not None


def declined(session: Session, invitation_id: UUID, *, now: datetime) -> None:
    """Never write to this address again; only what recognises it is kept."""
    found = session.get(Invitation, invitation_id, with_for_update=True)
    if found is not None and found.distributor_id is None and found.email_hash is not None:
        found.declined_at = found.declined_at or now
        found.email_encrypted = found.words_encrypted = None
        session.flush()


def _open(session: Session, invitation_id: UUID, *, now: datetime) -> Invitation | None:
    return session.scalar(
        select(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.expires_at > now,
            Invitation.declined_at.is_(None),
            Invitation.distributor_id.is_(None),
            Invitation.email_encrypted.is_not(None),
        )
        .with_for_update()
    )
