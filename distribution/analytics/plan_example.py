"""A worked example: what one line of an order would bring each level under a plan, by the engine that pays."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.analytics.example_order import paid_order
from distribution.commission.plan.compiled import CompiledPlan, compile_plan
from distribution.commission.plan.rules import Plan, Rate
from distribution.commission.rating.facts import Facts, People, Person
from distribution.commission.rating.freeze import freeze
from distribution.money import to_minor
from distribution.orders.snapshot import OrderLine, OrderSnapshot
from distribution.orders.state import from_state
from distribution.orders.tables import Order
from distribution.orders.tables import OrderSnapshot as SnapshotRow

_ORDERS_READ = 300
_MOST_PRODUCTS = 200


@dataclass(frozen=True, slots=True)
class Sold:
    """A line of an order as a plan sees it; `key` tells it from others of the list."""

    key: str
    name: str
    snapshot: OrderSnapshot

    @property
    def line(self) -> OrderLine:
        """The one line of its order."""
        return self.snapshot.lines[0]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else decides: how many, who sells, whose order."""

    quantity: int = 1
    grade: str | None = None
    customer: Literal["first", "repeat"] = "first"
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Earned:
    """What one level gets, and why: the rate that won, campaigns over it, what cut it, or why it is nothing."""

    level: int
    amount_minor: int
    rate: Rate | None
    campaigns: tuple[str, ...]
    cuts: tuple[str, ...]
    nothing: str | None


def plain_sale(currency: str, at: datetime) -> Sold:
    """One unit at 100 net, 120 gross, of nothing in particular."""
    unit_minor = to_minor("100", currency)
    line = OrderLine("example", 1, 1, 0, net_minor=unit_minor, gross_minor=unit_minor * 120 // 100)
    return Sold("", "", paid_order(line, currency=currency, at=at))


def lately_sold(session: Session, *, at: datetime) -> list[Sold]:
    """Products of the newest orders, each once for a currency, one unit of it; by name."""
    newest = (
        select(Order.source, SnapshotRow.observed_at, SnapshotRow.state)
        .join(SnapshotRow, (SnapshotRow.order_id == Order.id) & (SnapshotRow.number == Order.snapshot_count))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(_ORDERS_READ)
    )
    found: dict[str, Sold] = {}
    for source, observed_at, state in session.execute(newest):
        snapshot = from_state(source, observed_at, state)
        for line in snapshot.lines:
            thing = line.variant_id or line.product_id or line.name or line.sku
            key = f"{snapshot.currency} {thing}"
            if thing and key not in found and line.quantity > 0 and line.net_minor > 0:
                found[key] = Sold(key, line.name or thing, _one_unit(line, snapshot, at))
    return sorted(found.values(), key=lambda each: (each.name, each.key))[:_MOST_PRODUCTS]


def worked(
    plan: Plan | CompiledPlan, sold: Sold, circumstances: Circumstances = Circumstances()
) -> list[Earned]:
    """What the seller and the two above them earn; all of them active and of the same grade."""
    compiled = compile_plan(plan) if isinstance(plan, Plan) else plan
    snapshot = _several(sold.snapshot, circumstances)
    person = Person(UUID(int=1), grade=circumstances.grade)
    people: People = (person, replace(person, id=UUID(int=2)), replace(person, id=UUID(int=3)))
    facts = Facts(people, repeat=circumstances.customer == "repeat")
    return [
        _earned(compiled.plan, share.level, share.claimed_minor, json.loads(share.rule))
        for share in freeze(compiled, snapshot, facts)
    ]


def often_cut(plan: Plan, products: Sequence[Sold]) -> int:
    """How many of these products the ceiling cuts."""
    compiled = compile_plan(plan)
    return sum(any("ceiling" in each.cuts for each in worked(compiled, sold)) for sold in products)


def _earned(plan: Plan, level: int, amount_minor: int, rule: dict[str, Any]) -> Earned:
    return Earned(
        level=level,
        amount_minor=amount_minor,
        rate=plan.rates[rule["rate"]],
        campaigns=tuple(plan.campaigns[place].name for place in rule.get("campaigns", ())),
        cuts=tuple(cut[0] for cut in rule.get("cuts", ())),
        nothing=rule.get("nothing"),
    )


def _one_unit(line: OrderLine, snapshot: OrderSnapshot, at: datetime) -> OrderSnapshot:
    count = line.quantity
    undiscounted = (line.undiscounted_net_minor, line.undiscounted_gross_minor)
    net, gross = (None if each is None else each // count for each in undiscounted)
    one = replace(
        line,
        quantity=1,
        fulfilled=1,
        returned=0,
        net_minor=line.net_minor // count,
        gross_minor=line.gross_minor // count,
        undiscounted_net_minor=net,
        undiscounted_gross_minor=gross,
        cost_minor=None if line.cost_minor is None else line.cost_minor // count,
    )
    return paid_order(one, currency=snapshot.currency, channel=snapshot.channel, at=at)


def _several(snapshot: OrderSnapshot, circumstances: Circumstances) -> OrderSnapshot:
    line, count = snapshot.lines[0], circumstances.quantity
    many = replace(
        line,
        quantity=count,
        fulfilled=count,
        net_minor=line.net_minor * count,
        gross_minor=line.gross_minor * count,
        undiscounted_net_minor=_times(line.undiscounted_net_minor, count),
        undiscounted_gross_minor=_times(line.undiscounted_gross_minor, count),
        cost_minor=_times(line.cost_minor, count),
    )
    total = many.gross_minor
    channel = circumstances.channel or snapshot.channel
    return replace(snapshot, lines=(many,), channel=channel, total_minor=total, collected_minor=total)


def _times(minor: int | None, count: int) -> int | None:
    return None if minor is None else minor * count
