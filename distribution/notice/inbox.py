"""The inbox: what a person was told, newest first, and what of it they have read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import CursorResult, select, tuple_, update
from sqlalchemy.orm import Session

from distribution.notice.kinds import KINDS
from distribution.notice.tables import Notice

MOST_COUNTED = 100
PAGE = 30


def page(
    session: Session,
    person_id: UUID,
    *,
    topics: Collection[str] = (),
    unread_only: bool = False,
    after: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> Sequence[Notice]:
    """Notices older than `after`, of these topics or of all, at most `limit`."""
    query = select(Notice).where(Notice.person_id == person_id, Notice.shown)
    if topics:
        query = query.where(
            Notice.kind.in_([name for name, kind in KINDS.items() if kind.topic.name in topics])
        )
    if unread_only:
        query = query.where(Notice.read_at.is_(None))
    if after is not None:
        query = query.where(tuple_(Notice.at, Notice.id) < after)
    return session.scalars(query.order_by(Notice.at.desc(), Notice.id.desc()).limit(limit)).all()


def read(session: Session, person_id: UUID, notice_id: UUID, *, now: datetime) -> Notice | None:
    """Note that they read it, and return it; None for a notice of somebody else's."""
    found = session.scalar(select(Notice).where(Notice.id == notice_id, Notice.person_id == person_id))
    if found is not None and found.read_at is None:
        found.read_at = now
        session.flush()
    return found


def read_all(session: Session, person_id: UUID, *, now: datetime) -> int:
    """Note that they read everything; returns how many were new."""
    unread = update(Notice).where(Notice.person_id == person_id, Notice.shown, Notice.read_at.is_(None))
    done = session.execute(unread.values(read_at=now), execution_options={"synchronize_session": False})
    return done.rowcount if isinstance(done, CursorResult) else 0
