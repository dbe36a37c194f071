"""Browsers that want to be pushed to: kept, listed, forgotten."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from distribution.db import new_id
from distribution.notice.tables import PushSubscription

MOST_BROWSERS = 20
_SEED = text("SELECT key FROM distribution.hash_keys WHERE name = 'push'")


def push_seed(session: Session) -> bytes:
    """What our key at push services is made of; made once by a migration."""
    return bytes(session.scalars(_SEED).one())


def subscribe(
    session: Session,
    person_id: UUID,
    *,
    endpoint: str,
    public_key: bytes,
    sealed_auth: str,
    user_agent: str,
    now: datetime,
) -> None:
    """Keep a browser; one that somebody else was logged in with before is theirs no more."""
    values = {
        "person_id": person_id,
        "public_key": public_key,
        "auth_encrypted": sealed_auth.encode(),
        "user_agent": user_agent[:400],
        "created_at": now,
    }
    put = insert(PushSubscription).values(id=new_id(), endpoint=endpoint, **values)
    session.execute(put.on_conflict_do_update(constraint="push_subscriptions_endpoint_key", set_=values))
    newest = select(PushSubscription.id).where(PushSubscription.person_id == person_id)
    kept = newest.order_by(PushSubscription.created_at.desc(), PushSubscription.id).limit(MOST_BROWSERS)
    session.execute(
        delete(PushSubscription).where(
            PushSubscription.person_id == person_id, PushSubscription.id.not_in(kept.scalar_subquery())
        )
    )


def browsers(session: Session, person_id: UUID) -> Sequence[PushSubscription]:
    """A person's, newest first."""
    query = select(PushSubscription).where(PushSubscription.person_id == person_id)
    return session.scalars(query.order_by(PushSubscription.created_at.desc())).all()


def forget_browser(session: Session, person_id: UUID, browser_id: UUID) -> None:
    """Push to one of a person's browsers no more."""
    session.execute(
        delete(PushSubscription).where(
            PushSubscription.id == browser_id, PushSubscription.person_id == person_id
        )
    )


def forget_endpoint(session: Session, endpoint: str) -> None:
    """Forget a subscription that its push service knows no more."""
    session.execute(delete(PushSubscription).where(PushSubscription.endpoint == endpoint))


def with_browsers(session: Session, people: Collection[UUID]) -> set[UUID]:
    """Who of these people can be pushed to."""
    query = select(PushSubscription.person_id).where(PushSubscription.person_id.in_(people)).distinct()
    return set(session.scalars(query))
