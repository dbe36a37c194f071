"""A plan of 500 rates for the shop of the benchmarks: some of every kind there is, most of them for products."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from benchmarks.shop import BEGIN, CATEGORIES, COLLECTIONS, GRADES, GROUPS, PRODUCTS

RATES = 500


def document(distributors: Sequence[UUID]) -> dict[str, Any]:
    """The plan; a few of `distributors` have deals of their own."""
    rates = [*_special(), *_deals(distributors)]
    rates += _products(RATES - len(rates))
    begin, end = BEGIN + timedelta(days=60), BEGIN + timedelta(days=70)
    return {
        "name": "Everything",
        "ceiling_bps": 2_500,
        "hold_days": 14,
        "rates": rates,
        "campaigns": [
            {
                "name": "Double week",
                "from": begin.isoformat(),
                "to": end.isoformat(),
                "multiplier_bps": 20_000,
                "levels": [1],
                "category": "c-3",
            }
        ],
    }


def _special() -> Iterator[dict[str, Any]]:
    levels = ((1, 1_000), (2, 500), (3, 200))
    for level, bps in levels:
        yield {"level": level, "bps": bps}
        yield {"level": level, "bps": bps + 50, "channel": "wholesale"}
        for number, (top, subs) in enumerate(CATEGORIES.items()):
            yield {"level": level, "bps": bps - 10 * number, "category": top}
            for place, sub in enumerate(subs[:3]):
                yield {"level": level, "bps": bps + 10 * place, "category": sub}
        for number, collection in enumerate(COLLECTIONS):
            yield {"level": level, "bps": bps + 100, "collection": collection, "priority": number}
        for number, grade in enumerate(GRADES):
            yield {"level": level, "bps": bps + 100 * number, "grade": grade}
            yield {"level": level, "bps": bps + 150 * number, "grade": grade, "category": ["c-1", "c-2"]}
        for number, group in enumerate(GROUPS[:2]):
            yield {"level": level, "bps": bps + 30 * number, "group": group, "priority": number}
        yield {"level": level, "bps": bps + 20, "stage": "new"}
        yield {"level": level, "bps": bps + 40, "customer": "first"}
        yield {"level": level, "bps": bps + 60, "order_from": {"amount": "300.00", "currency": "USD"}}
    steps = [
        {"from": "0.00", "bps": 1_000},
        {"from": "5000.00", "bps": 1_200},
        {"from": "20000.00", "bps": 1_400},
    ]
    tiers = {"by": "own", "period": "month", "mode": "marginal", "currency": "USD", "steps": steps}
    yield {"level": 1, "tiers": tiers, "group": "ambassadors", "priority": 5}


def _deals(distributors: Sequence[UUID]) -> Iterator[dict[str, Any]]:
    for number, who in enumerate(distributors[::8]):
        yield {"level": 1, "bps": 1_100 + number, "distributor": str(who)}
        yield {"level": 1, "bps": 900 + number, "distributor": str(who), "category": "c-4"}


def _products(count: int) -> list[dict[str, Any]]:
    """Each for a few products of its own; one in twenty pays an amount a unit, one in twenty is for a variant."""
    rates: list[dict[str, Any]] = []
    for number in range(count):
        products = [f"p-{product}" for product in range(number, PRODUCTS // 2, count)]
        rate: dict[str, Any] = {"level": number % 3 + 1, "product": products}
        if number % 20 == 0:
            rate |= {"fixed": "1.50", "currency": "USD"}
        else:
            rate["bps"] = (1_200, 600, 250)[number % 3] + number % 40
        if number % 20 == 1:
            del rate["product"]
            rate["variant"] = [f"v-{product[2:]}-a" for product in products]
        rates.append(rate)
    return rates
