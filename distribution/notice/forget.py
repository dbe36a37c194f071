"""Forgets a letter that has left: what it was addressed to is kept nowhere else any more."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from distribution.notice.tables import Notice


def forget_letter(session: Session, person_id: UUID, kind: str) -> None:
    """Delete what a person was told of this kind."""
    session.execute(delete(Notice).where(Notice.person_id == person_id, Notice.kind == kind))
