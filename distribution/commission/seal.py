"""The digest of a snapshot: over the one before it, its content, and everything it caused to be appended.

It runs for every order, so each part is written as one text of canonical JSON and nothing is encoded twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from json.encoder import encode_basestring
from typing import NamedTuple
from uuid import UUID

from distribution.commission.known import KnownShare, KnownTerms
from distribution.orders.state import canonical, moment_text

Line = tuple[int, int, UUID, int, str, datetime, int, datetime | None]
Binding = tuple[bytes, UUID | None, datetime, datetime | None]

SealedReceipt = tuple[datetime, str, str]
"""When it was received, who says so, and who recorded it."""

PARTS = ("order_snapshots", "terms", "shares", "commission_lines", "bindings", "receipts")
PART_SIZE = 8


class Seal(NamedTuple):
    """`digest` proves, 32 bytes; `parts` say where a broken seal is broken, 8 bytes for each of PARTS;
    a snapshot that no receipt came with has no part of it."""

    digest: bytes
    parts: bytes


def seal(
    previous: bytes,
    *,
    number: int,
    observed_at: datetime,
    recorded_at: datetime,
    state: str,
    terms: KnownTerms | None,
    shares: Iterable[tuple[KnownShare, str]],
    lines: Iterable[Line],
    binding: Binding | None,
    receipt: SealedReceipt | None = None,
) -> Seal:
    """Seal a snapshot to its predecessor; `state` and the rules beside the shares are canonical JSON."""
    contents = [
        f'[{number},"{moment_text(observed_at)}","{moment_text(recorded_at)}",{state}]'.encode(),
        b"null" if terms is None else _terms(terms),
        _list(_share(share, rule) for share, rule in shares),
        _list(map(_line, lines)),
        b"null" if binding is None else _binding(*binding),
    ]
    if receipt is not None:
        received_at, confirmed_by, actor = receipt
        contents.append(canonical([moment_text(received_at), confirmed_by, actor]))
    parts = b"".join(hashlib.sha256(content).digest()[:PART_SIZE] for content in contents)
    return Seal(hashlib.sha256(previous + b"\0".join(contents)).digest(), parts)


def _share(share: KnownShare, rule: str) -> str:
    number, terms_number, line_id, level, who, base, numerator, denominator, claimed, most = share
    return (
        f'[{number},{terms_number},{encode_basestring(line_id)},{level},"{who.hex}","{base}",{numerator},'
        f"{denominator},{claimed},{'null' if most is None else most},{rule}]"
    )


def _line(line: Line) -> str:
    number, share_number, who, amount_minor, kind, matures_at, epoch, original_at = line
    # Nearly every line matures when it always would have, and says nothing about it.
    moved = "" if original_at is None else f',"{moment_text(original_at)}"'
    return f'[{number},{share_number},"{who.hex}",{amount_minor},"{kind}","{moment_text(matures_at)}",{epoch}{moved}]'


def _terms(terms: KnownTerms) -> bytes:
    return canonical(
        [
            terms.number,
            terms.snapshot_number,
            terms.plan_number,
            [person and person.hex for person in terms.upline],
            terms.reason,
            terms.detail,
            terms.hold_days,
            terms.facts,
        ]
    )


def _binding(
    customer_key: bytes, who: UUID | None, effective_at: datetime, ends_at: datetime | None
) -> bytes:
    return canonical(
        [customer_key.hex(), who and who.hex, moment_text(effective_at), ends_at and moment_text(ends_at)]
    )


def _list(items: Iterable[str]) -> bytes:
    return f"[{','.join(items)}]".encode()
