"""Freezing an order's terms: the decision whose it is, the chain, the plan and the facts as of when it was placed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from distribution.attribution.decide import Decision, Referral, decide
from distribution.attribution.policy import AttributionPolicy, from_document
from distribution.commission.append import NewBinding
from distribution.commission.candidates import NOBODY, Background, Chain, read_chain
from distribution.commission.counting.counters import Counters
from distribution.commission.gather import Asked, count, counter_keys, gather
from distribution.commission.known import KnownOrder, KnownTerms
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.plan.versions import built_in, in_force, load
from distribution.commission.reading import Known
from distribution.orders.snapshot import OrderSnapshot


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that freezing an order's terms takes, but for what the orders before it in the batch move."""

    order: KnownOrder
    asked: Asked
    facts: dict[str, Any]
    reason: str
    detail: str
    binding: NewBinding | None


def prepare(
    connection: psycopg.Connection[Any],
    known: Known,
    first: Sequence[tuple[KnownOrder, OrderSnapshot]],
    counters: Counters,
) -> dict[int, Prepared]:
    """By order id, what the terms of orders seen real for the first time follow from; their counters are loaded."""
    if not first:
        return {}
    policy = from_document(known.program.get("attribution") or {})
    asked: list[Asked] = []
    decided: list[tuple[Decision, NewBinding | None, bool]] = []
    for order, snapshot in first:
        background = known.backgrounds[order.id]
        plan = load(connection, in_force(known.plans, snapshot.placed_at))
        own = policy
        if plan.plan.self_purchase is not None:
            own = replace(policy, self_purchase=plan.plan.self_purchase)
        decision = _decide(snapshot, background, own)
        asked.append(Asked(plan, snapshot, _chain(connection, decision, background, snapshot)))
        decided.append((decision, _binding(decision, snapshot, policy), background.has_earlier_order))
    prepared = {}
    for (order, _), each, facts, (decision, binding, has_earlier_order) in zip(
        first, asked, gather(connection, asked), decided, strict=True
    ):
        facts |= {"has_earlier_order": has_earlier_order, "binds": binding is not None}
        prepared[order.id] = Prepared(order, each, facts, decision.reason, decision.detail, binding)
    _load(connection, known, asked, counters)
    return prepared


def superseding(
    connection: psycopg.Connection[Any],
    known: Known,
    order: KnownOrder,
    snapshot: OrderSnapshot,
    chain: Chain,
    counters: Counters,
    *,
    reason: str,
    detail: str,
) -> Prepared:
    """What terms with another seller follow from; plan and hold stay those of the order's placing."""
    assert order.terms is not None
    asked = [Asked(plan_numbered(connection, known, order.terms.plan_number), snapshot, chain)]
    [facts] = gather(connection, asked)
    facts |= {"has_earlier_order": order.terms.facts["has_earlier_order"], "binds": False}
    _load(connection, known, asked, counters)
    return Prepared(order, asked[0], facts, reason, detail, None)


def complete(prepared: Prepared, counters: Counters, zone: ZoneInfo | None) -> KnownTerms:
    """The terms, with the counters as they stand now; `zone` is None while nothing is counted."""
    order, asked, facts = prepared.order, prepared.asked, prepared.facts
    if zone is not None:
        count(asked, facts, counters, zone)
    return KnownTerms(
        number=order.terms_count + 1,
        snapshot_number=order.snapshot_count + 1,
        plan_number=asked.plan.plan.number,
        upline=asked.chain.people,
        reason=prepared.reason,
        detail=prepared.detail,
        hold_days=asked.plan.plan.hold_days if order.terms is None else order.terms.hold_days,
        facts=facts,
    )


def plan_of(
    connection: psycopg.Connection[Any], known: Known, terms: KnownTerms | None
) -> CompiledPlan | None:
    """The plan under which lines of an order get their shares; None where nobody earns."""
    if terms is None or terms.seller_id is None:
        return None
    return plan_numbered(connection, known, terms.plan_number)


def plan_numbered(connection: psycopg.Connection[Any], known: Known, number: int) -> CompiledPlan:
    """A published version by its number, or the built-in plan."""
    if number == built_in().plan.number:
        return built_in()
    return load(connection, next(version for version in known.plans if version[0] == number))


def _load(
    connection: psycopg.Connection[Any], known: Known, asked: Sequence[Asked], counters: Counters
) -> None:
    counting = [each for each in asked if each.plan.needs.counters]
    if counting and known.zone is not None:
        counters.load(connection, counter_keys(counting, known.zone))


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


def _chain(
    connection: psycopg.Connection[Any], decision: Decision, background: Background, snapshot: OrderSnapshot
) -> Chain:
    if decision.distributor_id is None:
        return NOBODY
    found = background.chains.get(decision.distributor_id)
    return found or read_chain(connection, decision.distributor_id, snapshot.placed_at)


def _binding(decision: Decision, snapshot: OrderSnapshot, policy: AttributionPolicy) -> NewBinding | None:
    begins = decision.binds_from
    if begins is None or decision.distributor_id is None or snapshot.customer_key is None:
        return None
    return NewBinding(snapshot.customer_key, decision.distributor_id, begins, policy.binding_ends(begins))
