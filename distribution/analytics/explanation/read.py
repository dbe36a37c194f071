"""Reads what an explanation is recomputed from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.analytics.explanation.frozen import ExplainedShare, FrozenOrder
from distribution.analytics.explanation.order import OrderExplanation, explain_order
from distribution.analytics.explanation.own import OwnLevel, own_levels
from distribution.commission.accrue import raw
from distribution.commission.plan.built_in import BUILT_IN_NUMBER
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.plan.versions import load
from distribution.commission.rating.facts import facts_of
from distribution.errors import NotFound
from distribution.orders.state import from_state

_TERMS = text("""
SELECT placed.source, terms.number, terms.snapshot_number, terms.plan_number, terms.seller_id, terms.second_id,
    terms.third_id, terms.facts
FROM distribution.orders AS placed
JOIN distribution.terms ON terms.order_id = placed.id AND terms.number = placed.terms_count
WHERE placed.id = :order_id
""")
_SNAPSHOTS = text("""
SELECT number, observed_at, state FROM distribution.order_snapshots
WHERE order_id = :order_id AND number >= :first ORDER BY number
""")
_SHARES = text("""
SELECT number, snapshot_number, line_id, level, distributor_id, base, rate_numerator, rate_denominator,
    claimed_minor, most_minor, rule
FROM distribution.shares WHERE order_id = :order_id AND terms_number = :terms_number ORDER BY number
""")
_ORDER_ID = text("SELECT id FROM distribution.orders WHERE source = :source AND external_id = :external_id")
_VERSION = text("SELECT number, effective_at, digest FROM distribution.plan_versions WHERE number = :number")


def explanation(session: Session, order_id: int, line_id: str | None = None) -> OrderExplanation | None:
    """An order explained whole, for the merchant; None while it is a draft and has no terms.

    Of a line that is asked for, and of the first ones otherwise, with every rule that does not fit.
    """
    terms = session.execute(_TERMS, {"order_id": order_id}).one_or_none()
    if terms is None:
        return None
    snapshots = session.execute(_SNAPSHOTS, {"order_id": order_id, "first": terms.snapshot_number})
    shares = session.execute(_SHARES, {"order_id": order_id, "terms_number": terms.number})
    return explain_order(
        FrozenOrder(
            plan=plan_numbered(session, terms.plan_number),
            terms_number=terms.number,
            facts=facts_of(terms.facts, (terms.seller_id, terms.second_id, terms.third_id)),
            snapshots={row.number: from_state(terms.source, row.observed_at, row.state) for row in snapshots},
            shares=[_share(row) for row in shares],
        ),
        line_id,
    )


def _share(row: Any) -> ExplainedShare:
    share = dict(row._mapping)
    for name in ("rate_numerator", "rate_denominator"):
        share[name] = int(share[name])
    return ExplainedShare(**share)


def explanation_of(
    session: Session, source: str, external_id: str, line_id: str | None = None
) -> OrderExplanation | None:
    """The same by the id an order has in its source; raises NotFound for one never recorded."""
    order_id = session.execute(_ORDER_ID, {"source": source, "external_id": external_id}).scalar_one_or_none()
    if order_id is None:
        raise NotFound(f"order {external_id!r} was never recorded", field="order_id")
    return explanation(session, order_id, line_id)


def own_explanations(session: Session, distributor_id: UUID, order_id: int) -> tuple[OwnLevel, ...]:
    """What a distributor may know of how an order pays them: their shares under the terms that hold."""
    found = explanation(session, order_id)
    return () if found is None else tuple(own_levels(found, distributor_id))


def plan_numbered(session: Session, number: int) -> CompiledPlan:
    """A version by its number, compiled once for all."""
    if number == BUILT_IN_NUMBER:
        return load(raw(session), None)
    row = session.execute(_VERSION, {"number": number}).one()
    return load(raw(session), (row.number, row.effective_at, row.digest))
