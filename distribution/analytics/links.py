"""A distributor's codes with what each has done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code; a voucher needs no link. Clicks since a moment, and ever."""

    code: str
    kind: str
    active: bool
    created_at: datetime
    clicks: int
    clicks_ever: int


_CODES = text("""
SELECT code.code, code.kind, code.active, code.created_at,
    count(click.id) FILTER (WHERE click.at >= :since), count(click.id)
FROM distribution.referral_codes code
LEFT JOIN distribution.clicks click ON click.distributor_id = :distributor_id AND click.code_key = code.code_key
WHERE code.distributor_id = :distributor_id
GROUP BY code.code_key ORDER BY code.active DESC, code.kind, code.created_at, code.code_key
""")


def codes(session: Session, distributor_id: UUID, *, since: datetime) -> list[CodeRow]:
    """All codes of a distributor, those in use first; the first active link code is the one to share."""
    rows = session.execute(_CODES, {"distributor_id": distributor_id, "since": since})
    return [CodeRow(*row) for row in rows]
