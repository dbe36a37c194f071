"""Simulations in few words, and what is recorded to hold them against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from distribution.db import transaction
from distribution.simulation.advance import advance
from distribution.simulation.read import people_of, simulation
from distribution.simulation.result import Result
from distribution.simulation.start import start
from tests.factories import ACTOR

# Adjusting lines belong to nobody's level.
_RECORDED = text("""
SELECT line.currency, share.level, line.distributor_id, sum(line.amount_minor)::bigint
FROM distribution.commission_lines AS line
JOIN distribution.shares AS share ON share.order_id = line.order_id AND share.number = line.share_number
GROUP BY 1, 2, 3
UNION ALL
SELECT currency, 0, distributor_id, sum(amount_minor)::bigint FROM distribution.period_adjustments GROUP BY 1, 3
""")
AMOUNTS = ("amount_minor", "potential_minor", "recorded_minor")
Sums = dict[tuple[str, str], int]
"""By currency and level, or currency and person; 0 is left out."""


def simulate(engine: Engine, document: Mapping[str, Any], *, now: datetime, **options: Any) -> Result:
    """The result of a simulation, carried out at once."""
    simulation_id = begin(engine, document, now=now, **options)
    carry_out(engine, simulation_id, now=now)
    return result(engine, simulation_id)


def begin(engine: Engine, document: Mapping[str, Any], *, now: datetime, **options: Any) -> Any:
    """A simulation that is still to be carried out."""
    with transaction(engine) as session:
        return start(session, document, actor=ACTOR, now=now, **options).id


def carry_out(engine: Engine, simulation_id: Any, *, now: datetime, **options: Any) -> None:
    """Carry it out in small steps."""
    steps = {"page_orders": 3, "checkpoint_orders": 5} | options
    done = advance(engine, simulation_id, clock=lambda: now + timedelta(seconds=1), **steps)
    assert done.status == "done", done.error


def result(engine: Engine, simulation_id: Any) -> Result:
    """What it came to, after a look at whether its parts add up."""
    with transaction(engine) as session:
        found = simulation(session, simulation_id).result
        people = list(people_of(session, simulation_id))
    assert found is not None
    for each in found["currencies"]:
        rows = [row for row in people if row.currency == each["currency"]]
        assert len(rows) == each["distributors"]
        total, adjusted = each["total"], each["adjusted"]
        for name in AMOUNTS:
            levels = sum(level[name] for level in each["levels"])
            assert total[name] == levels + adjusted[name] == sum(month[name] for month in each["months"])
            assert total[name] == sum(getattr(row, name) for row in rows)
        for name in AMOUNTS[:2]:
            rest = each["other_products"] or {name: 0}
            found_by_orders = total[name] - adjusted[name]
            assert found_by_orders == sum(grade[name] for grade in each["grades"])
            assert found_by_orders == sum(product[name] for product in each["products"]) + rest[name]
        assert each["orders"] == sum(month["orders"] for month in each["months"])
        assert each["sales_minor"] == sum(month["sales_minor"] for month in each["months"])
    return found


def by_level(found: Result, name: str = "amount_minor") -> Sums:
    """Amounts by currency and level."""
    return {
        (each["currency"], str(level["level"])): level[name]
        for each in found["currencies"]
        for level in each["levels"]
        if level[name]
    }


def by_person(engine: Engine, simulation_id: Any, name: str = "amount_minor") -> Sums:
    """Amounts by currency and person."""
    with transaction(engine) as session:
        rows = list(people_of(session, simulation_id))
    return {(row.currency, str(row.distributor_id)): getattr(row, name) for row in rows if getattr(row, name)}


def recorded(engine: Engine) -> tuple[Sums, Sums]:
    """All that is recorded, by currency and level, and by currency and person."""
    levels: Sums = defaultdict(int)
    people: Sums = defaultdict(int)
    with transaction(engine) as session:
        for currency, level, who, amount_minor in session.execute(_RECORDED):
            if level:
                levels[(currency, str(level))] += amount_minor
            people[(currency, str(who))] += amount_minor
    return _some(levels), _some(people)


def assert_nothing_changes(engine: Engine, document: Mapping[str, Any], *, now: datetime) -> Result:
    """Under the plan that was in force all the time, everybody has at every level what is recorded for them."""
    simulation_id = begin(engine, document, now=now)
    carry_out(engine, simulation_id, now=now)
    found = result(engine, simulation_id)
    levels, people = recorded(engine)
    assert by_level(found) == by_level(found, "recorded_minor") == levels
    assert by_person(engine, simulation_id) == by_person(engine, simulation_id, "recorded_minor") == people
    assert not any(each["gains"] or each["losses"] for each in found["currencies"])
    return found


def _some(sums: Sums) -> Sums:
    return {key: amount for key, amount in sums.items() if amount}
