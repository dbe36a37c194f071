"""A distributor's team, level by level: an index on a level column, never a recursive query."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.errors import InvalidInput
from distribution.network.tables import Distributor
from distribution.network.tree import MEMBER_STATUSES, counts

__all__ = ["LEVELS", "counts", "members"]

LEVELS = (1, 2, 3)
_COLUMNS = {1: Distributor.sponsor_id, 2: Distributor.second_id, 3: Distributor.third_id}


def members(
    session: Session,
    distributor_id: UUID,
    *,
    level: int,
    limit: int = 50,
    after: UUID | None = None,
    status: str | None = None,
    search: str | None = None,
) -> list[Distributor]:
    """Members at one level, in the order in which they came; `after` is the last id of the page before.

    Raises InvalidInput for a level that is not 1, 2 or 3.
    """
    if level not in _COLUMNS:
        raise InvalidInput("a team has the levels 1, 2 and 3", field="level", level=level)
    query = select(Distributor).where(
        _COLUMNS[level] == distributor_id,
        Distributor.status.in_(MEMBER_STATUSES if status is None else (status,)),
    )
    if after is not None:
        query = query.where(Distributor.id > after)
    if search and not search.isprintable():
        return []
    if search:
        query = query.where(Distributor.name.icontains(search, autoescape=True))
    return list(session.scalars(query.order_by(Distributor.id).limit(limit)))
