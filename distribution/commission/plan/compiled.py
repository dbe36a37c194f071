"""A plan made ready once per version, so that freezing an order's terms searches for nothing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from distribution.commission.plan.built_in import LEVELS
from distribution.commission.plan.document import WHOLE_BPS
from distribution.commission.plan.index import Index, Profile, Sale
from distribution.commission.plan.rules import PERIODS, Campaign, Cap, Plan, Value
from distribution.commission.plan.selector import Selector, Who
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


class Remembered(NamedTuple):
    """What `rating` found out about a plan: orders alike, lines alike in each window, by what they are and by their
    path, numbers of orders and people, and what the same rules on all levels come to."""

    contexts: dict[object, Any]
    kinds: dict[int, dict[object, Any]]
    paths: dict[object, Any]
    numbers: dict[object, int]
    chosen: dict[object, Any]


class CompiledPlan:
    """A plan with its rules indexed by what and whom they are for."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.needs = _needs(plan)
        self.named = frozenset(UUID(who).int for who in _named(plan, "distributor"))
        """Distributors that a rule names; to all others only grade and groups matter."""
        self.grades, self.groups = frozenset(_named(plan, "grade")), frozenset(_named(plan, "group"))
        self.plain_uplines = not plan.compress and not plan.conditions
        """Whether being active is all that it takes to earn above the seller."""
        self.channels = frozenset(
            channel for selector in _selectors(plan) for channel in selector.channels or ()
        )
        self.asks_who = bool(self.named or self.grades or self.groups)
        self.rates = [Index(rate for rate in plan.rates if rate.level == level) for level in _LEVELS]
        self.caps = _in_order(plan.caps)
        self.has_caps = bool(plan.caps)
        self.net, self.excludes_gift_cards = plan.base == "net", plan.gift_cards == "exclude"
        self.settles_lines = (
            not plan.caps
            and plan.discounts == "after"
            and plan.shipping == "exclude"
            and plan.margin_least_bps is None
        )
        """Whether nothing beside a line has a say in what its rates come to."""
        self._starts = sorted(
            {moment for campaign in plan.campaigns for moment in (campaign.from_at, campaign.to_at)}
        )
        self._windows = self._first_alike()
        self._whats = self._named_alike()
        self.has_campaigns = bool(plan.campaigns)
        self._held: dict[int, list[Index[Campaign]]] = {}
        self._order_sizes = sorted(
            {
                selector.order_from_minor
                for selector in _selectors(plan)
                if selector.order_from_minor is not None
            }
        )
        self.remembered = Remembered({}, {}, {}, {}, {})

    def window(self, placed_at: datetime) -> int:
        """Between which beginnings and ends of campaigns a moment lies."""
        place = bisect_right(self._starts, placed_at)
        return self._windows[place]

    def path(self, line: OrderLine) -> object:
        """What rules can tell of a line but its stage: lines with the same path are matched by the same rules."""
        whats = self._whats
        collections = {whats.get(("collection", collection)) for collection in line.collection_ids}
        categories = (whats.get(("category", category)) for category in line.category_ids)
        return (
            whats.get(("variant", line.variant_id)),
            whats.get(("product", line.product_id)),
            frozenset(collections - {None}),
            tuple(category for category in categories if category is not None),
        )

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

    def bearing(self, level: int, line: OrderLine, stage: str | None, window: int) -> tuple[bool, bool]:
        """Whether who earns, and whether the order, has a say in what pays a level of such a line."""
        rates = self.rates[level - 1].bearing(line, stage, on_all=False)
        campaigns = self._campaigns(window)[level - 1].bearing(line, stage, on_all=True)
        return rates[0] or campaigns[0], rates[1] or campaigns[1]

    def _campaigns(self, window: int) -> list[Index[Campaign]]:
        """By level, the campaigns that hold in a window."""
        if window not in self._held:
            held = self._holding(window)
            self._held[window] = [Index(each for each in held if level in each.levels) for level in _LEVELS]
        return self._held[window]

    def _holding(self, window: int) -> list[Campaign]:
        if not window:
            return []
        begins = self._starts[window - 1]
        return [each for each in self.plan.campaigns if each.from_at <= begins < each.to_at]

    def _first_alike(self) -> list[int]:
        """For each window the first one in which the same campaigns hold."""
        first: dict[tuple[int, ...], int] = {}
        return [
            first.setdefault(tuple(each.index for each in self._holding(window)), window)
            for window in range(len(self._starts) + 1)
        ]

    def _named_alike(self) -> dict[tuple[str | None, str | None], int]:
        """A number for everything that rules are for; what the same rules name has the same."""
        naming: dict[tuple[str | None, str | None], list[int]] = {}
        for number, selector in enumerate(_selectors(self.plan)):
            for what in selector.what_ids:
                naming.setdefault((selector.what, what), []).append(number)
        numbers: dict[tuple[int, ...], int] = {}
        return {what: numbers.setdefault(tuple(rules), len(numbers)) for what, rules in naming.items()}


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


def _named(plan: Plan, who: Who) -> Iterable[str]:
    return (name for selector in _selectors(plan) if selector.who == who for name in selector.who_ids)


def _needs(plan: Plan) -> Needs:
    selectors = list(_selectors(plan))
    tiers = [rate.value.tiers for rate in plan.rates if rate.value.tiers is not None]
    conditions = plan.conditions.values()
    return Needs(
        grade=any(each.who == "grade" for each in selectors)
        or any(condition.grades is not None for condition in conditions)
        or bool(plan.hold_days_by_grade),
        groups=any(each.who == "group" for each in selectors),
        credited=plan.limit_months is not None or plan.limit_orders is not None,
        stages=any(each.stage is not None for each in selectors),
        goods=any(each.order_from_minor is not None for each in selectors),
        repeat=any(each.customer is not None for each in selectors),
        sales=frozenset(each.counter for each in tiers)
        | {f"own/{condition.period}" for condition in conditions if condition.period is not None},
        earned=frozenset(cap.period for cap in plan.caps if cap.period is not None),
    )
