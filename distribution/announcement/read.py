"""Announcements for who reads them, and for who writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from distribution.announcement.audience import is_for, key_of
from distribution.announcement.tables import PUBLISHED, Announcement
from distribution.notice.tables import Notice

KIND = "announcement"
MOST_CURRENT = 20


def current(session: Session, *, now: datetime) -> Sequence[Announcement]:
    """What is published and holds now, for anybody, newest first."""
    query = (
        select(Announcement)
        .where(
            Announcement.state == PUBLISHED,
            Announcement.from_at <= now,
            or_(Announcement.until_at.is_(None), Announcement.until_at > now),
        )
        .order_by(Announcement.from_at.desc())
        .limit(MOST_CURRENT)
    )
    return session.scalars(query).all()


def for_reader(session: Session, person_id: UUID, announcement_id: UUID) -> Announcement | None:
    """A published announcement, if it is for this person."""
    found = session.get(Announcement, announcement_id)
    if found is None or found.state != PUBLISHED or not is_for(session, found, person_id):
        return None
    return found


def notice_of(session: Session, person_id: UUID, announcement_id: UUID) -> Notice | None:
    """The notice by which somebody was told of it; who joined later has none."""
    query = select(Notice).where(Notice.person_id == person_id, Notice.key == key_of(announcement_id))
    return session.scalar(query)


def words_of(session: Session, notices: Iterable[Notice]) -> dict[UUID, Mapping[str, Any]]:
    """Title and text, by notice, of those among them that are announcements and still published."""
    ids = {each.id: UUID(each.facts["announcement_id"]) for each in notices if each.kind == KIND}
    if not ids:
        return {}
    published = select(Announcement).where(
        Announcement.id.in_(set(ids.values())), Announcement.state == PUBLISHED
    )
    known = {each.id: {"title": each.title, "text": each.text} for each in session.scalars(published)}
    return {notice_id: known[each] for notice_id, each in ids.items() if each in known}


def every(session: Session, *, limit: int = 200) -> Sequence[Announcement]:
    """All of them, newest first."""
    return session.scalars(select(Announcement).order_by(Announcement.created_at.desc()).limit(limit)).all()
