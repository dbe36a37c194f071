"""What the last proofs found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from distribution.audit.tables import Verification


@dataclass(frozen=True, slots=True)
class VerificationRow:
    """One proof: what it checked and every difference it found; `since_seal` where histories were not proven whole."""

    id: int
    at: datetime
    differences: tuple[Any, ...]
    checked: dict[str, Any]
    seal_number: int | None
    since_seal: int | None

    @property
    def holds(self) -> bool:
        """Whether everything agreed."""
        return not self.differences


def verifications(session: Session, *, limit: int = 20) -> list[VerificationRow]:
    """The last proofs, newest first."""
    rows = session.scalars(select(Verification).order_by(Verification.id.desc()).limit(limit))
    return [
        VerificationRow(row.id, row.at, tuple(row.differences), row.checked, row.seal_number, row.since_seal)
        for row in rows
    ]


def snapshots_about(session: Session) -> int:
    """About how many snapshots a proof would read, by the server's own statistics."""
    query = text(
        "SELECT greatest(0, reltuples)::bigint FROM pg_class WHERE oid = 'distribution.order_snapshots'::regclass"
    )
    about: int = session.execute(query).scalar_one()
    return about
