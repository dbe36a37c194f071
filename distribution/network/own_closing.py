"""Whether somebody rests because they are closing their own account, and not for anything they did."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.network.tables import Standing

CLOSING_ACTOR = "job:closing"
"""Who suspends, and in the end dismisses, somebody who wished to go."""


def rests_to_close(session: Session, distributor_id: UUID) -> bool:
    """Whether it is their own closing that suspended them; what a merchant decides before or after counts instead."""
    newest = (
        select(Standing.status, Standing.actor)
        .where(Standing.distributor_id == distributor_id)
        .order_by(Standing.effective_at.desc(), Standing.number.desc())
        .limit(1)
    )
    found = session.execute(newest).one_or_none()
    return found is not None and tuple(found) == ("suspended", CLOSING_ACTOR)
