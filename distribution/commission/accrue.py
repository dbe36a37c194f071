"""Record snapshots: freeze terms where an order is first real, and append what each share gained or lost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Literal, NamedTuple

import psycopg
from sqlalchemy.orm import Session

from distribution.commission.append import Appendix, append, seen_fulfilled
from distribution.commission.counting.counters import Counters
from distribution.commission.counting.movements import Movement, summed
from distribution.commission.counting.order import counted_after, counted_before
from distribution.commission.known import KnownOrder
from distribution.commission.reading import Known, answered, ask
from distribution.commission.receipt.read import NO_RECEIPTS, receipts_of
from distribution.commission.review.read import standing
from distribution.commission.review.rule import NONE, Reviews
from distribution.commission.terms import Prepared, complete, plan_of, prepare
from distribution.commission.uncollected import uncollected
from distribution.commission.writing import seen_again, write
from distribution.orders.snapshot import DRAFT, OrderSnapshot
from distribution.orders.state import canonical, from_state, to_state

Effect = Literal["recorded", "unchanged", "older", "conflict"]
Change = tuple[KnownOrder, OrderSnapshot]

WRITTEN_AT_ONCE = 25
"""Orders a statement writes: the first part is worked out alone, the last one written alone."""

_LAST_STATES = """
SELECT order_id, observed_at, state FROM distribution.order_snapshots
JOIN unnest(%s::bigint[], %s::integer[]) AS newest(id, last) ON order_id = newest.id AND number = newest.last
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one snapshot: recorded, nothing new, older than what is known, or contradicting it."""

    snapshot: OrderSnapshot
    effect: Effect
    lines: int = 0


def accrue(session: Session, snapshots: Iterable[OrderSnapshot], *, now: datetime) -> list[Recorded]:
    """Record snapshots in their order; `now` becomes the time of every row.

    A snapshot older than the one recorded is ignored; the same again changes nothing; the same moment with other
    content is a conflict and changes nothing. Any number of snapshots of one order may be among them.
    """
    connection = raw(session)
    results: dict[int, Recorded] = {}
    waves = _waves(snapshots)
    # Locked wave by wave, two batches of the same orders could wait for each other crosswise.
    unlocked = [snapshot for wave in waves for _, snapshot in wave]
    with uncollected():
        for wave in waves:
            outcome = _accrue_wave(connection, [snapshot for _, snapshot in wave], unlocked, now)
            unlocked = []
            results.update(
                (position, recorded) for (position, _), recorded in zip(wave, outcome, strict=True)
            )
    return [results[position] for position in sorted(results)]


def raw(session: Session) -> psycopg.Connection[Any]:
    """The psycopg connection of a session, inside the session's transaction."""
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    return connection


def _waves(snapshots: Iterable[OrderSnapshot]) -> list[list[tuple[int, OrderSnapshot]]]:
    """The snapshots with their positions, cut where an order or a shopper comes again: the second order must see the
    first one's binding. Nothing overtakes: what is counted for tiers depends on what came before."""
    waves: list[list[tuple[int, OrderSnapshot]]] = []
    seen: set[object] = set()
    for position, snapshot in enumerate(snapshots):
        names: set[object] = {(snapshot.source, snapshot.order_id)}
        if snapshot.customer_key is not None:
            names.add(snapshot.customer_key)
        if not waves or names & seen:
            waves.append([])
            seen = set()
        waves[-1].append((position, snapshot))
        seen |= names
    return waves


class Content(NamedTuple):
    """Everything a snapshot says but when it was observed, as canonical JSON, and 16 bytes that stand for it."""

    state: bytes
    digest: bytes


def content(snapshot: OrderSnapshot) -> Content:
    """The content of a snapshot; encoded once, it is compared, stored and sealed."""
    state = canonical(to_state(snapshot))
    return Content(state, hashlib.blake2b(state, digest_size=16).digest())


def _accrue_wave(
    connection: psycopg.Connection[Any],
    snapshots: Sequence[OrderSnapshot],
    lock: Sequence[OrderSnapshot],
    now: datetime,
) -> list[Recorded]:
    with connection.pipeline():
        asked = ask(connection, snapshots, lock=lock)
        # PostgreSQL reads meanwhile.
        contents = {id(snapshot): content(snapshot) for snapshot in snapshots}
    known = answered(asked, len(snapshots))
    judged = [
        (order, snapshot, _effect(order, snapshot, contents[id(snapshot)].digest))
        for order, snapshot in zip(known.orders, snapshots, strict=True)
    ]
    changes = [(order, snapshot) for order, snapshot, effect in judged if effect == "recorded"]
    lines = _append_changes(
        connection, known, changes, [contents[id(snapshot)] for _, snapshot in changes], now
    )
    seen_again(
        connection,
        [
            (order.id, snapshot.observed_at)
            for order, snapshot, effect in judged
            if effect == "unchanged" and order.observed_at and snapshot.observed_at > order.observed_at
        ],
    )
    return [Recorded(snapshot, effect, lines.get(order.id, 0)) for order, snapshot, effect in judged]


def _append_changes(
    connection: psycopg.Connection[Any],
    known: Known,
    changes: Sequence[Change],
    contents: Sequence[Content],
    now: datetime,
) -> dict[int, int]:
    """Append what the changed orders lack; the number of lines appended to each, by order id.

    PostgreSQL writes a part of a large batch while the next part is worked out.
    """
    histories = appended(connection, known, changes, contents, now)
    lines: dict[int, int] = {}
    with connection.pipeline() if len(changes) > WRITTEN_AT_ONCE else nullcontext():
        while part := list(islice(histories, WRITTEN_AT_ONCE)):
            moved = [movement for _, movements in part for movement in movements]
            write(connection, [each for each, _ in part], epoch=known.epoch, movements=summed(moved))
            lines.update((each.order.id, len(each.lines)) for each, _ in part)
    return lines


def appended(
    connection: psycopg.Connection[Any],
    known: Known,
    changes: Sequence[Change],
    contents: Sequence[Content],
    now: datetime,
) -> Iterator[tuple[Appendix, list[Movement]]]:
    """What the history of each changed order lacks, and what that moves of the counters; nothing is written."""
    if not changes:
        return
    complete_changes = _with_first_sight(connection, changes)
    counters = Counters()
    first = [(order, snapshot) for order, snapshot in complete_changes if _is_first_real(order, snapshot)]
    prepared = prepare(connection, known, first, counters)
    orders = [order for order, _ in complete_changes]
    reviews = _reviews(connection, known, orders, prepared)
    receipts = receipts_of(connection, [order.id for order in orders]) if known.received else NO_RECEIPTS
    for (order, snapshot), (_, given), said in zip(complete_changes, changes, contents, strict=True):
        ready = prepared.get(order.id)
        terms = None if ready is None else complete(ready, counters, known.zone)
        appendix = append(
            order,
            snapshot,
            state=said.state if snapshot is given else canonical(to_state(snapshot)),
            content_hash=said.digest,
            new_terms=terms,
            plan=plan_of(connection, known, terms or order.terms),
            binding=None if ready is None else ready.binding,
            window=known.windows.get(snapshot.currency),
            reviews=reviews,
            receipts=receipts.get(order.id, ()),
            epoch=known.epoch,
            now=now,
        )
        moved: list[Movement] = []
        if known.zone is not None:
            moved = [
                *counted_before(order, snapshot.currency, known.zone),
                *counted_after(appendix, known.zone),
            ]
            counters.add(moved)
        yield appendix, moved


def _reviews(
    connection: psycopg.Connection[Any],
    known: Known,
    orders: Sequence[KnownOrder],
    prepared: Mapping[int, Prepared],
) -> Reviews:
    """What stands about these orders and everybody who has or gets a share of them."""
    if not known.reviewed or not orders:
        return NONE
    people = {share.distributor_id for order in orders for share in order.shares}
    people |= {who for order in orders if order.terms for who in order.terms.upline if who}
    people |= {who for each in prepared.values() for who in each.asked.chain.people if who}
    return standing(connection, [order.id for order in orders], people)


def _effect(order: KnownOrder, snapshot: OrderSnapshot, digest: bytes) -> Effect:
    if order.observed_at is None:
        return "recorded"
    if order.content_hash == digest:
        return "unchanged"
    if snapshot.observed_at == order.observed_at:
        return "conflict"
    return "older" if snapshot.observed_at < order.observed_at else "recorded"


def _is_first_real(order: KnownOrder, snapshot: OrderSnapshot) -> bool:
    return order.terms is None and snapshot.status != DRAFT


def _with_first_sight(connection: psycopg.Connection[Any], changes: Sequence[Change]) -> list[Change]:
    """The changes with, for fulfilled lines that do not say since when, when they were first seen so."""
    unsure = [
        order
        for order, snapshot in changes
        if order.snapshot_count
        and any(line.fulfilled and line.fulfilled_at is None for line in snapshot.lines)
    ]
    before: dict[int, tuple[datetime, dict[str, Any]]] = {}
    if unsure:
        asked = [[order.id for order in unsure], [order.snapshot_count for order in unsure]]
        before = {
            order_id: (observed_at, state)
            for order_id, observed_at, state in connection.execute(_LAST_STATES, asked)
        }
    complete = []
    for order, snapshot in changes:
        earlier = before.get(order.id)
        complete.append((order, seen_fulfilled(snapshot, earlier and from_state(snapshot.source, *earlier))))
    return complete
