"""Frozen terms of realistic orders (5 lines, 3 levels, a plan of 500 rates) against a loop that only multiplies.

Both go over the same orders, a batch at a time as orders are recorded, and their own processor time counts. The plan is
compiled beforehand; what it remembers grows over the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from time import process_time
from typing import Any
from uuid import UUID

from benchmarks import shop_plan
from benchmarks.result import report
from benchmarks.shop import DISTRIBUTORS, GRADES, GROUPS, PRODUCTS, an_order
from distribution.commission.plan.compiled import CompiledPlan, compile_plan
from distribution.commission.plan.parse import parse
from distribution.commission.rating.facts import Facts, Person
from distribution.commission.rating.freeze import freeze_lines
from distribution.commission.rating.share import Frozen
from distribution.orders.snapshot import OrderSnapshot

GOAL = 0.25
ORDERS, BATCH, LINES, LEVELS, ROUNDS = 60_000, 100, 5, 3, 3
BPS = (1_000, 500, 200)
_IDS = [UUID(int=number + 1) for number in range(DISTRIBUTORS)]
_STAGES = {f"p-{product}": "new" for product in range(0, PRODUCTS, 25)}


def run() -> None:
    """Print the ratio."""
    document = shop_plan.document(_IDS)
    assert len(document["rates"]) == shop_plan.RATES
    bare, whole = sorted((_turn(document) for _ in range(ROUNDS)), key=lambda each: each[0] / each[1])[
        ROUNDS // 2
    ]
    shares = ORDERS * LINES * LEVELS
    report(
        "frozen_terms",
        bare / whole,
        GOAL,
        f"{shares / whole:,.0f} shares/s against {shares / bare:,.0f} multiplications/s, "
        f"{LINES} lines, {LEVELS} levels, {shop_plan.RATES} rates",
    )


def _turn(document: dict[str, Any]) -> tuple[float, float]:
    """Seconds of multiplying and of freezing, of a plan that remembers nothing yet."""
    plan = compile_plan(parse(document))
    multiplying = freezing = 0.0
    for first in range(0, ORDERS, BATCH):
        orders = [an_order(number, lines=LINES) for number in range(first, first + BATCH)]
        facts = [_facts(number) for number in range(first, first + BATCH)]
        began = process_time()
        multiplied = _multiply(orders)
        between = process_time()
        frozen = _freeze(plan, orders, facts)
        freezing += process_time() - between
        multiplying += between - began
        shares = sum(len(claims) for order in frozen for _, _, claims in order.lines)
        assert shares == sum(map(len, multiplied)) == BATCH * LINES * LEVELS
    return multiplying, freezing


def _multiply(orders: Sequence[OrderSnapshot]) -> list[list[int]]:
    """Nothing but the multiplication, for each share of each line."""
    found = []
    for order in orders:
        amounts = []
        for line in order.lines:
            for bps in BPS:
                amounts.append(line.net_minor * bps // 10_000)
        found.append(amounts)
    return found


def _freeze(plan: CompiledPlan, orders: Sequence[OrderSnapshot], facts: Sequence[Facts]) -> list[Frozen]:
    found = []
    for order, known in zip(orders, facts, strict=True):
        found.append(freeze_lines(plan, order, known))
    return found


def _facts(number: int) -> Facts:
    seller = number % DISTRIBUTORS
    people = _PEOPLE[seller], _PEOPLE[seller // 5], _PEOPLE[seller // 50]
    sold = {"own/month": number % 30_000 * 100}
    first, second, third = (replace(person, sales=sold) for person in people)
    return Facts((first, second, third), repeat=number % 3 > 0, stages=_STAGES)


def _person(number: int) -> Person:
    random = Random(number)
    group = GROUPS[number % 20] if number % 20 < len(GROUPS) else None
    return Person(
        _IDS[number],
        active=True,
        grade=random.choice([None, None, *GRADES]),
        groups=frozenset([group] if group else []),
    )


_PEOPLE = [_person(number) for number in range(DISTRIBUTORS)]
