"""All distributors, page by page."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from distribution.network.tables import Distributor


def everybody(
    session: Session,
    *,
    limit: int = 50,
    before: UUID | None = None,
    status: str | None = None,
    email: str | None = None,
    grade: str | None = None,
    group: str | None = None,
) -> list[Distributor]:
    """Distributors, newest first; `before` is the last id of the page before."""
    query = select(Distributor).order_by(Distributor.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Distributor.id < before)
    if status is not None:
        query = query.where(Distributor.status == status)
    if grade is not None:
        query = query.where(Distributor.grade == grade)
    if group is not None:
        query = query.where(in_group(group))
    if email is not None:
        query = query.where(func.lower(Distributor.email) == func.lower(email))
    return list(session.scalars(query))


def named_like(session: Session, text: str, *, limit: int) -> list[tuple[UUID, str]]:
    """Ids and names of distributors whose name holds `text` in whatever case, by name; of all where it is empty."""
    query = select(Distributor.id, Distributor.name).order_by(Distributor.name, Distributor.id).limit(limit)
    if text:
        query = query.where(Distributor.name.icontains(text, autoescape=True))
    return [(person, name) for person, name in session.execute(query)]


def in_group(group: str) -> ColumnElement[bool]:
    """Whether a distributor is in the group, as the index on groups answers it."""
    return and_(Distributor.groups.contains([group]), Distributor.groups != [])
