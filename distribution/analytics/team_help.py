"""Who of the first level needs help: a few of those who joined last, with the reason and how to reach them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from distribution.analytics.team_need import NEEDS, SILENT, Need, need
from distribution.network.contact import Reach, opened
from distribution.privacy.encryption import Cipher
from distribution.privacy.masking import masked_name

_Row = Row[tuple[object, ...]]
LOOKED_AT = 200
"""So many of the newest are looked at: the same work for a team of ten thousand as for one of two hundred."""
MOST = 3


@dataclass(frozen=True, slots=True)
class InNeed:
    """Somebody to help: `at` is their last sale, their last click, or when they joined, as the need goes."""

    id: UUID
    name: str
    need: Need
    at: datetime
    contact: Reach | None


_RECENT = text("""
WITH newest AS (
    SELECT id, name, joined_at FROM distribution.distributors
    WHERE sponsor_id = :distributor_id AND status = 'active' ORDER BY id DESC LIMIT :looked_at
)
SELECT newest.id, newest.name, newest.joined_at, contact.kind, contact.value_encrypted,
    (SELECT max(at) FROM distribution.clicks WHERE distributor_id = newest.id) AS clicked_at, sold.placed_at AS sold_at
FROM newest
LEFT JOIN LATERAL (
    SELECT placed_at FROM distribution.orders
    WHERE distributor_id = newest.id AND status = 'open' AND paid ORDER BY placed_at DESC LIMIT 1
) AS sold ON true
LEFT JOIN distribution.contacts contact ON contact.distributor_id = newest.id AND contact.to_sponsor
WHERE newest.joined_at IS NOT NULL AND (sold.placed_at IS NULL OR sold.placed_at <= :silent_since)
""")


def who_needs_help(
    session: Session, distributor_id: UUID, *, cipher: Cipher, now: datetime
) -> tuple[InNeed, ...]:
    """Three at most of those whom the distributor invited last: one of each need, then more of the first needs."""
    rows = session.execute(
        _RECENT, {"distributor_id": distributor_id, "looked_at": LOOKED_AT, "silent_since": now - SILENT}
    ).all()
    found: dict[Need, list[tuple[datetime, _Row]]] = {each: [] for each in NEEDS}
    for row in rows:
        what = need(joined_at=row.joined_at, clicked_at=row.clicked_at, sold_at=row.sold_at, now=now)
        if what is not None:
            at = {"silent": row.sold_at, "first_sale": row.clicked_at, "first_click": row.joined_at}[what]
            found[what].append((at, row))
    in_turns = [
        (turn, order, what, at, row)
        for order, what in enumerate(NEEDS)
        for turn, (at, row) in enumerate(sorted(found[what], key=lambda each: each[0], reverse=True)[:MOST])
    ]
    in_turns.sort(key=lambda each: each[:2])
    return tuple(
        InNeed(
            id=row.id,
            name=masked_name(row.name),
            need=what,
            at=at,
            contact=opened(row.kind, row.value_encrypted, cipher=cipher),
        )
        for _, _, what, at, row in in_turns[:MOST]
    )
