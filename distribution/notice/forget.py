"""Forgets a letter that has left: what it was addressed to is kept nowhere else any more."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from distribution.notice.tables import Notice


def forget_letter(session: Session, notice_ids: Collection[UUID]) -> None:
    """Delete the notices it told of; others of the kind may still have to leave, for another address."""
    session.execute(delete(Notice).where(Notice.id.in_(notice_ids)))
