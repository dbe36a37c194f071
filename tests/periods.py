"""Sales of a month in few words, and what their periods come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.commission.accrue import accrue
from distribution.commission.periods.close import Closed, close_periods
from distribution.commission.publish import publish
from distribution.db import transaction
from distribution.orders.snapshot import OPEN, OrderLine, OrderSnapshot
from tests.factories import ACTOR, EARLY
from tests.proven import proven

DAY = timedelta(days=1)
HOLD = 14 * DAY


def on(day: int, month: int = 3, hour: int = 12, year: int = 2026) -> datetime:
    """A moment, of 2026 if nothing else is said."""
    return datetime(year, month, day, hour, tzinfo=UTC)


APRIL = on(1, 4, hour=6)
"""When March is over, and its orders of the second half still in their hold."""


def a_plan(*rates: Mapping[str, Any], **facts: Any) -> dict[str, Any]:
    """A plan that pays up to everything."""
    return {"name": "Whole", "ceiling_bps": 10_000, "hold_days": 14, "rates": list(rates), **facts}


def whole(
    *steps: tuple[str, int], level: int = 1, by: str = "own", period: str = "month", **facts: Any
) -> Any:
    """A rate whose step of the period holds for all of it."""
    return {
        "level": level,
        "tiers": {
            "by": by,
            "period": period,
            "mode": "whole",
            "currency": "USD",
            "steps": [{"from": begins, "bps": bps} for begins, bps in steps],
            **facts,
        },
    }


def a_cap(amount: str, period: str = "month", currency: str = "USD") -> dict[str, str]:
    """What a distributor earns in a period at most."""
    return {"per": "distributor", "period": period, "amount": amount, "currency": currency}


def put_in_force(session: Session, plan: dict[str, Any], at: datetime = EARLY) -> None:
    """Publish a plan that holds from then on."""
    publish(session, plan, actor=ACTOR, now=at)


def sale(order_id: str, net_minor: int, placed_at: datetime, **facts: Any) -> OrderSnapshot:
    """An order of one line, paid and shipped the day after unless `facts` say otherwise."""
    shipped = facts.pop("shipped", True)
    at = placed_at + DAY
    values: dict[str, Any] = {
        "currency": "USD",
        "referral_code": "ALICE",
        "status": OPEN,
        "observed_at": at,
        "collected_minor": net_minor,
        "given_back_minor": 0,
    }
    line = OrderLine(
        "line",
        1,
        int(shipped),
        0,
        net_minor,
        net_minor,
        product_id="p-1",
        fulfilled_at=at if shipped else None,
    )
    return OrderSnapshot(
        source="test",
        order_id=order_id,
        number=order_id,
        channel="default",
        placed_at=placed_at,
        total_minor=net_minor,
        lines=(line,),
        **(values | facts),
    )


def record(engine: Engine, *snapshots: OrderSnapshot) -> None:
    """Record orders, each in a transaction of its own and at the moment it was observed."""
    for snapshot in snapshots:
        with transaction(engine) as session:
            accrue(session, [snapshot], now=snapshot.observed_at)


@dataclass(frozen=True)
class Adjustment:
    """A line as a test compares it."""

    who: UUID
    currency: str
    period: str
    first: date
    amount_minor: int
    matures_at: datetime


def adjustments(engine: Engine) -> list[Adjustment]:
    """All adjusting lines in the order they were written."""
    with transaction(engine) as session:
        return [
            Adjustment(*row)
            for row in session.execute(
                text(
                    "SELECT distributor_id, currency, period, period_start, amount_minor, matures_at "
                    "FROM distribution.period_adjustments ORDER BY number"
                )
            )
        ]


def amounts(engine: Engine) -> list[tuple[str, int]]:
    """Which period each line is of, and its amount."""
    return [(f"{each.period} {each.first}", each.amount_minor) for each in adjustments(engine)]


def closed(engine: Engine, now: datetime = APRIL) -> Closed:
    """Close what is over, and once more, which changes nothing; whatever was wrong before and after is proven."""
    proven(engine)
    first = close_periods(engine, now=now)
    again = close_periods(engine, now=now)
    assert (again.distributors, again.lines) == (0, 0)
    proven(engine)
    return first
