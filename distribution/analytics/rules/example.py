"""A worked example: what one sale brings whoever reads, by the engine and the facts that would pay it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from distribution.analytics.example_order import paid_order
from distribution.commission.candidates import Chain, read_chain
from distribution.commission.counting.counters import Counters
from distribution.commission.entitlement import worths
from distribution.commission.gather import Asked, count, counter_keys, gather
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.plan.rules import Rate
from distribution.commission.rating.facts import facts_of
from distribution.commission.rating.freeze import freeze
from distribution.commission.rating.share import ShareDraft
from distribution.money import to_minor
from distribution.orders.snapshot import OrderLine, OrderSnapshot

LEVELS = (1, 2, 3)
UNITS = 2
_STRANGERS = (UUID(int=1), UUID(int=2), UUID(int=3))
_ACTIVE = (True, True, True)
_COUNTING = "SELECT time_zone FROM distribution.counting"


@dataclass(frozen=True, slots=True)
class Part:
    """What one level brings; `rate` is None where nobody there would earn, `nothing` says why it is worth 0.

    `returned_minor` is what is left of it when one of the two items comes back.
    """

    level: int
    amount_minor: int = 0
    returned_minor: int = 0
    rate: Rate | None = None
    campaigns: tuple[str, ...] = ()
    cuts: tuple[str, ...] = ()
    nothing: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A sale of two like items and what it brings at each level."""

    sale: OrderSnapshot
    parts: tuple[Part, ...]

    @property
    def line(self) -> OrderLine:
        """What was sold."""
        return self.sale.lines[0]


def example(
    connection: psycopg.Connection[Any],
    plan: CompiledPlan,
    *,
    currency: str,
    at: datetime,
    reader: UUID | None = None,
) -> Example:
    """The example under `plan`; with a `reader` each level is what they would get there, with their facts of today.

    Without one it is what anybody gets who is active and has reached nothing yet.
    """
    sold = a_sale(currency, at)
    zone = zone_of(connection)
    parts = []
    for level in LEVELS:
        chain = chain_for(connection, level, reader, at)
        shares = frozen(connection, plan, sold, chain, zone)
        who = _STRANGERS[level - 1] if reader is None else reader
        parts.append(_part(plan, sold, shares, level, who))
    return Example(sold, tuple(parts))


def a_sale(currency: str, at: datetime) -> OrderSnapshot:
    """Two items of nothing in particular for 100 before and 120 with tax: a new shopper's, paid and shipped."""
    net_minor, gross_minor = to_minor("100", currency), to_minor("120", currency)
    line = OrderLine("example", UNITS, UNITS, 0, net_minor=net_minor, gross_minor=gross_minor)
    return paid_order(line, currency=currency, at=at)


def half_returned(sold: OrderSnapshot) -> OrderSnapshot:
    """The same sale once one item came back and was paid back."""
    line = sold.lines[0]
    return replace(
        sold,
        given_back_minor=line.gross_minor // UNITS,
        lines=(replace(line, returned=line.quantity // UNITS),),
    )


def chain_for(connection: psycopg.Connection[Any], level: int, reader: UUID | None, at: datetime) -> Chain:
    """People of whom the reader is the one at that level: below them stand strangers, above them their own upline."""
    if reader is None:
        return Chain(_STRANGERS, _ACTIVE)
    own = read_chain(connection, reader, at)
    people = (*_STRANGERS[: level - 1], *own.people)[: len(LEVELS)]
    active = (*_ACTIVE[: level - 1], *own.active)[: len(LEVELS)]
    return Chain((people[0], people[1], people[2]), (active[0], active[1], active[2]))


def frozen(
    connection: psycopg.Connection[Any],
    plan: CompiledPlan,
    sold: OrderSnapshot,
    chain: Chain,
    zone: ZoneInfo | None,
) -> list[ShareDraft]:
    """The shares that would be recorded if this order were placed now."""
    asked = Asked(plan, sold, chain)
    [facts] = gather(connection, [asked])
    if plan.needs.counters and zone is not None:
        counters = Counters()
        counters.load(connection, counter_keys([asked], zone))
        count(asked, facts, counters, zone)
    return freeze(plan, sold, facts_of(facts, chain.people))


def _part(plan: CompiledPlan, sold: OrderSnapshot, shares: list[ShareDraft], level: int, who: UUID) -> Part:
    # Under a plan that passes shares up, somebody may earn the level below their place.
    share = next((each for each in shares if each.distributor_id == who), None)
    if share is None:
        return Part(level)
    rule = json.loads(share.rule)
    [now], [then] = worths(sold, [share]), worths(half_returned(sold), [share])
    return Part(
        level=level,
        amount_minor=now.amount_minor,
        returned_minor=then.amount_minor,
        rate=plan.plan.rates[rule["rate"]],
        campaigns=tuple(plan.plan.campaigns[place].name for place in rule.get("campaigns", ())),
        cuts=tuple(cut[0] for cut in rule.get("cuts", ())),
        nothing=rule.get("nothing"),
    )


def zone_of(connection: psycopg.Connection[Any]) -> ZoneInfo | None:
    """The zone in which sales are counted by month; None while nothing counts."""
    found = connection.execute(_COUNTING).fetchone()
    return None if found is None or found[0] is None else ZoneInfo(found[0])
