"""Makes the result of a replay: what its periods change, then every list in the order in which it is shown."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from distribution.commission.periods.span import Span
from distribution.simulation.periods import last_month
from distribution.simulation.prepare import Run
from distribution.simulation.result import (
    CUT_KINDS,
    PEOPLE_SHOWN,
    PRODUCTS_SHOWN,
    Compared,
    Cost,
    CurrencyResult,
    Margin,
    PersonCost,
    ProductCost,
    Result,
)
from distribution.simulation.tables import DONE, RUNNING, SimulatedDistributor, Simulation
from distribution.simulation.tally import Tally

_ADJUSTED = text("""
SELECT currency, period, period_start, distributor_id::text, sum(amount_minor)::bigint AS amount_minor
FROM distribution.period_adjustments
WHERE period_start < :to_day GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
""")


def finish(session: Session, run: Run, *, now: datetime) -> None:
    """Write what the simulation came to, unless it was called off meanwhile."""
    adjusted = {currency: _adjust(run, currency, tally) for currency, tally in run.replay.tallies.items()}
    _recorded(session, run, adjusted)
    currencies = [
        _currency(currency, run.replay.tallies[currency], adjusted[currency]) for currency in sorted(adjusted)
    ]
    currencies.sort(key=lambda each: (-each["orders"], each["currency"]))
    result: Result = {"orders": run.done, "currencies": currencies}
    values = {
        "status": DONE,
        "result": result,
        "state": None,
        "orders_done": run.done,
        "orders_total": run.done,
        "heartbeat_at": now,
        "finished_at": now,
    }
    open_one = update(Simulation).where(Simulation.id == run.simulation_id, Simulation.status == RUNNING)
    if session.execute(open_one.values(**values).returning(Simulation.id)).first() is None:
        return
    rows = [
        {
            "simulation_id": run.simulation_id,
            "currency": currency,
            "distributor_id": UUID(who),
            "orders": orders,
            "amount_minor": amount_minor,
            "potential_minor": potential_minor,
            "recorded_minor": recorded_minor,
        }
        for currency, tally in run.replay.tallies.items()
        for who, (orders, amount_minor, potential_minor, recorded_minor) in tally.people.items()
    ]
    if rows:
        session.execute(insert(SimulatedDistributor), rows)


def _adjust(run: Run, currency: str, tally: Tally) -> Compared:
    """Count what the periods change; returns the sum."""
    changes = run.replay.periods.changes(run.calendar, currency, tally)
    for change in changes:
        tally.adjusted(
            change.month,
            change.distributor,
            amount_minor=change.amount_minor,
            potential_minor=change.potential_minor,
        )
    return {
        "amount_minor": sum(change.amount_minor for change in changes),
        "potential_minor": sum(change.potential_minor for change in changes),
        "recorded_minor": 0,
    }


def _recorded(session: Session, run: Run, adjusted: dict[str, Compared]) -> None:
    """Count the adjusting lines that are recorded of periods all of which was replayed."""
    for row in session.execute(_ADJUSTED, {"to_day": run.to_at.date()}):
        span = Span(row.period, row.period_start)
        if row.currency in adjusted and run.calendar.whole(row.period_start, row.period) == span:
            adjusted[row.currency]["recorded_minor"] += row.amount_minor
            tally = run.replay.tallies[row.currency]
            tally.adjusted(last_month(span), row.distributor_id, recorded_minor=row.amount_minor)


def _currency(currency: str, tally: Tally, adjusted: Compared) -> CurrencyResult:
    amount_minor, potential_minor, recorded_minor = (
        sum(row[place] for row in tally.levels.values()) for place in range(3)
    )
    people = [_person(who, row) for who, row in sorted(tally.people.items())]
    products: list[ProductCost] = [
        {"product_id": key or None, "name": tally.names[key], **_cost(row)}
        for key, row in sorted(tally.products.items(), key=lambda item: (-item[1][0], -item[1][1], item[0]))
        if any(row)
    ]
    total: Compared = {
        "amount_minor": amount_minor + adjusted["amount_minor"],
        "potential_minor": potential_minor + adjusted["potential_minor"],
        "recorded_minor": recorded_minor + adjusted["recorded_minor"],
    }
    whole_minor = tally.paid_potential_minor + adjusted["potential_minor"]
    sales_minor = tally.attributed_sales_minor
    return {
        "currency": currency,
        "orders": tally.orders,
        "attributed_orders": tally.attributed_orders,
        "sales_minor": tally.sales_minor,
        "attributed_sales_minor": sales_minor,
        "total": total,
        "adjusted": adjusted,
        "share_bps": whole_minor * 10_000 // sales_minor if sales_minor > 0 else None,
        "levels": [{"level": int(level), **_compared(row)} for level, row in sorted(tally.levels.items())],
        "grades": [
            {"grade": grade or None, **_cost(row), "distributors": len(tally.graded[grade])}
            for grade, row in sorted(tally.grades.items(), key=lambda item: (-item[1][0], item[0]))
        ],
        "products": products[:PRODUCTS_SHOWN],
        "other_products": _sum(products[PRODUCTS_SHOWN:]),
        "distributors": len(people),
        "gains": _most(people, 1),
        "losses": _most(people, -1),
        "cuts": [{"kind": kind, "orders": tally.cuts[kind]} for kind in CUT_KINDS if kind in tally.cuts],
        "margin": _margin(*tally.margin),
        "months": [
            {"month": month, "orders": row[0], "sales_minor": row[1], **_compared(row[2:])}
            for month, row in sorted(tally.months.items())
        ],
    }


def _person(who: str, row: list[int]) -> PersonCost:
    orders, *amounts = row
    return {
        "distributor_id": who,
        "orders": orders,
        **_compared(amounts),
        "difference_minor": amounts[0] - amounts[2],
    }


def _most(people: list[PersonCost], sign: int) -> list[PersonCost]:
    changed = [each for each in people if each["difference_minor"] * sign > 0]
    return sorted(changed, key=lambda each: each["difference_minor"] * -sign)[:PEOPLE_SHOWN]


def _margin(sales_minor: int, cost_minor: int, commission_minor: int) -> Margin | None:
    if not (sales_minor or cost_minor):
        return None
    left_minor = sales_minor - cost_minor - commission_minor
    return {
        "sales_minor": sales_minor,
        "cost_minor": cost_minor,
        "commission_minor": commission_minor,
        "left_minor": left_minor,
        "left_bps": left_minor * 10_000 // sales_minor if sales_minor > 0 else None,
    }


def _sum(products: list[ProductCost]) -> Cost | None:
    if not products:
        return None
    return {
        "amount_minor": sum(each["amount_minor"] for each in products),
        "potential_minor": sum(each["potential_minor"] for each in products),
    }


def _cost(row: list[int]) -> Cost:
    return {"amount_minor": row[0], "potential_minor": row[1]}


def _compared(row: list[int]) -> Compared:
    return {"amount_minor": row[0], "potential_minor": row[1], "recorded_minor": row[2]}
