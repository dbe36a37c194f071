"""Record snapshots: freeze terms where an order is first real, and append what each share gained or lost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import psycopg
from sqlalchemy.orm import Session

from distribution.attribution.decide import Decision, Referral, decide
from distribution.attribution.policy import AttributionPolicy, from_document
from distribution.commission.append import NewBinding, append, seen_fulfilled
from distribution.commission.candidates import Background, Upline, read_candidates, read_upline
from distribution.commission.known import KnownOrder, KnownTerms
from distribution.commission.plan import Plan
from distribution.commission.plans import built_in, in_force, load
from distribution.commission.reading import Known, read
from distribution.commission.writing import seen_again, write
from distribution.orders.snapshot import DRAFT, OrderSnapshot
from distribution.orders.state import canonical, from_state, to_state

Effect = Literal["recorded", "unchanged", "older", "conflict"]

_STATES = """
SELECT order_id, observed_at, state FROM distribution.order_snapshots
JOIN unnest(%s::bigint[], %s::integer[]) AS last(id, last) ON order_id = last.id AND number = last.last
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
    waiting = list(enumerate(snapshots))
    while waiting:
        wave: list[tuple[int, OrderSnapshot]] = []
        later: list[tuple[int, OrderSnapshot]] = []
        seen: set[object] = set()
        for position, snapshot in waiting:
            # One wave holds an order once, and a shopper once: the second order must see the first one's binding.
            names: set[object] = {(snapshot.source, snapshot.order_id)}
            if snapshot.customer_key is not None:
                names.add(snapshot.customer_key)
            (later if names & seen else wave).append((position, snapshot))
            seen |= names
        outcome = _accrue_wave(connection, [snapshot for _, snapshot in wave], now)
        results.update((position, recorded) for (position, _), recorded in zip(wave, outcome, strict=True))
        waiting = later
    return [results[position] for position in sorted(results)]


def raw(session: Session) -> psycopg.Connection[Any]:
    """The psycopg connection of a session, inside the session's transaction."""
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    return connection


def content_hash(snapshot: OrderSnapshot) -> bytes:
    """16 bytes that stand for everything a snapshot says but when it was observed."""
    return hashlib.blake2b(canonical(to_state(snapshot)), digest_size=16).digest()


def _accrue_wave(
    connection: psycopg.Connection[Any], snapshots: Sequence[OrderSnapshot], now: datetime
) -> list[Recorded]:
    known = read(connection, snapshots)
    hashes = [content_hash(snapshot) for snapshot in snapshots]
    effects = [
        _effect(order, snapshot, content)
        for order, snapshot, content in zip(known.orders, snapshots, hashes, strict=True)
    ]
    changed = [index for index, effect in enumerate(effects) if effect == "recorded"]
    full = dict(
        zip(
            changed,
            _with_first_sight(connection, known, [(index, snapshots[index]) for index in changed]),
            strict=True,
        )
    )
    frozen = _freeze_terms(
        connection, known, {i: full[i] for i in changed if _is_first_real(known.orders[i], full[i])}
    )
    appendices = []
    for index in changed:
        order, snapshot = known.orders[index], full[index]
        terms, binding = frozen.get(index, (None, None))
        appendices.append(
            append(
                order,
                snapshot,
                content_hash=hashes[index],
                new_terms=terms,
                plan=_plan(connection, known, terms or order.terms),
                binding=binding,
                window=known.windows.get(snapshot.currency),
                now=now,
            )
        )
    if appendices:
        write(connection, appendices, epoch=known.epoch)
    seen_again(
        connection,
        [
            (order.id, snapshot.observed_at)
            for order, snapshot, effect in zip(known.orders, snapshots, effects, strict=True)
            if effect == "unchanged"
            and order.observed_at is not None
            and snapshot.observed_at > order.observed_at
        ],
    )
    lines = dict(zip(changed, (len(each.lines) for each in appendices), strict=True))
    return [
        Recorded(snapshot, effect, lines.get(i, 0))
        for i, (snapshot, effect) in enumerate(zip(snapshots, effects, strict=True))
    ]


def _effect(order: KnownOrder, snapshot: OrderSnapshot, content: bytes) -> Effect:
    if order.observed_at is None:
        return "recorded"
    if order.content_hash == content:
        return "unchanged"
    if snapshot.observed_at == order.observed_at:
        return "conflict"
    return "older" if snapshot.observed_at < order.observed_at else "recorded"


def _is_first_real(order: KnownOrder, snapshot: OrderSnapshot) -> bool:
    return order.terms is None and snapshot.status != DRAFT


def _with_first_sight(
    connection: psycopg.Connection[Any], known: Known, snapshots: Sequence[tuple[int, OrderSnapshot]]
) -> list[OrderSnapshot]:
    unsure = [
        known.orders[index]
        for index, snapshot in snapshots
        if known.orders[index].snapshot_count
        and any(line.fulfilled and line.fulfilled_at is None for line in snapshot.lines)
    ]
    before: dict[int, tuple[datetime, dict[str, Any]]] = {}
    if unsure:
        rows = connection.execute(
            _STATES, [[order.id for order in unsure], [order.snapshot_count for order in unsure]]
        )
        before = {order_id: (observed_at, state) for order_id, observed_at, state in rows}
    complete = []
    for index, snapshot in snapshots:
        earlier = before.get(known.orders[index].id)
        complete.append(seen_fulfilled(snapshot, earlier and from_state(snapshot.source, *earlier)))
    return complete


def _plan(connection: psycopg.Connection[Any], known: Known, terms: KnownTerms | None) -> Plan | None:
    if terms is None or terms.seller_id is None:
        return None
    if terms.plan_number == built_in().number:
        return built_in()
    return load(connection, next(version for version in known.plans if version[0] == terms.plan_number))


def _freeze_terms(
    connection: psycopg.Connection[Any], known: Known, first: dict[int, OrderSnapshot]
) -> dict[int, tuple[KnownTerms, NewBinding | None]]:
    if not first:
        return {}
    policy = from_document(known.program.get("attribution") or {})
    frozen = {}
    for (index, snapshot), background in zip(
        first.items(), read_candidates(connection, list(first.values())), strict=True
    ):
        decision = _decide(snapshot, background, policy)
        plan = load(connection, in_force(known.plans, snapshot.placed_at))
        terms = KnownTerms(
            number=1,
            snapshot_number=known.orders[index].snapshot_count + 1,
            plan_number=plan.number,
            upline=_upline(connection, decision, background, snapshot),
            reason=decision.reason,
            detail=decision.detail,
            hold_days=plan.hold_days,
            facts={"has_earlier_order": background.has_earlier_order},
        )
        frozen[index] = (terms, _binding(decision, snapshot, policy))
    return frozen


def _decide(snapshot: OrderSnapshot, background: Background, policy: AttributionPolicy) -> Decision:
    if snapshot.replacement_of is not None:
        return Decision(
            None, "replacement", f"replaces order {snapshot.replacement_of}, which keeps its commission"
        )
    referral = Referral(
        placed_at=snapshot.placed_at,
        customer_key=snapshot.customer_key,
        voucher_code=snapshot.voucher_code,
        referral_code=snapshot.referral_code,
        click_id=snapshot.click_id,
        has_earlier_order=background.has_earlier_order,
    )
    return decide(referral, background.candidates, policy)


def _upline(
    connection: psycopg.Connection[Any], decision: Decision, background: Background, snapshot: OrderSnapshot
) -> Upline:
    if decision.distributor_id is None:
        return (None, None, None)
    found = background.uplines.get(decision.distributor_id)
    return found or read_upline(connection, decision.distributor_id, snapshot.placed_at)


def _binding(decision: Decision, snapshot: OrderSnapshot, policy: AttributionPolicy) -> NewBinding | None:
    if not decision.binds or decision.distributor_id is None or snapshot.customer_key is None:
        return None
    ends_at = (
        None if policy.binding_days is None else snapshot.placed_at + timedelta(days=policy.binding_days)
    )
    return NewBinding(snapshot.customer_key, decision.distributor_id, snapshot.placed_at, ends_at)
