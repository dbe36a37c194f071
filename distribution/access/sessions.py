"""Sessions: begun by a login, seen now and then, ended one by one or all at once."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from distribution.access.holder import Holder
from distribution.access.tables import LoginSession
from distribution.audit.record import record
from distribution.errors import NotFound
from distribution.privacy.masking import masked_address

IDLE = timedelta(days=30)
"""A session nobody used for so long has ended."""
SEEN_EVERY = timedelta(minutes=5)
"""How far `last_seen_at` may lag behind: a page that is read writes nothing more often."""
_LONGEST_AGENT = 400


class SessionNotFound(NotFound):
    """The person has no such session, or it has ended."""

    def __init__(self, session_id: UUID) -> None:
        super().__init__(f"there is no session {session_id}", session_id=session_id)


def begin(
    session: Session,
    *,
    kind: str,
    person_id: UUID,
    session_version: int,
    token: str,
    user_agent: str,
    address: str,
    now: datetime,
) -> LoginSession:
    """Let the browser that has `token` in its cookie be this person."""
    begun = LoginSession(
        kind=kind,
        person_id=person_id,
        session_version=session_version,
        token_hash=token_hash(token),
        user_agent=readable_agent(user_agent),
        address_masked=masked_address(address),
        created_at=now,
        last_seen_at=now,
    )
    session.add(begun)
    session.flush()
    return begun


def readable_agent(user_agent: str) -> str:
    """What a browser says of itself, as it is kept."""
    return "".join(letter for letter in user_agent if letter.isprintable())[:_LONGEST_AGENT]


def token_hash(token: str) -> bytes:
    """What is kept of a token; its 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def seen(session: Session, session_id: UUID, *, now: datetime) -> None:
    """Note that the session was used; of two requests at once one writes."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.last_seen_at <= now - SEEN_EVERY)
        .values(last_seen_at=now)
    )


def end(session: Session, token: str) -> None:
    """Log that browser out: its session ends now."""
    session.execute(delete(LoginSession).where(LoginSession.token_hash == token_hash(token)))


def end_one(session: Session, holder: Holder, session_id: UUID, *, now: datetime) -> None:
    """Log another browser of the person's own out; raises SessionNotFound."""
    theirs = (LoginSession.kind == holder.kind, LoginSession.person_id == holder.id)
    query = delete(LoginSession).where(LoginSession.id == session_id, *theirs).returning(LoginSession.id)
    if session.execute(query).first() is None:
        raise SessionNotFound(session_id)
    _record(session, holder, 1, now=now)


def end_others(session: Session, holder: Holder, *, keep: UUID, now: datetime) -> int:
    """Log every browser of the person's own out but this one; returns how many there were."""
    count = end_all(session, holder.kind, holder.id, keep=keep)
    if count:
        _record(session, holder, count, now=now)
    return count


def end_all(session: Session, kind: str, person_id: UUID, *, keep: UUID | None = None) -> int:
    """Delete the sessions of a person but `keep`; returns how many there were."""
    query = delete(LoginSession).where(LoginSession.kind == kind, LoginSession.person_id == person_id)
    if keep is not None:
        query = query.where(LoginSession.id != keep)
    return len(session.execute(query.returning(LoginSession.id)).all())


def forget_idle(session: Session, *, now: datetime) -> int:
    """Delete sessions that nobody can go on with; returns how many."""
    query = delete(LoginSession).where(LoginSession.last_seen_at < now - IDLE)
    return len(session.execute(query.returning(LoginSession.id)).all())


def _record(session: Session, holder: Holder, count: int, *, now: datetime) -> None:
    record(
        session,
        actor=holder.actor,
        action=f"{holder.kind}.end_sessions",
        subject_type=holder.kind,
        subject_id=holder.id,
        after={"sessions": count},
        now=now,
    )
