"""Freezing an order's terms: the decision whose it is, the upline and the plan as of when it was placed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import psycopg

from distribution.attribution.decide import Decision, Referral, decide
from distribution.attribution.policy import AttributionPolicy, from_document
from distribution.commission.append import NewBinding
from distribution.commission.candidates import Background, Upline, read_upline
from distribution.commission.known import KnownOrder, KnownTerms
from distribution.commission.plan import Plan
from distribution.commission.plans import built_in, in_force, load
from distribution.commission.reading import Known
from distribution.orders.snapshot import OrderSnapshot

Frozen = tuple[KnownTerms, NewBinding | None]


def freeze_terms(
    connection: psycopg.Connection[Any], known: Known, first: Sequence[tuple[KnownOrder, OrderSnapshot]]
) -> list[Frozen]:
    """The terms of orders seen real for the first time, with the binding each one makes."""
    if not first:
        return []
    policy = from_document(known.program.get("attribution") or {})
    frozen = []
    for order, snapshot in first:
        background = known.backgrounds[order.id]
        decision = _decide(snapshot, background, policy)
        plan = load(connection, in_force(known.plans, snapshot.placed_at))
        terms = KnownTerms(
            number=1,
            snapshot_number=order.snapshot_count + 1,
            plan_number=plan.number,
            upline=_upline(connection, decision, background, snapshot),
            reason=decision.reason,
            detail=decision.detail,
            hold_days=plan.hold_days,
            facts={"has_earlier_order": background.has_earlier_order},
        )
        binding = _binding(decision, snapshot, policy)
        terms.facts["binds"] = binding is not None
        frozen.append((terms, binding))
    return frozen


def superseding(order: KnownOrder, terms: KnownTerms, upline: Upline, reason: str, detail: str) -> KnownTerms:
    """Terms that follow `terms` with another seller; plan and hold stay those of the order's placing."""
    return KnownTerms(
        number=terms.number + 1,
        snapshot_number=order.snapshot_count + 1,
        plan_number=terms.plan_number,
        upline=upline,
        reason=reason,
        detail=detail,
        hold_days=terms.hold_days,
        facts=terms.facts,
    )


def plan_of(connection: psycopg.Connection[Any], known: Known, terms: KnownTerms | None) -> Plan | None:
    """The plan under which lines of an order get their shares; None where nobody earns."""
    if terms is None or terms.seller_id is None:
        return None
    if terms.plan_number == built_in().number:
        return built_in()
    return load(connection, next(version for version in known.plans if version[0] == terms.plan_number))


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
