"""Claims effects that are due: a lease, which a job that dies loses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Claim:
    """An effect that is ours to carry out until `claimed_until`; `attempts` counts this one."""

    id: int
    kind: str
    dedupe_key: str
    payload: dict[str, Any]
    attempts: int
    claimed_until: datetime


_CLAIM = text("""
WITH due AS (
    SELECT id FROM distribution.outbox
    WHERE done_at IS NULL AND failed_at IS NULL AND due_at <= :now
        AND (claimed_until IS NULL OR claimed_until <= :now) AND kind = ANY(CAST(:kinds AS text[]))
    ORDER BY due_at LIMIT :limit
    FOR UPDATE SKIP LOCKED
)
UPDATE distribution.outbox effect SET claimed_until = :until, attempts = effect.attempts + 1
FROM due WHERE effect.id = due.id
RETURNING effect.id, effect.kind, effect.dedupe_key, effect.payload, effect.attempts, effect.claimed_until
""")


def claim(
    session: Session, *, kinds: Collection[str], now: datetime, lease: timedelta, limit: int
) -> list[Claim]:
    """Effects of these kinds that are due and nobody else's, ours for the length of the lease."""
    parameters = {"kinds": list(kinds), "now": now, "until": now + lease, "limit": limit}
    return sorted(
        (Claim(*row) for row in session.execute(_CLAIM, parameters)), key=lambda claimed: claimed.id
    )
