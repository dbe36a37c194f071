"""The digest of a snapshot: over the one before it, its content, and everything it caused to be appended."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from distribution.commission.known import KnownShare, KnownTerms
from distribution.orders.state import canonical

Line = tuple[int, int, UUID, int, str, datetime]
Binding = tuple[bytes, UUID, datetime, datetime | None]


def seal(
    previous: bytes,
    *,
    number: int,
    observed_at: datetime,
    recorded_at: datetime,
    state: dict[str, Any],
    terms: KnownTerms | None,
    shares: Sequence[tuple[KnownShare, dict[str, Any]]],
    lines: Sequence[Line],
    binding: Binding | None,
) -> bytes:
    """SHA-256, 32 bytes. The epoch of lines is left out: the database knows it only while writing them."""
    content = [
        number,
        _text(observed_at),
        _text(recorded_at),
        state,
        None if terms is None else _terms(terms),
        [[*map(_plain, share), rule] for share, rule in shares],
        [list(map(_plain, line)) for line in lines],
        None if binding is None else list(map(_plain, binding)),
    ]
    return hashlib.sha256(previous + canonical(content)).digest()


def _terms(terms: KnownTerms) -> list[Any]:
    return [
        terms.number,
        terms.snapshot_number,
        terms.plan_number,
        [_plain(person) for person in terms.upline],
        terms.reason,
        terms.detail,
        terms.hold_days,
        terms.facts,
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return _text(value)
    if isinstance(value, bytes):
        return value.hex()
    return value


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
