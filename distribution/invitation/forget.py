"""Forgets whom an invitation named once its link has ended unused."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from distribution.invitation.tables import Invitation


def forget_unused(session: Session, *, now: datetime) -> int:
    """How many addresses were forgotten; who wants no letters is still recognised."""
    forgotten = session.scalars(
        update(Invitation)
        .where(Invitation.email_encrypted.is_not(None), Invitation.expires_at <= now)
        .values(email_encrypted=None, words_encrypted=None, email_hash=None)
        .returning(Invitation.id)
    )
    return len(forgotten.all())
