"""Asks for posters and finds those there are."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from distribution.db import new_id
from distribution.errors import NotFound
from distribution.promotion.poster.spec import PosterSpec, checked
from distribution.promotion.poster.tables import Poster

SHOWN = 24


def ask(session: Session, distributor_id: UUID, spec: PosterSpec, *, now: datetime) -> Poster:
    """Ask for a poster; one that was made of the same already is that one, and one that was refused is tried again.

    Raises what `checked` does.
    """
    told = checked(spec)
    row = {
        "id": new_id(),
        "distributor_id": distributor_id,
        "content_hash": told.content_hash(),
        "spec": told.document(),
        "asked_at": now,
    }
    kept = session.scalar(
        insert(Poster)
        .values(row)
        .on_conflict_do_update(
            constraint="posters_content_hash_key", set_={"asked_at": now, "problem": None, "attempts": 0}
        )
        .returning(Poster.id)
    )
    return session.get_one(Poster, kept, populate_existing=True)


def poster(session: Session, distributor_id: UUID, poster_id: UUID) -> Poster:
    """One of theirs; raises NotFound for any other."""
    query = select(Poster).where(Poster.id == poster_id, Poster.distributor_id == distributor_id)
    found = session.scalar(query)
    if found is None:
        raise NotFound("there is no such poster")
    return found


def posters(session: Session, distributor_id: UUID) -> list[Poster]:
    """Theirs that are made or wait for it, the newest first."""
    query = select(Poster).where(Poster.distributor_id == distributor_id, Poster.problem.is_(None))
    return list(session.scalars(query.order_by(Poster.asked_at.desc()).limit(SHOWN)))


def waiting(session: Session) -> list[UUID]:
    """Those to be made: what was not tried yet before what failed, the oldest first."""
    query = select(Poster.id).where(Poster.made_at.is_(None), Poster.problem.is_(None))
    return list(session.scalars(query.order_by(Poster.attempts, Poster.asked_at).limit(100)))


def ask_again(session: Session, distributor_id: UUID, poster_id: UUID, *, now: datetime) -> Poster:
    """Have one of theirs that could not be made tried anew; raises NotFound for any other."""
    found = poster(session, distributor_id, poster_id)
    if found.problem is not None:
        found.problem, found.attempts, found.asked_at = None, 0, now
        session.flush()
    return found


def forget_posters(session: Session, *, before: datetime) -> int:
    """Forget those that nobody asked for since; they can be made again."""
    gone = delete(Poster).where(Poster.asked_at < before).returning(Poster.id).cte()
    return session.execute(select(func.count()).select_from(gone)).scalar_one()
