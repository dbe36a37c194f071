"""What a period is worth to a distributor: the sum over its orders, and what the caps leave of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from distribution.commission.periods.deciding import Deciding
from distribution.commission.periods.span import Span, span_of
from distribution.commission.periods.worth import Step, Worth
from distribution.commission.plan.rules import Period

Parts = dict[tuple[int, date], int]
"""Amounts by plan version and by the first day of the month, quarter or year."""


@dataclass(slots=True)
class Sum:
    """What the orders of a period come to for one distributor in one currency."""

    orders: int = 0
    recorded_minor: int = 0
    matures_at: datetime | None = None
    parts: Parts = field(default_factory=lambda: defaultdict(int))
    steps: dict[tuple[int, int], list[Step]] = field(default_factory=dict)

    def add(self, found: Worth, plan_number: int, month: date) -> None:
        """A share with what it is worth now."""
        self.parts[(plan_number, month)] += found.amount_minor
        self.matures_at = max(self.matures_at or found.matures_at, found.matures_at)
        if found.step is not None:
            steps = self.steps.setdefault(found.step[:2], [])
            if found.step not in steps:
                steps.append(found.step)


@dataclass(frozen=True, slots=True)
class Due:
    """What a period is worth in the end, and the caps that had a say."""

    amount_minor: int
    caps: list[dict[str, Any]]


def due(found: Sum, deciding: Deciding, span: Span, currency: str) -> Due:
    """Apply the caps of months, then of quarters, then of years, each to what the shorter ones left.

    Under several versions of a plan the later ones' cap is for what the earlier ones leave of it, as it is when an
    order is frozen: a version holds from some order of the period on.
    """
    parts: Mapping[tuple[int, date], int] = found.parts
    caps: list[dict[str, Any]] = []
    for period in span.decided:
        summed: Parts = defaultdict(int)
        for (plan_number, first), amount_minor in parts.items():
            summed[(plan_number, span_of(first, period).first)] += amount_minor
        parts = _capped(summed, deciding, period, currency, caps if period == span.period else [])
    return Due(sum(parts.values()), caps)


def _capped(
    summed: Parts, deciding: Deciding, period: Period, currency: str, caps: list[dict[str, Any]]
) -> Parts:
    taken: dict[date, int] = defaultdict(int)
    left: Parts = {}
    for (plan_number, first), amount_minor in sorted(summed.items()):
        cap_minor = deciding.cap_minor(plan_number, period, currency)
        worth_minor = amount_minor
        if cap_minor is not None:
            worth_minor = min(amount_minor, max(0, cap_minor - taken[first]))
            caps.append({"plan": plan_number, "amount": cap_minor, "sum": amount_minor, "worth": worth_minor})
        taken[first] += worth_minor
        left[(plan_number, first)] = worth_minor
    return left


def basis(found: Sum, decided: Due) -> dict[str, Any]:
    """What an adjusting line follows from, enough to explain it: how many orders, tiers with the sales and steps, caps.

    `before` are the basis points that the orders found.
    """
    tiers = [
        {
            "plan": step.plan_number,
            "rate": step.rate,
            "by": step.tiers.by,
            "sales": step.sales_minor,
            "from": max(start for start, bps in step.tiers.steps if start <= max(0, step.sales_minor)),
            "bps": step.bps,
            "before": sorted({each.before_bps for each in steps}),
        }
        for _, steps in sorted(found.steps.items())
        for step in steps[-1:]
    ]
    plans = sorted({plan_number for plan_number, _ in found.parts})
    parts = {"orders": found.orders, "plans": plans, "tiers": tiers, "caps": decided.caps}
    return {name: value for name, value in parts.items() if value}
