"""Writes, publishes and withdraws announcements; each with its entry in the audit log."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.announcement.document import Words
from distribution.announcement.errors import AlreadyPublished, AnnouncementNotFound
from distribution.announcement.tables import DRAFT, PUBLISHED, WITHDRAWN, Announcement
from distribution.audit.record import record
from distribution.db import new_id
from distribution.errors import InvalidInput
from distribution.outbox import ask

TELL = "tell_announcement"
"""The kind of effect that tells everybody concerned."""
UNTELL = "untell_announcement"
"""The kind of effect that takes it out of inboxes again."""


def save(
    session: Session, words: Words, *, actor: str, now: datetime, announcement_id: UUID | None = None
) -> Announcement:
    """Keep a draft, a new one or what `announcement_id` was; raises InvalidInput, AlreadyPublished."""
    words = words.checked()
    if announcement_id is None:
        found = Announcement(id=new_id(), state=DRAFT, created_at=now)
        session.add(found)
    else:
        found = locked(session, announcement_id)
        if found.state != DRAFT:
            raise AlreadyPublished(found.id)
    for name in ("title_en", "title_zh", "text_en", "text_zh", "audience", "from_at", "until_at"):
        setattr(found, name, getattr(words, name))
    found.audience_keys = list(words.audience_keys)
    found.changed_at = now
    session.flush()
    _record(session, found, "save", actor=actor, now=now)
    return found


def publish(session: Session, announcement_id: UUID, *, actor: str, now: datetime) -> Announcement:
    """Tell it, at its time or at once; one that is published is returned as it is. Raises InvalidInput."""
    found = locked(session, announcement_id)
    if found.state == PUBLISHED:
        return found
    found.from_at = max(now, found.from_at or now)
    if found.until_at is not None and found.until_at <= found.from_at:
        raise InvalidInput("it ends before it begins", field="until_at")
    found.state, found.changed_at = PUBLISHED, now
    session.flush()
    payload = {"announcement_id": str(found.id)}
    key = f"tell-announcement-{found.id}-{now.isoformat()}"
    ask(session, kind=TELL, dedupe_key=key, payload=payload, due_at=found.from_at)
    _record(session, found, "publish", actor=actor, now=now)
    return found


def withdraw(session: Session, announcement_id: UUID, *, actor: str, now: datetime) -> Announcement:
    """Take it back: nobody sees it any more, and what is not told yet never is."""
    found = locked(session, announcement_id)
    if found.state == WITHDRAWN:
        return found
    was_told = found.state == PUBLISHED
    found.state, found.changed_at = WITHDRAWN, now
    session.flush()
    if was_told:
        key, payload = f"untell-announcement-{found.id}-{now.isoformat()}", {"announcement_id": str(found.id)}
        ask(session, kind=UNTELL, dedupe_key=key, payload=payload, due_at=now)
    _record(session, found, "withdraw", actor=actor, now=now)
    return found


def locked(session: Session, announcement_id: UUID) -> Announcement:
    """The announcement, nobody else's until the transaction ends; raises AnnouncementNotFound."""
    query = select(Announcement).where(Announcement.id == announcement_id).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise AnnouncementNotFound(announcement_id)
    return found


def _record(session: Session, found: Announcement, act: str, *, actor: str, now: datetime) -> None:
    record(
        session,
        actor=actor,
        action=f"announcement.{act}",
        subject_type="announcement",
        subject_id=found.id,
        now=now,
        after={
            "state": found.state,
            "title": found.title_en,
            "audience": found.audience,
            "audience_keys": found.audience_keys,
        },
    )
