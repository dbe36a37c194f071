"""A checked plan as values: what `parse` makes of a document."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from distribution.commission.plan.selector import Selector

Period = Literal["month", "quarter", "year"]
PERIODS: tuple[Period, ...] = ("month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Tiers:
    """A rate that follows from sales: `steps` are (from_minor, bps), rising, the first from 0."""

    by: Literal["own", "team"]
    period: Period
    mode: Literal["marginal", "whole"]
    currency: str
    steps: tuple[tuple[int, int], ...]

    @property
    def counter(self) -> str:
        """The name under which facts hold the sales that decide."""
        return f"{self.by}/{self.period}"


@dataclass(frozen=True, slots=True)
class Value:
    """What a rate or an override pays: basis points, an amount for each unit, or tiers; exactly one is given."""

    bps: int | None = None
    fixed_minor: int | None = None
    currency: str | None = None
    tiers: Tiers | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """What one level earns; `index` is its place in the document."""

    index: int
    level: int
    selector: Selector
    value: Value


@dataclass(frozen=True, slots=True)
class Campaign:
    """A dated change of rates: a multiplier, or a value in their place."""

    index: int
    name: str
    from_at: datetime
    to_at: datetime
    levels: frozenset[int]
    selector: Selector
    stacks: bool
    multiplier_bps: int | None
    override: Value | None


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that a line, an order, or a distributor in a period may come to, in one currency."""

    index: int
    per: Literal["line", "order", "distributor"]
    amount_minor: int
    currency: str
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """What somebody above the seller must have reached to earn at a level."""

    level: int
    grades: frozenset[str] | None
    own_sales_minor: int | None
    currency: str | None
    period: Period | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked plan; `number` is that of its version, 0 for the built-in one."""

    number: int
    name: str
    base: Literal["net", "gross"]
    ceiling_bps: int
    hold_days: int
    rates: tuple[Rate, ...]
    discounts: Literal["after", "before"] = "after"
    shipping: Literal["exclude", "include"] = "exclude"
    gift_cards: Literal["exclude", "pay"] = "exclude"
    self_purchase: Literal["pay", "skip", "sponsor"] | None = None
    margin_least_bps: int | None = None
    campaigns: tuple[Campaign, ...] = ()
    caps: tuple[Cap, ...] = ()
    compress: bool = False
    conditions: dict[int, Condition] = field(default_factory=dict)
    limit_months: int | None = None
    limit_orders: int | None = None
    hold_days_by_grade: dict[str, int] = field(default_factory=dict)
    received_after_days: int | None = None
