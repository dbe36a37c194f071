"""The head of the seals: a few lines which, kept elsewhere, prove all that was recorded up to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.errors import InvalidInput
from distribution.sealing.tables import TransferSeal

DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal; number 0 while nothing was sealed."""

    number: int
    digest: bytes
    sealed_at: datetime | None
    last_transfer_id: int
    last_snapshot: int

    def to_json(self) -> dict[str, Any]:
        """The document to keep elsewhere, and to give to `verify --head`."""
        return {
            "seal": self.number,
            "digest": self.digest.hex(),
            "sealed_at": self.sealed_at and self.sealed_at.astimezone(UTC).isoformat(),
            "last_transfer_id": self.last_transfer_id,
            "last_snapshot": self.last_snapshot,
        }


NOTHING_SEALED = Head(0, b"", None, 0, 0)


def head(session: Session) -> Head:
    """The newest seal of the chain."""
    found = session.scalars(select(TransferSeal).order_by(TransferSeal.number.desc()).limit(1)).first()
    if found is None:
        return NOTHING_SEALED
    return Head(
        found.number, bytes(found.digest), found.sealed_at, found.last_transfer_id, found.last_snapshot
    )


def seal_of(document: Mapping[str, Any]) -> tuple[int, bytes]:
    """Number and digest of an exported head; raises InvalidInput for what is none."""
    number, digest = document.get("seal"), document.get("digest")
    try:
        known = bytes.fromhex(digest) if isinstance(digest, str) else b""
    except ValueError:
        known = b""
    if type(number) is not int or number < 0 or len(known) != (DIGEST_BYTES if number else 0):
        raise InvalidInput("this is no head that `distribution ledger head` wrote", field="head")
    return number, known
