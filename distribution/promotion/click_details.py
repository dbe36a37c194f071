"""What a click tells of the shopper's device is needed for a while; the click itself, which is counted, stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

_BLANK = text(
    """
    UPDATE distribution.clicks SET ip_hash = NULL, user_agent = NULL
    WHERE id IN (
        SELECT id FROM distribution.clicks
        WHERE at < :before AND (ip_hash IS NOT NULL OR user_agent IS NOT NULL)
        ORDER BY at LIMIT :limit
    )
    RETURNING 1
    """
)


def blank_details(session: Session, *, before: datetime, limit: int) -> int:
    """Empty browser and hashed address of at most `limit` clicks made before, the oldest first; returns how many.

    No figure changes: clicks are counted, and orders attributed, by id, code and time.
    """
    return len(session.execute(_BLANK, {"before": before, "limit": limit}).all())
