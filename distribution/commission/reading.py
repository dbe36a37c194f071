"""Reads, in one pipelined round trip, all that recording a batch of snapshots must know."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from distribution.commission.candidates import Background, ask, gather
from distribution.commission.known import KnownLine, KnownOrder, KnownShare, KnownTerms, Window
from distribution.orders.snapshot import OrderSnapshot

EPOCH_LOCK = 7_305_811_940_226_004

_LOCK_EPOCH = f"SELECT pg_advisory_xact_lock_shared({EPOCH_LOCK})"
_LOCK_ORDERS = "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key"
_ORDERS = """
SELECT asked.position, orders.id IS NOT NULL, coalesce(orders.id, nextval('distribution.orders_id_seq')),
       orders.observed_at, orders.content_hash, orders.snapshot_count, orders.terms_count, orders.digest
FROM unnest(%(sources)s::text[], %(ids)s::text[]) WITH ORDINALITY AS asked(source, external_id, position)
LEFT JOIN distribution.orders ON orders.source = asked.source AND orders.external_id = asked.external_id
"""
_KNOWN = """
WITH known AS (
    SELECT orders.id, orders.terms_count FROM unnest(%(sources)s::text[], %(ids)s::text[]) AS asked(source, external_id)
    JOIN distribution.orders ON orders.source = asked.source AND orders.external_id = asked.external_id
)
"""
_TERMS = (
    _KNOWN
    + """
SELECT terms.order_id, terms.number, terms.snapshot_number, terms.plan_number, terms.seller_id, terms.second_id,
       terms.third_id, terms.reason, terms.detail, terms.hold_days, terms.facts
FROM known JOIN distribution.terms ON terms.order_id = known.id AND terms.number = known.terms_count
"""
)
_SHARES = (
    _KNOWN
    + """
SELECT shares.order_id, shares.number, shares.terms_number, shares.line_id, shares.level, shares.distributor_id,
       shares.base, shares.rate_numerator, shares.rate_denominator
FROM known JOIN distribution.shares ON shares.order_id = known.id ORDER BY shares.order_id, shares.number
"""
)
_LINES = (
    _KNOWN
    + """
SELECT line.order_id, line.number, line.share_number, line.amount_minor, line.matures_at, line.epoch
FROM known JOIN distribution.commission_lines AS line ON line.order_id = known.id ORDER BY line.order_id, line.number
"""
)
_PROGRAM = """
SELECT (SELECT epoch FROM distribution.settlement_epochs),
       (SELECT document FROM distribution.program_versions ORDER BY number DESC LIMIT 1)
"""
_WINDOWS = """
SELECT DISTINCT ON (currency) currency, epoch, cutoff_at FROM distribution.settlement_runs
WHERE currency = ANY (%s) ORDER BY currency, number DESC
"""
_PLANS = "SELECT number, effective_at, digest FROM distribution.plan_versions ORDER BY number DESC"


@dataclass(slots=True)
class Known:
    """Everything recorded that bears on a batch; `orders` are in the batch's order, `backgrounds` by order id."""

    orders: list[KnownOrder]
    epoch: int
    windows: dict[str, Window]
    program: dict[str, Any]
    plans: list[tuple[int, datetime, bytes]]
    backgrounds: dict[int, Background]


def read(connection: psycopg.Connection[Any], snapshots: Sequence[OrderSnapshot]) -> Known:
    """Lock the orders of `snapshots` and read what is recorded of them.

    The epoch's shared lock is a statement of its own: under READ COMMITTED a statement that waited for a lock still
    sees the rows as they were before, and would write lines with an epoch whose run has already begun.
    """
    asked = {"sources": [each.source for each in snapshots], "ids": [each.order_id for each in snapshots]}
    with connection.pipeline():
        connection.execute(_LOCK_EPOCH)
        connection.execute(_LOCK_ORDERS, [lock_keys(snapshots)])
        orders = connection.execute(_ORDERS, asked)
        terms = connection.execute(_TERMS, asked)
        shares = connection.execute(_SHARES, asked)
        lines = connection.execute(_LINES, asked)
        program = connection.execute(_PROGRAM)
        windows = connection.execute(_WINDOWS, [sorted({each.currency for each in snapshots})])
        plans = connection.execute(_PLANS)
        candidates = ask(connection, snapshots)
    found = [_order(row) for row in sorted(orders.fetchall())]
    by_id = {order.id: order for order in found}
    for order_id, number, snapshot_number, plan, seller, second, third, reason, detail, hold, facts in terms:
        by_id[order_id].terms = KnownTerms(
            number, snapshot_number, plan, (seller, second, third), reason, detail, hold, facts
        )
    for order_id, number, terms_number, line_id, level, who, base, numerator, denominator in shares:
        by_id[order_id].shares.append(
            KnownShare(number, terms_number, line_id, level, who, base, int(numerator), int(denominator))
        )
    for order_id, *line in lines:
        by_id[order_id].lines.append(KnownLine(*line))
    epoch, document = program.fetchall()[0]
    return Known(
        orders=found,
        epoch=epoch,
        windows={currency: Window(last, cutoff_at) for currency, last, cutoff_at in windows},
        program=document or {},
        plans=[(number, effective_at, bytes(digest)) for number, effective_at, digest in plans],
        backgrounds={
            order.id: background
            for order, background in zip(found, gather(candidates, len(snapshots)), strict=True)
        },
    )


def lock(connection: psycopg.Connection[Any], snapshots: Sequence[OrderSnapshot]) -> None:
    """Lock the orders of `snapshots`, the epoch before them: a run that waits for us must find nobody it holds up."""
    with connection.pipeline():
        connection.execute(_LOCK_EPOCH)
        connection.execute(_LOCK_ORDERS, [lock_keys(snapshots)])


def lock_keys(snapshots: Sequence[OrderSnapshot]) -> list[int]:
    """Advisory locks of a batch: its orders, and its shoppers because an order may bind one; sorted, so that two
    batches never wait for each other crosswise."""
    names = {f"order\0{each.source}\0{each.order_id}".encode() for each in snapshots}
    names |= {b"customer\0" + each.customer_key for each in snapshots if each.customer_key}
    return sorted(
        int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big", signed=True) for name in names
    )


def _order(row: tuple[Any, ...]) -> KnownOrder:
    _, known, order_id, observed_at, content_hash, snapshot_count, terms_count, digest = row
    if not known:
        return KnownOrder(order_id)
    return KnownOrder(order_id, observed_at, bytes(content_hash), snapshot_count, terms_count, bytes(digest))
