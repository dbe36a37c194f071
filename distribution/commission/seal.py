"""The digest of a snapshot: over the one before it, its content, and everything it caused to be appended."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from distribution.commission.known import KnownShare, KnownTerms
from distribution.orders.state import canonical

Line = tuple[int, int, UUID, int, str, datetime]
Binding = tuple[bytes, UUID, datetime, datetime | None]

PARTS = ("order_snapshots", "terms", "shares", "commission_lines", "bindings")
PART_SIZE = 8


class Seal(NamedTuple):
    """`digest` proves, 32 bytes; `parts` say where a broken seal is broken, 8 bytes for each of PARTS."""

    digest: bytes
    parts: bytes


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
) -> Seal:
    """Seal a snapshot to its predecessor. The epoch of lines is left out: only the database knows it, on writing."""
    contents = [
        canonical(content)
        for content in (
            [number, _text(observed_at), _text(recorded_at), state],
            None if terms is None else _terms(terms),
            [[*map(_plain, share), rule] for share, rule in shares],
            [list(map(_plain, line)) for line in lines],
            None if binding is None else list(map(_plain, binding)),
        )
    ]
    parts = b"".join(hashlib.sha256(content).digest()[:PART_SIZE] for content in contents)
    return Seal(hashlib.sha256(previous + b"\0".join(contents)).digest(), parts)


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
