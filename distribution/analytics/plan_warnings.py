"""What is allowed in a plan and seldom meant: said before it is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from distribution.commission.plan.document import WHOLE_BPS
from distribution.commission.plan.rules import Plan, Rate, Value
from distribution.commission.plan.selector import Selector

MUCH_BPS = 3_000
_LEVELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Warned:
    """One thing to look at: `path` is its place in the document, `facts` are what the words need."""

    code: str
    path: str
    level: int = 0
    bps: int = 0
    other: str = ""


def warnings_of(plan: Plan, *, now: datetime) -> list[Warned]:
    """Everything worth a second look, in the order of the document; none of it keeps a plan from being published."""
    return [*_levels(plan), *_ceiling(plan), *_never_winning(plan), *_campaigns(plan, now), *_hold(plan)]


def _levels(plan: Plan) -> Iterator[Warned]:
    for level in _LEVELS:
        rates = [rate for rate in plan.rates if rate.level == level]
        if not rates:
            yield Warned("level_without_rate", "rates", level=level)
        elif not any(_is_general(rate) for rate in rates):
            yield Warned("level_without_general_rate", f"rates[{rates[0].index}].level", level=level)


def _ceiling(plan: Plan) -> Iterator[Warned]:
    if plan.ceiling_bps > MUCH_BPS:
        yield Warned("pays_much", "ceiling_bps", bps=plan.ceiling_bps)
    everyday = sum(_highest(rate.value) for rate in plan.rates if _is_general(rate))
    if everyday > plan.ceiling_bps:
        yield Warned("ceiling_always_reached", "ceiling_bps", bps=everyday)
        return
    most = _most_bps(plan)
    if most is not None and most < plan.ceiling_bps:
        yield Warned("ceiling_never_reached", "ceiling_bps", bps=int(most))


def _most_bps(plan: Plan) -> Fraction | None:
    """The most that percentages can add up to; None where an amount for each unit could come to anything."""
    values = [rate.value for rate in plan.rates] + [
        campaign.override for campaign in plan.campaigns if campaign.override is not None
    ]
    if any(value.fixed_minor is not None for value in values):
        return None
    total = Fraction(0)
    for level in _LEVELS:
        rates = [_highest(rate.value) for rate in plan.rates if rate.level == level]
        if not rates:
            continue
        campaigns = [each for each in plan.campaigns if level in each.levels]
        overrides = [_highest(each.override) for each in campaigns if each.override is not None]
        highest = Fraction(max(rates + overrides))
        together, alone = Fraction(1), Fraction(1)
        for each in campaigns:
            if each.multiplier_bps is not None:
                factor = Fraction(each.multiplier_bps, WHOLE_BPS)
                together *= max(factor, Fraction(1)) if each.stacks else 1
                alone = max(alone, factor)
        total += highest * max(together, alone)
    return total


def _never_winning(plan: Plan) -> Iterator[Warned]:
    """Rates that another one of a higher priority always outranks: it matches whatever they match."""
    alike: dict[object, list[Rate]] = defaultdict(list)
    for rate in plan.rates:
        one = rate.selector
        key = (
            rate.level,
            one.what,
            one.who,
            one.channels is not None,
            one.stage,
            one.order_from_minor,
            one.order_currency,
            one.customer,
        )
        alike[key].append(rate)
    for group in alike.values():
        if len({rate.selector.priority for rate in group}) < 2:
            continue
        by_id: dict[str, list[Rate]] = defaultdict(list)
        for rate in group:
            for named in rate.selector.what_ids or rate.selector.who_ids or {""}:
                by_id[named].append(rate)
        for rate in group:
            first = min(rate.selector.what_ids or rate.selector.who_ids or {""})
            winner = next(
                (other for other in by_id[first] if _always_beats(other.selector, rate.selector)), None
            )
            if winner is not None:
                yield Warned(
                    "rate_never_wins",
                    f"rates[{rate.index}]",
                    level=rate.level,
                    other=f"rates[{winner.index}]",
                )


def _always_beats(one: Selector, other: Selector) -> bool:
    return (
        one.priority > other.priority
        and one.what_ids >= other.what_ids
        and one.who_ids >= other.who_ids
        and (one.channels or frozenset()) >= (other.channels or frozenset())
    )


def _campaigns(plan: Plan, now: datetime) -> Iterator[Warned]:
    levels = {rate.level for rate in plan.rates}
    for campaign in plan.campaigns:
        path = f"campaigns[{campaign.index}]"
        if campaign.to_at <= now:
            yield Warned("campaign_over", f"{path}.to")
        if campaign.levels.isdisjoint(levels):
            yield Warned("campaign_without_rate", f"{path}.levels")


def _hold(plan: Plan) -> Iterator[Warned]:
    if plan.hold_days == 0:
        yield Warned("no_hold", "hold_days")
    for grade, days in plan.hold_days_by_grade.items():
        if days == 0:
            yield Warned("no_hold", f"hold_days_by_grade.{grade}")


def _is_general(rate: Rate) -> bool:
    return rate.selector == Selector(priority=rate.selector.priority)


def _highest(value: Value) -> int:
    if value.tiers is not None:
        return max(bps for _, bps in value.tiers.steps)
    return value.bps or 0
