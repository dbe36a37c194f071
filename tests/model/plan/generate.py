"""Random valid plans, with every feature of the rule book, and cases to try them on.

case = a_case(Random(7))            # a plan, an order, facts, people, what was frozen earlier
cases = some_cases(Random(7), 100)  # several orders for each plan
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from hypothesis import strategies

from tests.model.plan import world
from tests.model.plan.generate_orders import Case, an_order_of
from tests.model.plan.order import Document
from tests.model.plan.selectors import Entry
from tests.model.plan.ties import without_ties

WHAT = {
    "variant": [variant for variants in world.VARIANTS.values() for variant in variants],
    "product": world.PRODUCTS,
    "collection": world.COLLECTIONS,
    "category": world.CATEGORIES,
}
WHO = {"distributor": world.PEOPLE, "group": world.GROUPS, "grade": world.GRADES}


def some_cases(random: Random, count: int, *, orders: int = 5) -> Iterator[Case]:
    """This many cases, a new plan after every few orders."""
    for number in range(count):
        if number % orders == 0:
            document, case = a_document(random), None
        case = an_order_of(random, document, case)
        yield case


def a_case(random: Random) -> Case:
    """One plan and one order."""
    return an_order_of(random, a_document(random))


def cases() -> strategies.SearchStrategy[Case]:
    """The same for Hypothesis, which then finds the seed."""
    return strategies.integers(0, 2**64).map(lambda seed: a_case(Random(seed)))


def a_document(random: Random) -> Document:
    """A plan that may be published: mostly small, now and then of sixty rates."""
    currency = random.choice(world.CURRENCIES)
    rates = 60 if random.random() < 0.03 else random.randint(1, 12)
    document: Document = {
        "name": random.choice(["Autumn", "Plan 1", "春", "x"]),
        "ceiling_bps": random.choice([0, 999, 2500, 3000, 5000, 7500, 10_000, 10_000, 10_000]),
        "hold_days": random.choice([0, 14, 3650]),
        **random.choice([{}, {"received_after_days": 15}]),
        "rates": [a_rate(random, currency) for _ in range(rates)],
    }
    for field, values in {
        "base": ["net", "gross"],
        "discounts": ["after", "before"],
        "shipping": ["exclude", "include"],
        "gift_cards": ["exclude", "pay"],
        "self_purchase": ["pay", "skip", "sponsor"],
    }.items():
        if random.random() < 0.5:
            document[field] = random.choice(values)
    if random.random() < 0.3:
        grades = random.sample(world.GRADES, random.randint(1, len(world.GRADES)))
        document["hold_days_by_grade"] = {grade: random.choice([0, 7, 30]) for grade in grades}
    if random.random() < 0.25:
        document["margin"] = {"least_bps": world.bps(random)}
    if random.random() < 0.5:
        document["campaigns"] = [a_campaign(random, currency) for _ in range(random.randint(0, 5))]
    if random.random() < 0.5:
        document["caps"] = some_caps(random, currency)
    if random.random() < 0.4:
        document["uplines"] = some_uplines(random, currency)
    if random.random() < 0.25:
        document["customer_limit"] = a_customer_limit(random)
    return without_ties(document)


def a_rate(random: Random, currency: str) -> Entry:
    """A percentage, a fixed amount or tiers, for whatever."""
    rate: Entry = {"level": random.choice([1, 1, 2, 3])} | selectors(random, currency)
    kind = random.random()
    if kind < 0.6:
        rate["bps"] = world.bps(random)
    elif kind < 0.8:
        rate |= a_fixed_amount(random, currency)
    else:
        rate["tiers"] = some_tiers(random, mostly(random, currency))
    return rate


def a_campaign(random: Random, currency: str) -> Entry:
    """A multiplier, or an override of the rate, for some time."""
    begin, end = sorted(random.sample(range(len(world.INSTANTS)), 2))
    if random.random() < 0.6:
        begin, end = 0, len(world.INSTANTS) - 1
    if {begin, end} == {4, 5}:
        # Two ways to write the same instant: such a campaign would hold for no time at all.
        begin, end = 4, 6
    campaign: Entry = {
        "name": random.choice(["Double week", "双十一", "Sale"]),
        "from": world.INSTANTS[begin],
        "to": world.INSTANTS[end],
    }
    campaign |= selectors(random, currency)
    if random.random() < 0.5:
        campaign["levels"] = sorted(random.sample([1, 2, 3], random.randint(1, 3)))
    if random.random() < 0.7:
        campaign["stacks"] = random.random() < 0.7
    kind = random.random()
    if kind < 0.6:
        campaign["multiplier_bps"] = random.choice(
            [0, 5000, 15_000, 20_000, 100_000, random.randint(0, 100_000)]
        )
    elif kind < 0.85:
        campaign["bps"] = world.bps(random)
    else:
        campaign |= a_fixed_amount(random, currency)
    return campaign


def selectors(random: Random, currency: str) -> Entry:
    """Few or many of them, some as lists."""
    chosen: Entry = {}
    if random.random() < 0.5:
        what = random.choice(list(WHAT))
        chosen[what] = one_or_more(random, WHAT[what])
    if random.random() < 0.3:
        who = random.choice(list(WHO))
        chosen[who] = one_or_more(random, WHO[who])
    if random.random() < 0.2:
        chosen["channel"] = one_or_more(random, world.CHANNELS)
    if random.random() < 0.15:
        chosen["stage"] = random.choice(world.STAGES)
    if random.random() < 0.15:
        least = mostly(random, currency)
        chosen["order_from"] = {"amount": world.amount(random, least), "currency": least}
    if random.random() < 0.15:
        chosen["customer"] = random.choice(["first", "repeat"])
    if random.random() < 0.2:
        chosen["priority"] = random.choice([0, 1, 2, 1000])
    return chosen


def one_or_more(random: Random, values: list[str]) -> str | list[str]:
    """A text, or a list of different ones."""
    if random.random() < 0.6:
        return random.choice(values)
    return random.sample(values, random.randint(1, min(3, len(values))))


def a_fixed_amount(random: Random, currency: str) -> Entry:
    """For each unit, sometimes in a currency that no order here has."""
    currency = mostly(random, currency)
    return {"fixed": world.amount(random, currency), "currency": currency}


def some_tiers(random: Random, currency: str) -> dict[str, Any]:
    """One to five steps."""
    begins = sorted(random.sample(range(1, random.choice([10, 1000, 200_000])), random.randint(0, 4)))
    return {
        "by": random.choice(["own", "team"]),
        "period": random.choice(world.PERIODS),
        "mode": random.choice(["marginal", "marginal", "whole"]),
        "currency": currency,
        "steps": [
            {"from": world.decimal(begin, currency), "bps": world.bps(random)} for begin in (0, *begins)
        ],
    }


def some_caps(random: Random, currency: str) -> list[dict[str, Any]]:
    """At most one of a kind, period and currency."""
    kinds: list[dict[str, str]] = [
        {"per": "line"},
        {"per": "order"},
        *({"per": "distributor", "period": period} for period in world.PERIODS),
    ]
    chosen: dict[str, dict[str, Any]] = {}
    for _ in range(random.randint(0, 5)):
        currency = mostly(random, currency)
        cap = {
            **random.choice(kinds),
            "amount": world.amount(random, currency, least=1),
            "currency": currency,
        }
        chosen[f"{cap['per']} {cap.get('period')} {currency}"] = cap
    return list(chosen.values())


def some_uplines(random: Random, currency: str) -> dict[str, Any]:
    """Keep or compress, with conditions for both levels, one or none."""
    uplines: dict[str, Any] = {}
    if random.random() < 0.8:
        uplines["unqualified"] = random.choice(["keep", "compress"])
    if random.random() < 0.7:
        uplines["conditions"] = []
        for level in random.sample([2, 3], random.randint(1, 2)):
            condition: dict[str, Any] = {"level": level}
            if random.random() < 0.6:
                condition["grades"] = random.sample(world.GRADES, random.randint(1, 2))
            if random.random() < 0.4 or "grades" not in condition:
                least = mostly(random, currency)
                condition["own_sales"] = {
                    "amount": world.amount(random, least, least=1),
                    "currency": least,
                    "period": random.choice(world.PERIODS),
                }
            uplines["conditions"].append(condition)
    return uplines


def a_customer_limit(random: Random) -> dict[str, int]:
    """Months, orders or both."""
    limit = {}
    if random.random() < 0.7:
        limit["months"] = random.choice([1, 2, 12, 1200])
    if random.random() < 0.5 or not limit:
        limit["orders"] = random.choice([1, 2, 5, 100_000])
    return limit


def mostly(random: Random, currency: str) -> str:
    """The plan's usual currency, now and then another."""
    return currency if random.random() < 0.9 else random.choice(world.CURRENCIES)
