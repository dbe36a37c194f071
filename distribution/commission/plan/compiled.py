"""A plan made ready once per version, so that freezing an order's terms searches for nothing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from distribution.commission.plan.built_in import LEVELS
from distribution.commission.plan.document import WHOLE_BPS
from distribution.commission.plan.index import Index, Profile, Sale
from distribution.commission.plan.rules import PERIODS, Campaign, Cap, Plan, Value
from distribution.commission.plan.selector import Selector
from distribution.orders.snapshot import OrderLine


class Choice(NamedTuple):
    """What pays one line at one level: the rate that won and the campaigns that change it."""

    rate: int
    value: Value
    campaigns: tuple[int, ...]
    multiplier: tuple[int, int]
    """All multipliers together, a fraction."""


@dataclass(frozen=True, slots=True)
class Needs:
    """Which facts the plan's rules ask for; what none asks for is neither read nor kept."""

    grade: bool
    groups: bool
    credited: bool
    stages: bool
    goods: bool
    repeat: bool
    sales: frozenset[str]
    earned: frozenset[str]

    @property
    def profiles(self) -> bool:
        return self.grade or self.groups

    @property
    def counters(self) -> bool:
        """Whether it asks for what must be counted while orders are recorded."""
        return bool(self.sales or self.earned)


class CompiledPlan:
    """A plan with its rules indexed by what and whom they are for."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.needs = _needs(plan)
        self.named = frozenset(
            who for selector in _selectors(plan) if selector.who == "distributor" for who in selector.who_ids
        )
        """Distributors that a rule names; to all others only grade and groups matter."""
        self.rates = [Index(rate for rate in plan.rates if rate.level == level) for level in _LEVELS]
        self.caps = _in_order(plan.caps)
        self.has_caps = bool(plan.caps)
        self.plain_base = (
            plan.discounts == "after" and plan.shipping == "exclude" and plan.margin_least_bps is None
        )
        self._starts = sorted(
            {moment for campaign in plan.campaigns for moment in (campaign.from_at, campaign.to_at)}
        )
        self._held: dict[int, list[Index[Campaign]]] = {}
        self._order_sizes = sorted(
            {
                selector.order_from_minor
                for selector in _selectors(plan)
                if selector.order_from_minor is not None
            }
        )
        self.contexts: dict[object, Any] = {}
        """What `rating` found for orders alike."""

    def window(self, placed_at: datetime) -> int:
        """Between which beginnings and ends of campaigns a moment lies."""
        return bisect_right(self._starts, placed_at) if self._starts else 0

    def order_size(self, goods_minor: int) -> int:
        """Between which `order_from` amounts an order lies."""
        return bisect_right(self._order_sizes, goods_minor)

    def choose(
        self, level: int, line: OrderLine, stage: str | None, who: Profile, sale: Sale, window: int
    ) -> Choice | None:
        """What pays `who` at `level` for a line: the most specific rate and the campaigns over it."""
        rate = self.rates[level - 1].best(line, stage, who, sale)
        if rate is None:
            return None
        applied = _applied(list(self._campaigns(window)[level - 1].matching(line, stage, who, sale)))
        value, numerator, denominator = rate.value, 1, 1
        for campaign in reversed(applied):
            value = campaign.override or value
            if campaign.multiplier_bps is not None:
                numerator, denominator = numerator * campaign.multiplier_bps, denominator * WHOLE_BPS
        return Choice(
            rate.index, value, tuple(campaign.index for campaign in applied), (numerator, denominator)
        )

    def _campaigns(self, window: int) -> list[Index[Campaign]]:
        """By level, the campaigns that hold in a window."""
        if window not in self._held:
            held: list[Campaign] = []
            if window:
                begins = self._starts[window - 1]
                held = [each for each in self.plan.campaigns if each.from_at <= begins < each.to_at]
            self._held[window] = [Index(each for each in held if level in each.levels) for level in _LEVELS]
        return self._held[window]


_LEVELS = range(1, LEVELS + 1)


def compile_plan(plan: Plan) -> CompiledPlan:
    """The plan, made ready for `rating.freeze`; compile once per version."""
    return CompiledPlan(plan)


def _applied(matching: list[Campaign]) -> list[Campaign]:
    """Of campaigns, the most specific first, those that apply: it alone, or all that stack like it."""
    if not matching:
        return []
    return [each for each in matching if each.stacks] if matching[0].stacks else matching[:1]


def _in_order(caps: tuple[Cap, ...]) -> tuple[Cap, ...]:
    pers = ("line", "order", "distributor")
    return tuple(
        sorted(caps, key=lambda cap: (pers.index(cap.per), PERIODS.index(cap.period) if cap.period else 0))
    )


def _selectors(plan: Plan) -> Iterable[Selector]:
    yield from (rate.selector for rate in plan.rates)
    yield from (campaign.selector for campaign in plan.campaigns)


def _needs(plan: Plan) -> Needs:
    selectors = list(_selectors(plan))
    tiers = [rate.value.tiers for rate in plan.rates if rate.value.tiers is not None]
    conditions = plan.conditions.values()
    return Needs(
        grade=any(each.who == "grade" for each in selectors)
        or any(condition.grades is not None for condition in conditions),
        groups=any(each.who == "group" for each in selectors),
        credited=plan.limit_months is not None or plan.limit_orders is not None,
        stages=any(each.stage is not None for each in selectors),
        goods=any(each.order_from_minor is not None for each in selectors),
        repeat=any(each.customer is not None for each in selectors),
        sales=frozenset(each.counter for each in tiers)
        | {f"own/{condition.period}" for condition in conditions if condition.period is not None},
        earned=frozenset(cap.period for cap in plan.caps if cap.period is not None),
    )
