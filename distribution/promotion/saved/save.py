"""Saves links, puts them away and takes them back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from distribution.db import new_id
from distribution.errors import InvalidInput
from distribution.promotion.errors import LinkNotFound, SlugTaken, TooManyLinks
from distribution.promotion.saved.slug import checked_slug, checked_tag, slug_for
from distribution.promotion.saved.tables import SavedLink

MOST_IN_USE = 200
MOST_EVER = 2000
"""Those put away count here: they go on leading where they led."""
LONGEST_PATH = 1500


def save_link(
    session: Session,
    distributor_id: UUID,
    *,
    path: str,
    suffix: str,
    now: datetime,
    slug: str | None = None,
    tag: str | None = None,
) -> SavedLink:
    """Save a link to a page of the shop, called `slug` or like the page; `suffix` is random, for where that is taken.

    Raises InvalidInput naming path, slug or tag, SlugTaken, TooManyLinks.
    """
    if not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        raise InvalidInput("a path in the shop begins with one /", field="path")
    if len(path) > LONGEST_PATH:
        raise InvalidInput(f"a path has at most {LONGEST_PATH} characters", field="path", most=LONGEST_PATH)
    wished, campaign = checked_slug(slug) if slug else None, checked_tag(tag)
    # Two at once would not see each other's, and pass the limit together.
    session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"saved_links {distributor_id}", 0)))
    )
    rows = session.execute(
        select(SavedLink.slug, SavedLink.archived_at).where(SavedLink.distributor_id == distributor_id)
    ).all()
    if sum(archived_at is None for _, archived_at in rows) >= MOST_IN_USE:
        raise TooManyLinks(MOST_IN_USE)
    if len(rows) >= MOST_EVER:
        raise TooManyLinks(MOST_EVER)
    taken = {name for name, _ in rows}
    values = {
        "id": new_id(),
        "distributor_id": distributor_id,
        "slug": wished or slug_for(path, taken, suffix=suffix),
        "path": path,
        "tag": campaign,
        "created_at": now,
    }
    added = session.scalar(
        insert(SavedLink).values(**values).on_conflict_do_nothing().returning(SavedLink.id)
    )
    if added is None:
        raise SlugTaken(str(values["slug"]))
    return session.get_one(SavedLink, added)


def archive_link(session: Session, distributor_id: UUID, slug: str, *, now: datetime) -> SavedLink:
    """Take a link off the list; it goes on leading where it led, for it may be printed somewhere."""
    found = _own(session, distributor_id, slug)
    found.archived_at = found.archived_at or now
    session.flush()
    return found


def restore_link(session: Session, distributor_id: UUID, slug: str) -> SavedLink:
    """Put it on the list again; raises TooManyLinks where that is full."""
    found = _own(session, distributor_id, slug)
    in_use = select(func.count()).where(
        SavedLink.distributor_id == distributor_id, SavedLink.archived_at.is_(None)
    )
    if found.archived_at is not None and (session.scalar(in_use) or 0) >= MOST_IN_USE:
        raise TooManyLinks(MOST_IN_USE)
    found.archived_at = None
    session.flush()
    return found


def _own(session: Session, distributor_id: UUID, slug: str) -> SavedLink:
    found = session.scalar(
        select(SavedLink)
        .where(SavedLink.distributor_id == distributor_id, SavedLink.slug == slug)
        .with_for_update()
    )
    if found is None:
        raise LinkNotFound(slug)
    return found
