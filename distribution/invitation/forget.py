"""Forgets whom an invitation named once its link has ended unused."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from distribution.invitation.invite import REFUSABLE_FOR
from distribution.invitation.tables import Invitation


def forget_unused(session: Session, *, now: datetime) -> int:
    """How many addresses were forgotten, and later what recognises them; who wants no letters still is."""
    forgotten = session.scalars(
        update(Invitation)
        .where(Invitation.email_encrypted.is_not(None), Invitation.expires_at <= now)
        .values(email_encrypted=None, words_encrypted=None)
        .returning(Invitation.id)
    )
    session.execute(
        update(Invitation)
        .where(
            Invitation.email_hash.is_not(None),
            Invitation.declined_at.is_(None),
            Invitation.expires_at <= now - REFUSABLE_FOR,
        )
        .values(email_hash=None)
    )
    return len(forgotten.all())
