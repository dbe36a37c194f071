"""Reads the facts that a plan's rules ask for, for all the orders of a batch at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from distribution.commission.candidates import Chain
from distribution.commission.counting.counters import Counters, Key
from distribution.commission.counting.months import month_of, months_of
from distribution.commission.counting.movements import EARNED
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.plan.rules import PERIODS, Period
from distribution.db.arrays import arrays
from distribution.network.profiles import Profile, profiles
from distribution.orders.snapshot import OrderSnapshot
from distribution.orders.stages import stages_of

_CREDITED = """
SELECT asked.position, count(*), min(earlier.placed_at)
FROM unnest(%s::bytea[], %s::uuid[], %s::timestamptz[], %s::text[], %s::text[])
    WITH ORDINALITY AS asked(customer, seller, placed_at, source, external_id, position)
JOIN distribution.orders AS earlier ON earlier.customer_key = asked.customer
    AND earlier.placed_at < asked.placed_at AND earlier.paid AND earlier.distributor_id = asked.seller
    AND (earlier.source, earlier.external_id) <> (asked.source, asked.external_id)
GROUP BY asked.position
"""


class Asked(NamedTuple):
    """An order whose terms are to be frozen under a plan, with its seller's chain."""

    plan: CompiledPlan
    snapshot: OrderSnapshot
    chain: Chain


def gather(connection: psycopg.Connection[Any], asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """What each order's plan asks for, as it is kept with the terms; counters come later, by `count`."""
    facts: list[dict[str, Any]] = [{} for _ in asked]
    _people(connection, asked, facts)
    _credited(connection, asked, facts)
    for order, found in zip(asked, facts, strict=True):
        if order.plan.needs.stages:
            products = {line.product_id for line in order.snapshot.lines if line.product_id}
            found["stages"] = stages_of(connection, sorted(products), order.snapshot.placed_at)
    return facts


def counter_keys(asked: Sequence[Asked], zone: ZoneInfo) -> Iterator[Key]:
    """The counters that `count` will look at."""
    for plan, snapshot, chain in asked:
        month = month_of(snapshot.placed_at, zone)
        for kind, _, period in _counted(plan):
            for who in chain.people:
                if who is not None:
                    for each in months_of(month, period):
                        yield who, kind, snapshot.currency, each


def count(order: Asked, facts: dict[str, Any], counters: Counters, zone: ZoneInfo) -> None:
    """Add to the facts what each person sold and claimed in the periods the plan asks for."""
    month = month_of(order.snapshot.placed_at, zone)
    for kind, name, period in _counted(order.plan):
        for about, who in zip(_about(facts), order.chain.people, strict=True):
            if about is not None and who is not None:
                amount_minor = counters.of(who, kind, order.snapshot.currency, month, period)
                about.setdefault("earned" if kind == EARNED else "sales", {})[name] = amount_minor


def _counted(plan: CompiledPlan) -> Iterator[tuple[str, str, Period]]:
    for kind in ("own", "team"):
        for period in PERIODS:
            if f"{kind}/{period}" in plan.needs.sales:
                yield kind, f"{kind}/{period}", period
    for period in PERIODS:
        if period in plan.needs.earned:
            yield EARNED, period, period


def _about(facts: dict[str, Any]) -> list[dict[str, Any] | None]:
    people: list[dict[str, Any] | None] = facts.get("people") or [None, None, None]
    return people


def _people(
    connection: psycopg.Connection[Any], asked: Sequence[Asked], facts: Sequence[dict[str, Any]]
) -> None:
    wanted = [
        (who, order.snapshot.placed_at)
        for order in asked
        if order.plan.needs.profiles
        for who in order.chain.people
        if who is not None
    ]
    found = profiles(connection, wanted) if wanted else {}
    for order, kept in zip(asked, facts, strict=True):
        needs = order.plan.needs
        if not needs.profiles and not needs.counters and all(order.chain.active):
            # Most plans ask nothing about people who are all active: nothing is kept.
            continue
        kept["people"] = [
            None if who is None else _person(active, found.get((who, order.snapshot.placed_at)), order.plan)
            for who, active in zip(order.chain.people, order.chain.active, strict=True)
        ]


def _person(active: bool, profile: Profile | None, plan: CompiledPlan) -> dict[str, Any]:
    about: dict[str, Any] = {} if active else {"active": False}
    if profile is not None and plan.needs.grade and profile.grade is not None:
        about["grade"] = profile.grade
    if profile is not None and plan.needs.groups and profile.groups:
        about["groups"] = sorted(profile.groups)
    return about


def _credited(
    connection: psycopg.Connection[Any], asked: Sequence[Asked], facts: Sequence[dict[str, Any]]
) -> None:
    rows: list[tuple[bytes, UUID, datetime, str, str]] = []
    kept: list[dict[str, Any]] = []
    for order, found in zip(asked, facts, strict=True):
        snapshot, seller = order.snapshot, order.chain.people[0]
        if order.plan.needs.credited and seller is not None and snapshot.customer_key is not None:
            rows.append(
                (snapshot.customer_key, seller, snapshot.placed_at, snapshot.source, snapshot.order_id)
            )
            kept.append(found)
    if not rows:
        return
    kinds = ["bytea", "uuid", "timestamptz", "text", "text"]
    for position, orders, since in connection.execute(_CREDITED, arrays(rows, kinds)):
        kept[position - 1]["credited"] = {"orders": orders, "since": since.isoformat()}
