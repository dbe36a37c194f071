"""Tells an announcement to everybody it is for, and takes it back; told again it changes nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from distribution.announcement.tables import PUBLISHED, Announcement
from distribution.settings import program

# A country is where a distributor says that they are taxed; who said nothing is in none.
_AUDIENCE = """
FROM distribution.distributors person
WHERE person.status = 'active' AND CASE CAST(:audience AS text)
    WHEN 'all' THEN true
    WHEN 'grade' THEN person.grade = ANY (CAST(:keys AS text[]))
    WHEN 'group' THEN person.groups && CAST(:keys AS text[])
    ELSE (
        SELECT profile.country FROM distribution.tax_profiles profile
        WHERE profile.distributor_id = person.id ORDER BY profile.number DESC LIMIT 1
    ) = ANY (CAST(:keys AS text[])) END
"""
_TELL = text(f"""
INSERT INTO distribution.notices (reader, person_id, kind, key, facts, shown, at, due_at)
SELECT 'distributor', person.id, 'announcement', CAST(:key AS text), CAST(:facts AS jsonb), true,
    CAST(:at AS timestamptz), CAST(:at AS timestamptz) {_AUDIENCE}
ON CONFLICT ON CONSTRAINT notices_key DO NOTHING
""")
_IS_FOR = text(f"SELECT EXISTS (SELECT {_AUDIENCE} AND person.id = :person_id)")
_COUNT = text(f"SELECT count(*) {_AUDIENCE}")
_UNTELL = text("DELETE FROM distribution.notices WHERE kind = 'announcement' AND key = :key")


def key_of(announcement_id: UUID) -> str:
    """How a notice of it is named."""
    return f"announcement-{announcement_id}"


def audience_count(session: Session, audience: str, keys: list[str]) -> int:
    """How many active distributors it would be told to."""
    return session.scalar(_COUNT, {"audience": audience, "keys": keys}) or 0


def is_for(session: Session, announcement: Announcement, person_id: UUID) -> bool:
    """Whether this person is among them now."""
    asked = {"audience": announcement.audience, "keys": announcement.audience_keys, "person_id": person_id}
    return bool(session.scalar(_IS_FOR, asked))


def tell_announcement(session: Session, announcement_id: UUID, *, now: datetime) -> int:
    """Write its notices, unless it was withdrawn meanwhile or the program tells no news; returns how many."""
    found = session.get(Announcement, announcement_id, with_for_update=True)
    if found is None or found.state != PUBLISHED or "news" in program.read(session).notices.left_out:
        return 0
    asked = {
        "audience": found.audience,
        "keys": found.audience_keys,
        "key": key_of(found.id),
        "facts": f'{{"announcement_id": "{found.id}"}}',
        "at": now,
    }
    done = session.execute(_TELL, asked)
    return done.rowcount if isinstance(done, CursorResult) else 0


def untell_announcement(session: Session, announcement_id: UUID) -> None:
    """Take its notices out of every inbox."""
    session.execute(_UNTELL, {"key": key_of(announcement_id)})
