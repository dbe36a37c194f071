"""What an order is worth with what its period decides as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from distribution.commission.counting.counters import Counters, Key
from distribution.commission.counting.months import month_of, months_of
from distribution.commission.entitlement import entitlement
from distribution.commission.hold import hold, wait
from distribution.commission.known import KnownShare
from distribution.commission.periods.deciding import Deciding, Lifted
from distribution.commission.periods.reading import History
from distribution.commission.periods.span import Span
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.plan.rules import Plan, Tiers
from distribution.commission.rating.facts import Facts, Person, facts_of
from distribution.commission.rating.freeze import freeze
from distribution.commission.rating.share import EarlierShare, ShareDraft
from distribution.commission.rating.tiers import tier_bps

NOTHING = Fraction(0)


class Step(NamedTuple):
    """A tier of a whole period that paid a share: what it pays now, and what it paid as the order found it."""

    plan_number: int
    rate: int
    tiers: Tiers
    sales_minor: int
    bps: int
    before_bps: int


class Worth(NamedTuple):
    """What a share is worth with what the period decides, and when it matures."""

    distributor_id: UUID
    amount_minor: int
    matures_at: datetime
    step: Step | None


def sales_keys(orders: Iterable[History], deciding: Deciding, span: Span) -> Iterator[Key]:
    """The counters that `worth` will look at."""
    for order in orders:
        month = month_of(order.newest.placed_at, deciding.zone)
        for by, period in deciding.lifted(order.terms.plan_number, span).counters:
            for who in order.terms.upline:
                if who is not None:
                    for each in months_of(month, period):
                        yield who, by, order.newest.currency, each


def worth(order: History, deciding: Deciding, span: Span, counters: Counters) -> list[Worth]:
    """Each share of an order whose plan `span` decides on, frozen anew with the sales of the whole period.

    The caps on what a distributor earns in it are left out: they hold for the sum of all orders.
    """
    terms, newest = order.terms, order.newest
    if not newest.paid:
        return []
    lifted = deciding.lifted(terms.plan_number, span)
    facts = _with_sales(order, lifted, deciding.zone, counters)
    drafts = _frozen(order, lifted.plan, facts)
    shares = [KnownShare(number, terms.number, *draft[:-1]) for number, draft in enumerate(drafts, 1)]
    found = entitlement(newest, shares)
    fulfilled_at = {line.id: line.fulfilled_at for line in newest.lines}
    people = {person.id: person for person in facts.people if person is not None}
    return [
        Worth(
            share.distributor_id,
            amount_minor,
            (fulfilled_at.get(share.line_id) or newest.observed_at)
            + wait(lifted.plan)
            + hold(terms, lifted.plan, share.distributor_id),
            _step(draft, people[share.distributor_id], lifted.plan.plan, order, span),
        )
        for share, draft in zip(shares, drafts, strict=True)
        if (amount_minor := found[share.number].amount_minor)
    ]


def _frozen(order: History, plan: CompiledPlan, facts: Facts) -> list[ShareDraft]:
    """The shares, snapshot by snapshot as their lines came to be known."""
    drafts: list[ShareDraft] = []
    for snapshot in order.frozen:
        earlier = [EarlierShare(draft.line_id, draft.distributor_id, draft.claimed_minor) for draft in drafts]
        drafts += freeze(plan, snapshot, facts, earlier)
    return drafts


def _with_sales(order: History, lifted: Lifted, zone: ZoneInfo, counters: Counters) -> Facts:
    facts = facts_of(order.terms.facts, order.terms.upline)
    currency, month = order.newest.currency, month_of(order.newest.placed_at, zone)
    first, second, third = (
        person
        and replace(
            person,
            whole={
                f"{by}/{period}": counters.of(person.id, by, currency, month, period)
                for by, period in lifted.counters
            },
        )
        for person in facts.people
    )
    return replace(facts, people=(first, second, third))


def _step(draft: ShareDraft, who: Person, plan: Plan, order: History, span: Span) -> Step | None:
    """The tier behind a share, where it is one that `span` itself decides."""
    if '"tier"' not in draft.rule:
        return None
    index = json.loads(draft.rule)["rate"]
    tiers = plan.rates[index].value.tiers
    currency = order.newest.currency
    if tiers is None or (tiers.mode, tiers.period, tiers.currency) != ("whole", span.period, currency):
        return None
    now_minor, before_minor = who.whole[tiers.counter], who.sales.get(tiers.counter, 0)
    return Step(
        plan.number,
        index,
        tiers,
        now_minor,
        int(tier_bps(tiers, now_minor, NOTHING, currency)),
        int(tier_bps(tiers, before_minor, NOTHING, currency)),
    )
