"""Each snapshot, with what it caused, is as it was sealed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row

from distribution.commission.known import KnownShare, KnownTerms
from distribution.commission.seal import PART_SIZE, PARTS, Seal, seal
from distribution.ledger.difference import Difference
from distribution.orders.state import canonical
from distribution.proof.history import History


def sealed(history: History) -> Iterator[Difference]:
    """Seals each snapshot again and names the parts that differ; each is sealed to the digest that stands before."""
    previous = b""
    for snapshot in history.snapshots:
        digest, parts = _seal(history, snapshot, previous)
        broken = False
        for position, table in enumerate(PARTS):
            part = slice(position * PART_SIZE, (position + 1) * PART_SIZE)
            kept = bytes(snapshot.parts)[part]
            if parts[part] != kept:
                broken = True
                yield Difference(
                    "a snapshot and the terms, shares, lines, binding and receipt with it are as they were sealed",
                    # What is no part at all was never sealed for any table.
                    table if len(kept) in (0, PART_SIZE) else "order_snapshots",
                    history.name(f"snapshot {snapshot.number}"),
                    kept.hex(),
                    parts[part].hex(),
                )
        if not broken and (digest, parts) != (bytes(snapshot.digest), bytes(snapshot.parts)):
            yield Difference(
                "a snapshot is sealed to the one before it",
                "order_snapshots",
                history.name(f"snapshot {snapshot.number}"),
                bytes(snapshot.digest).hex(),
                digest.hex(),
            )
        previous = bytes(snapshot.digest)
    if history.snapshots and bytes(history.order.digest) != previous:
        yield Difference(
            "an order's digest is that of its last snapshot",
            "orders",
            history.name(),
            previous.hex(),
            bytes(history.order.digest).hex(),
        )


def _seal(history: History, snapshot: Row[Any], previous: bytes) -> Seal:
    number = snapshot.number
    terms = next((each for each in history.terms if each.snapshot_number == number), None)
    binding = next(iter(history.bindings), None) if terms is not None and terms.number == 1 else None
    return seal(
        previous,
        number=number,
        observed_at=snapshot.observed_at,
        recorded_at=snapshot.recorded_at,
        state=canonical(snapshot.state).decode(),
        terms=None if terms is None else _terms(terms),
        shares=[
            (_share(each), canonical(each.rule).decode())
            for each in history.shares
            if each.snapshot_number == number
        ],
        lines=[
            (
                line.number,
                line.share_number,
                line.distributor_id,
                line.amount_minor,
                line.kind,
                line.matures_at,
                line.epoch,
                line.original_at,
            )
            for line in history.lines
            if line.snapshot_number == number
        ],
        binding=None
        if binding is None
        else (bytes(binding.customer_key), binding.distributor_id, binding.effective_at, binding.ends_at),
        receipt=next(
            (
                (each.received_at, each.confirmed_by, each.actor)
                for each in history.receipts
                if each.snapshot_number == number
            ),
            None,
        ),
    )


def _terms(row: Row[Any]) -> KnownTerms:
    upline = (row.seller_id, row.second_id, row.third_id)
    return KnownTerms(
        row.number,
        row.snapshot_number,
        row.plan_number,
        upline,
        row.reason,
        row.detail,
        row.hold_days,
        row.facts,
    )


def _share(row: Row[Any]) -> KnownShare:
    return KnownShare(
        row.number,
        row.terms_number,
        row.line_id,
        row.level,
        row.distributor_id,
        row.base,
        int(row.rate_numerator),
        int(row.rate_denominator),
        row.claimed_minor,
        row.most_minor,
    )
