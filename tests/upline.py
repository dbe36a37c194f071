"""Who was above a distributor at a moment: what the history of sponsorships says, whatever the columns of today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

# The history is read at the moment, never the level columns, which know today only.
_AS_OF = text(
    """
    SELECT people.id, first.sponsor_id, second.sponsor_id, third.sponsor_id
    FROM unnest(CAST(:distributor_ids AS uuid[])) AS people(id)
    LEFT JOIN LATERAL (
        SELECT sponsor_id FROM distribution.sponsorships
        WHERE distributor_id = people.id AND effective_at <= :at
        ORDER BY effective_at DESC, number DESC LIMIT 1
    ) AS first ON true
    LEFT JOIN LATERAL (
        SELECT sponsor_id FROM distribution.sponsorships
        WHERE distributor_id = first.sponsor_id AND effective_at <= :at
        ORDER BY effective_at DESC, number DESC LIMIT 1
    ) AS second ON true
    LEFT JOIN LATERAL (
        SELECT sponsor_id FROM distribution.sponsorships
        WHERE distributor_id = second.sponsor_id AND effective_at <= :at
        ORDER BY effective_at DESC, number DESC LIMIT 1
    ) AS third ON true
    """
)


@dataclass(frozen=True, slots=True)
class Upline:
    """The three nearest people above a distributor; None where the merchant is reached."""

    sponsor_id: UUID | None
    second_id: UUID | None
    third_id: UUID | None


def as_of(session: Session, distributor_ids: Sequence[UUID], at: datetime) -> dict[UUID, Upline]:
    """The upline of each distributor at a moment; nobody is above one who had not joined yet."""
    rows = session.execute(_AS_OF, {"distributor_ids": list(distributor_ids), "at": at})
    return {person: Upline(first, second, third) for person, first, second, third in rows}
