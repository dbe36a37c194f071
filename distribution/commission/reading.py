"""Reads, in one statement, all that recording a batch of snapshots must know.

The answer is one JSON value: ten statements cost more in psycopg than PostgreSQL needs for all of them.

The statement is planned once for a connection, often while its tables are small or empty. So what is recorded of an
order is looked up order by order (LATERAL with LIMIT or OFFSET, which is never a scan of the whole table), and the
arrays come through subqueries: their lengths, if PostgreSQL saw them, would make it plan anew for every batch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from distribution.commission.candidates import CANDIDATES, EARLIER, Background, backgrounds
from distribution.commission.known import (
    KnownLine,
    KnownOrder,
    KnownShare,
    KnownTerms,
    Window,
    person_id,
)
from distribution.db.arrays import array, arrays
from distribution.db.raw import execute, numbered
from distribution.orders.snapshot import OrderSnapshot

EPOCH_LOCK = 7_305_811_940_226_004
COUNTING_LOCK = 7_305_811_940_226_009

# The epoch comes first: a run that waits for us must find nobody it holds up. Where sales are counted an order must
# see those before it: recording goes on one batch at a time, and whose turn it is is settled before the first order is
# locked. A function, for each statement in it sees what was committed while the one before it waited.
_LOCK = numbered(f"SELECT distribution.lock_for_recording({EPOCH_LOCK}, {COUNTING_LOCK}, %s::bigint[])")
_ASKED = ("text", "text", "timestamptz", "text", "text", "text", "bytea")
_READ = numbered(f"""
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest((SELECT %s::text[]), (SELECT %s::text[]), (SELECT %s::timestamptz[]), (SELECT %s::text[]),
                         (SELECT %s::text[]), (SELECT %s::text[]), (SELECT %s::bytea[]))
    WITH ORDINALITY AS asked(source, external_id, placed_at, voucher, code, click, customer, position)
), known AS MATERIALIZED (
    SELECT asked.*, found.*
    FROM asked LEFT JOIN LATERAL (
        SELECT orders.id, observed_at, content_hash, snapshot_count, terms_count, digest, sales_minor,
               placed_at AS counted_at
        FROM distribution.orders WHERE orders.source = asked.source AND orders.external_id = asked.external_id
        LIMIT 1
    ) AS found ON true
), undecided AS MATERIALIZED (
    -- Whose an order is was decided once and for all when its terms were frozen.
    SELECT position, source, external_id, placed_at, voucher, code, customer, coalesce((
        SELECT click_id FROM distribution.click_repeats WHERE click_repeats.id = known.click LIMIT 1
    ), click) AS click
    FROM known WHERE coalesce(terms_count, 0) = 0
)
SELECT json_build_array(
    (SELECT json_agg(json_build_array(coalesce(id, nextval('distribution.orders_id_seq')), observed_at,
                                      encode(content_hash, 'hex'), snapshot_count, terms_count,
                                      encode(digest, 'hex'), sales_minor, counted_at) ORDER BY position)
     FROM known),
    (SELECT json_agg(json_build_array(terms.order_id, terms.number, terms.snapshot_number, terms.plan_number,
                                      terms.seller_id, terms.second_id, terms.third_id, terms.reason, terms.detail,
                                      terms.hold_days, terms.facts))
     FROM known CROSS JOIN LATERAL (
        SELECT * FROM distribution.terms
        WHERE terms.order_id = known.id AND terms.number = known.terms_count LIMIT 1
     ) AS terms),
    (SELECT json_agg(json_build_array(share.order_id, share.number, share.terms_number, share.line_id, share.level,
                                      share.distributor_id, share.base, share.rate_numerator,
                                      share.rate_denominator, share.claimed_minor, share.most_minor)
                     ORDER BY share.order_id, share.number)
     FROM known CROSS JOIN LATERAL (
        SELECT * FROM distribution.shares WHERE shares.order_id = known.id OFFSET 0
     ) AS share),
    (SELECT json_agg(json_build_array(line.order_id, line.number, line.share_number, line.amount_minor,
                                      line.matures_at, line.epoch, line.original_at)
                     ORDER BY line.order_id, line.number)
     FROM known CROSS JOIN LATERAL (
        SELECT * FROM distribution.commission_lines WHERE commission_lines.order_id = known.id OFFSET 0
     ) AS line),
    (SELECT epoch FROM distribution.settlement_epochs),
    (SELECT json_agg(json_build_array(currency, epoch, cutoff_at)) FROM (
        SELECT DISTINCT ON (currency) currency, epoch, cutoff_at FROM distribution.settlement_runs
        WHERE currency = ANY ((SELECT %s::text[])::text[]) ORDER BY currency, number DESC) AS newest),
    (SELECT document FROM distribution.program_versions ORDER BY number DESC LIMIT 1),
    (SELECT json_agg(json_build_array(number, effective_at, encode(digest, 'hex')) ORDER BY number DESC)
     FROM distribution.plan_versions),
    (SELECT time_zone FROM distribution.counting),
    (SELECT EXISTS (SELECT FROM distribution.commission_reviews)),
    (SELECT EXISTS (SELECT FROM distribution.receipts)),
    (SELECT json_agg(json_build_array(position, way, distributor_id, active, since, email_hash, standing, second_id,
                                      second_standing, third_id, third_standing)) FROM ({CANDIDATES}) AS candidate),
    (SELECT json_agg(json_build_array(position)) FROM ({EARLIER}) AS earlier)
)
""")


@dataclass(slots=True)
class Known:
    """Everything recorded that bears on a batch; `orders` are in the batch's order, `backgrounds` by order id.

    `zone` is the calendar in which sales are counted, None while no plan ever asked for them; `reviewed` is whether
    anybody ever decided when commission matures, `received` whether anybody ever said that an order arrived.
    """

    orders: list[KnownOrder]
    epoch: int
    windows: dict[str, Window]
    program: dict[str, Any]
    plans: list[tuple[int, datetime, bytes]]
    zone: ZoneInfo | None
    reviewed: bool
    received: bool
    backgrounds: dict[int, Background]


def read(
    connection: psycopg.Connection[Any],
    snapshots: Sequence[OrderSnapshot],
    *,
    lock: Sequence[OrderSnapshot] = (),
) -> Known:
    """What is recorded of the orders of `snapshots`, read in one statement once those of `lock` are ours."""
    with connection.pipeline():
        asked = ask(connection, snapshots, lock=lock)
    return answered(asked, len(snapshots))


def ask(
    connection: psycopg.Connection[Any], snapshots: Sequence[OrderSnapshot], *, lock: Sequence[OrderSnapshot]
) -> psycopg.Cursor[Any]:
    """Begin to read; within a pipeline it does not wait, and `answered` reads what came once that has ended.

    The locks are a statement of their own: under READ COMMITTED one that waited for a lock still sees the rows as they
    were before, and would write lines with an epoch whose run has already begun.
    """
    if lock:
        execute(connection, _LOCK, [array(lock_keys(lock), "bigint")])
    return execute(connection, _READ, _asked(snapshots))


def answered(asked: psycopg.Cursor[Any], count: int) -> Known:
    """What `ask` found about `count` snapshots."""
    [found] = asked.fetchall()[0]
    orders, terms, shares, lines, epoch, windows, program, plans, zone, reviewed, received, *rest = found
    candidates, earlier = rest
    recorded = [_order(row) for row in orders]
    by_id = {order.id: order for order in recorded}
    for order_id, number, snapshot_number, plan, seller, second, third, reason, detail, hold, facts in (
        terms or ()
    ):
        upline = (
            seller and person_id(seller),
            second and person_id(second),
            third and person_id(third),
        )
        by_id[order_id].terms = KnownTerms(number, snapshot_number, plan, upline, reason, detail, hold, facts)
    for order_id, number, terms_number, line_id, level, who, base, *amounts in shares or ():
        by_id[order_id].shares.append(
            KnownShare(number, terms_number, line_id, level, person_id(who), base, *amounts)
        )
    for order_id, number, share_number, amount_minor, matures_at, line_epoch, original_at in lines or ():
        by_id[order_id].lines.append(
            KnownLine(
                *(number, share_number, amount_minor, datetime.fromisoformat(matures_at), line_epoch),
                None if original_at is None else datetime.fromisoformat(original_at),
            )
        )
    around = backgrounds(candidates or (), earlier or (), count)
    return Known(
        orders=recorded,
        epoch=epoch,
        windows={currency: Window(last, datetime.fromisoformat(at)) for currency, last, at in windows or ()},
        program=program or {},
        plans=[
            (number, datetime.fromisoformat(at), bytes.fromhex(digest)) for number, at, digest in plans or ()
        ],
        zone=None if zone is None else ZoneInfo(zone),
        reviewed=reviewed,
        received=received,
        backgrounds={order.id: background for order, background in zip(recorded, around, strict=True)},
    )


def _asked(snapshots: Sequence[OrderSnapshot]) -> list[str]:
    rows = [
        (
            *(each.source, each.order_id, each.placed_at),
            each.voucher_code and each.voucher_code.upper(),
            each.referral_code and each.referral_code.upper(),
            *(each.click_id, each.customer_key),
        )
        for each in snapshots
    ]
    return [*arrays(rows, _ASKED), array({each.currency for each in snapshots}, "text")]


def lock_keys(snapshots: Sequence[OrderSnapshot]) -> list[int]:
    """Advisory locks of a batch: its orders, and its shoppers because an order may bind one; sorted, so that two
    batches never wait for each other crosswise."""
    names = {f"order\0{each.source}\0{each.order_id}".encode() for each in snapshots}
    names |= {b"customer\0" + each.customer_key for each in snapshots if each.customer_key}
    return sorted(
        int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big", signed=True) for name in names
    )


def _order(row: Sequence[Any]) -> KnownOrder:
    order_id, observed_at, content_hash, snapshot_count, terms_count, digest, sales_minor, counted_at = row
    if observed_at is None:
        return KnownOrder(order_id)
    seen_at = datetime.fromisoformat(observed_at)
    return KnownOrder(
        order_id,
        seen_at,
        bytes.fromhex(content_hash),
        snapshot_count,
        terms_count,
        bytes.fromhex(digest),
        sales_minor,
        datetime.fromisoformat(counted_at),
    )
