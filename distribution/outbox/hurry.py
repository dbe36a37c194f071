"""Brings an effect forward: something happened that makes it worth looking at now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

_HURRY = text("""
UPDATE distribution.outbox SET due_at = LEAST(due_at, :now), attempts = 0, failed_at = NULL
WHERE dedupe_key = :key AND done_at IS NULL
""")


def hurry(session: Session, dedupe_key: str, *, now: datetime) -> None:
    """Make an effect due at once, one given up too; one that is done stays done."""
    session.execute(_HURRY, {"key": dedupe_key, "now": now})
