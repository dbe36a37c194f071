"""What whoever reads would earn on each of some products, by the plan in force and the engine that pays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy.orm import Session

from distribution.analytics.example_order import paid_order
from distribution.analytics.rules.example import chain_for, zone_of
from distribution.analytics.rules.page import plan_in_force
from distribution.commission.accrue import raw
from distribution.commission.counting.counters import Counters
from distribution.commission.entitlement import worths
from distribution.commission.gather import Asked, count, counter_keys, gather
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.rating.facts import facts_of
from distribution.commission.rating.freeze import freeze
from distribution.orders.offers import Offer
from distribution.orders.snapshot import OrderLine, OrderSnapshot

_CATEGORIES = """
WITH RECURSIVE upwards AS (
    SELECT id AS product_id, parent_id AS id, 1 AS height FROM distribution.catalogue_items
    WHERE kind = 'product' AND id = ANY (%s) AND parent_id IS NOT NULL
    UNION ALL
    SELECT upwards.product_id, above.parent_id, upwards.height + 1
    FROM upwards JOIN distribution.catalogue_items AS above ON above.kind = 'category' AND above.id = upwards.id
    WHERE above.parent_id IS NOT NULL AND upwards.height < 50
)
SELECT product_id, array_agg(id ORDER BY height) FROM upwards GROUP BY product_id
"""


def offer_earnings(
    session: Session, offers: Sequence[Offer], *, channel: str, reader_id: UUID, now: datetime
) -> dict[str, int]:
    """By product, in minor units of its currency: one unit at the price shown, sold to a new shopper, paid and kept.

    Left out are collections, what costs nothing, and what brings nothing. About that much, not exactly: which
    collections a product is in, what it costs the shop and what a shopper's voucher takes off are not known here.
    """
    priced = [each for each in offers if each.kind == "product" and each.price_minor and each.currency]
    if not priced:
        return {}
    plan, _ = plan_in_force(session, now=now)
    connection = raw(session)
    chain = chain_for(connection, 1, reader_id, now)
    above = _categories(connection, plan, [each.id for each in priced])
    asked = [
        Asked(plan, sale, chain)
        for each in priced
        if (sale := _sale(each, plan, channel, above.get(each.id, ()), now)) is not None
    ]
    zone = zone_of(connection) if plan.needs.counters else None
    counters = Counters()
    if zone is not None:
        counters.load(connection, counter_keys(asked, zone))
    earned: dict[str, int] = {}
    for order, facts in zip(asked, gather(connection, asked), strict=True):
        if zone is not None:
            count(order, facts, counters, zone)
        shares = freeze(plan, order.snapshot, facts_of(facts, chain.people))
        own = [share for share in shares if share.distributor_id == reader_id]
        amount_minor = sum(each.amount_minor for each in worths(order.snapshot, own))
        if amount_minor > 0:
            earned[order.snapshot.lines[0].id] = amount_minor
    return earned


def _sale(
    offer: Offer, plan: CompiledPlan, channel: str, above: tuple[str, ...], now: datetime
) -> OrderSnapshot | None:
    """One unit of it; None where the plan takes a part of a price that the shop did not say."""
    gross_minor, net_minor = offer.price_minor or 0, offer.net_minor
    if net_minor is None:
        if plan.plan.base == "net":
            return None
        net_minor = gross_minor
    line = OrderLine(
        offer.id, 1, 1, 0, net_minor=net_minor, gross_minor=gross_minor, product_id=offer.id, name=offer.name
    )
    return paid_order(
        replace(line, category_ids=above),
        currency=offer.currency or "",
        at=now,
        channel=channel,
        order_id=offer.id,
    )


def _categories(
    connection: psycopg.Connection[Any], plan: CompiledPlan, ids: list[str]
) -> dict[str, tuple[str, ...]]:
    """The categories of each product, the nearest first; asked only where the plan tells them apart."""
    selectors = [rate.selector for rate in plan.plan.rates] + [each.selector for each in plan.plan.campaigns]
    if not any(selector.what == "category" for selector in selectors):
        return {}
    return {product: tuple(above) for product, above in connection.execute(_CATEGORIES, [ids])}
