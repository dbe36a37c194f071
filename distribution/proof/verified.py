"""The newest seal that a proof covered which found no difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

_LAST = text("""
SELECT at, seal_number, seal_digest, last_snapshot
FROM distribution.verifications LEFT JOIN distribution.transfer_seals AS seal ON seal.number = seal_number
WHERE seal_number > 0 AND differences = '[]'::jsonb
ORDER BY verifications.id DESC LIMIT 1
""")
_WHOLE = text("""
SELECT at, differences = '[]'::jsonb AS held FROM distribution.verifications
WHERE since_seal IS NULL AND seal_number IS NOT NULL ORDER BY id DESC LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class Verified:
    """A seal, with up to where it covers snapshots, and when the proof was made."""

    number: int
    digest: bytes
    last_snapshot: int
    at: datetime | None = None


NEVER = Verified(0, b"", 0)


def last_verified(session: Session) -> Verified:
    """The newest verified seal; one that is gone covers nothing, and its absence is for the proof to name."""
    found = session.execute(_LAST).one_or_none()
    if found is None:
        return NEVER
    return Verified(found.seal_number, bytes(found.seal_digest), found.last_snapshot or 0, found.at)


def last_whole_at(session: Session) -> datetime | None:
    """When everything was last proven from its beginning; None if never, or if that found a difference.

    While such a difference stands a proof of what came since would hold, and hide it.
    """
    found = session.execute(_WHOLE).one_or_none()
    return None if found is None or not found.held else found.at


def ends_of(chains: Mapping[str, Any]) -> dict[str, tuple[int, bytes]]:
    """Number and digest by table; what is no such thing is left out, for its seal then is not the one written."""
    ends = {}
    for table, end in chains.items():
        number, digest = (end.get("number"), end.get("digest")) if isinstance(end, dict) else (None, None)
        try:
            if isinstance(number, int) and isinstance(digest, str):
                ends[table] = (number, bytes.fromhex(digest))
        except ValueError:
            continue
    return ends
