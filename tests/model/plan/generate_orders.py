"""Random orders, shoppers and people that a plan is tried on; what the plan asks for is often just met."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from tests.model.plan import world
from tests.model.plan.order import Document, Line, Person, State, minor
from tests.model.plan.people import moment, months_later


@dataclass(frozen=True)
class Case:
    """The arguments of `naive_shares`."""

    document: Document
    state: State
    facts: dict[str, Any]
    people: list[Person | None]
    earlier: list[dict[str, Any]] = field(default_factory=list)


def an_order_of(random: Random, document: Document, before: Case | None = None) -> Case:
    """An order in a currency and at a time that the plan mostly speaks of; often the people of the one before again."""
    currency = random.choice(sorted(currencies(document))) if random.random() < 0.9 else "GBP"
    again = before is not None and random.random() < 0.5
    if before is not None and again:
        currency = before.state["currency"]
    count = 8 if random.random() < 0.05 else random.randint(1, 4)
    largest = random.choice((20, 2_000, 50_000, 3_000_000))
    lines = [a_line(random, f"l-{number}", largest) for number in range(1, count + 1)]
    bounds = [entry[end] for entry in document.get("campaigns", []) for end in ("from", "to")]
    placed_at = moment(random.choice(bounds or world.INSTANTS if random.random() < 0.5 else world.INSTANTS))
    if random.random() < 0.3:
        placed_at += random.choice((-1, 1)) * timedelta(microseconds=1)
    state: State = {
        "currency": currency,
        "channel": random.choice(world.CHANNELS),
        "placed_at": placed_at.isoformat(),
        "lines": lines,
    }
    if random.random() < 0.6:
        state["shipping_net"] = random.randint(0, largest)
        state["shipping_gross"] = state["shipping_net"] + random.randint(0, largest // 5)
    people = some_people(random, document, currency)
    if before is not None and again:
        # Who they are is as before, what they sold and earned is not.
        state["channel"] = before.state["channel"]
        people = [
            old and {**old, **{name: new[name] for name in ("sales", "earned") if new}}
            for old, new in zip(before.people, people, strict=True)
        ]
    return Case(
        document, state, some_facts(random, document, state), people, some_earlier(random, lines, people)
    )


def currencies(document: Any) -> set[str]:
    """Every currency that a plan names."""
    if isinstance(document, list):
        return set().union(*map(currencies, document))
    if isinstance(document, dict):
        own = {document["currency"]} if "currency" in document else set()
        return own.union(*map(currencies, document.values())) or {"USD"}
    return set()


def a_line(random: Random, line_id: str, largest: int) -> Line:
    """A line; some are free, some sell gift cards, some tell their cost or what they cost undiscounted."""
    product = random.choice(world.PRODUCTS)
    quantity = random.choice((1, 1, 1, 2, 3, 7))
    net = 0 if random.random() < 0.06 else random.randint(0, largest)
    gross = net + random.choice((0, net // 10, random.randint(0, largest // 4)))
    line: Line = {
        "id": line_id,
        "quantity": quantity,
        "net": net,
        "gross": gross,
        "gift_card": random.random() < 0.06,
        "product_id": product,
        "variant_id": random.choice(world.VARIANTS[product]),
        "category_ids": list(random.choice(world.PATHS)),
        "collection_ids": sorted(random.sample(world.COLLECTIONS, random.choice((0, 0, 1, 2, 4)))),
        "fulfilled": random.randint(0, quantity),
        "returned": 0,
    }
    if random.random() < 0.04:
        # Sold without being in the catalogue.
        line |= {"product_id": None, "variant_id": None, "category_ids": [], "collection_ids": []}
    if random.random() < 0.4:
        off = random.choice((0, net // 2, largest))
        line["undiscounted_net"], line["undiscounted_gross"] = net + off, gross + off
    if random.random() < 0.05:
        # A shop may know one and not the other, and the lab once said less than the price.
        line["undiscounted_net"] = random.choice((0, net // 2))
        line.pop("undiscounted_gross", None)
    if random.random() < 0.6:
        line["cost"] = random.choice((0, net // 2, net, net + 1, random.randint(0, largest)))
    return line


def some_facts(random: Random, document: Document, state: State) -> dict[str, Any]:
    """What is known of the shopper and the products."""
    limit = document.get("customer_limit", {})
    orders = random.choice((0, 0, 1, 2, limit.get("orders", 3), max(0, limit.get("orders", 3) - 1)))
    since = months_later(moment(state["placed_at"]), -min(limit.get("months", 6), 1_000))
    since += timedelta(microseconds=random.choice((-1, 0, 0, 1, 86_400_000_000, -86_400_000_000)))
    return {
        "repeat": orders > 0 or random.random() < 0.3,
        "credited": {"orders": orders, "since": since.isoformat() if orders else None},
        "stages": {
            product: random.choice(world.STAGES) for product in world.PRODUCTS if random.random() < 0.6
        },
    }


def some_people(random: Random, document: Document, currency: str) -> list[Person | None]:
    """A seller and mostly two above; nobody twice."""
    chosen = random.sample(world.PEOPLE, 3)
    marks = sorted(marks_of(document, currency))
    people: list[Person | None] = [a_person(random, person_id, marks) for person_id in chosen]
    missing = random.random()
    if missing < 0.2:
        people[2] = None
    if missing < 0.1 or missing > 0.98:
        # Without the last one: somebody in between whose account is gone.
        people[1] = None
    return people


def a_person(random: Random, person_id: str, marks: list[int]) -> Person:
    """Their sales are often exactly what a tier, a condition or a cap of the plan names, or one unit beside."""

    def sum_of_money() -> int:
        if marks and random.random() < 0.5:
            return max(0, random.choice(marks) + random.choice((-1, 0, 0, 1)))
        return random.choice((0, 0, random.randint(0, 999), random.randint(0, 300_000)))

    return {
        "id": person_id,
        "active": random.random() < 0.85,
        "grade": random.choice([None, *world.GRADES]),
        "groups": sorted(random.sample(world.GROUPS, random.choice((0, 0, 1, 2)))),
        "sales": {f"{by}/{period}": sum_of_money() for by in ("own", "team") for period in world.PERIODS},
        "earned": {period: sum_of_money() for period in world.PERIODS},
    }


def marks_of(document: Document, currency: str) -> set[int]:
    """The amounts at which something changes."""
    steps = [
        minor(step["from"], currency)
        for rate in document["rates"]
        if rate.get("tiers", {}).get("currency") == currency
        for step in rate["tiers"]["steps"]
    ]
    conditions = document.get("uplines", {}).get("conditions", [])
    named = [condition["own_sales"] for condition in conditions if "own_sales" in condition]
    named += document.get("caps", [])
    return {int(mark) for mark in steps} | {
        int(minor(entry["amount"], currency)) for entry in named if entry["currency"] == currency
    }


def some_earlier(random: Random, lines: list[Line], people: list[Person | None]) -> list[dict[str, Any]]:
    """Mostly nothing; else shares of all lines but the last, and of one that is gone."""
    if len(lines) < 2 or random.random() < 0.75:
        return []
    known = [*(line["id"] for line in lines[: random.randint(1, len(lines) - 1)]), "l-gone"]
    return [
        {
            "line_id": line_id,
            "level": level,
            "distributor_id": person["id"],
            "claimed": random.choice((0, random.randint(0, 50), random.randint(0, 20_000))),
        }
        for line_id in known
        for level, person in enumerate(people, 1)
        if person is not None and random.random() < 0.9
    ]
