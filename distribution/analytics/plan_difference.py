"""What differs between two plans: settings, and rules matched by what they apply to and their level."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from distribution.commission.plan.rules import Campaign, Plan

SETTINGS = (
    "name",
    "base",
    "discounts",
    "shipping",
    "gift_cards",
    "ceiling_bps",
    "margin_least_bps",
    "hold_days",
    "hold_days_by_grade",
    "received_after_days",
    "self_purchase",
    "compress",
    "limit_months",
    "limit_orders",
)
Part = Literal["setting", "rate", "campaign", "cap", "condition"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs; of what was added `before` is None, of what was removed `after`.

    `what` names a setting; of every other part `before` and `after` are the rules themselves.
    """

    part: Part
    what: str
    before: Any
    after: Any

    @property
    def kind(self) -> Literal["added", "removed", "changed"]:
        """How it differs."""
        if self.part == "setting":
            return "changed"
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


def differences(before: Plan, after: Plan) -> list[Change]:
    """What a new plan changes; the order of rules in a document is nothing that could differ."""
    return [*_settings(before, after), *_rates(before, after), *_rest(before, after)]


def _settings(before: Plan, after: Plan) -> Iterator[Change]:
    for what in SETTINGS:
        old, new = getattr(before, what), getattr(after, what)
        if old != new:
            yield Change("setting", what, old, new)


def _rates(before: Plan, after: Plan) -> Iterator[Change]:
    old = {(rate.level, rate.selector): rate for rate in before.rates}
    new = {(rate.level, rate.selector): rate for rate in after.rates}
    for key in _keys(old, new):
        was, will = old.get(key), new.get(key)
        if was is None or will is None or was.value != will.value:
            yield Change("rate", "rate", was, will)


def _rest(before: Plan, after: Plan) -> Iterator[Change]:
    yield from _matched("campaign", _campaigns(before), _campaigns(after))
    yield from _matched(
        "cap",
        {(cap.per, cap.currency, cap.period): (cap, cap.amount_minor) for cap in before.caps},
        {(cap.per, cap.currency, cap.period): (cap, cap.amount_minor) for cap in after.caps},
    )
    yield from _matched(
        "condition",
        {level: (condition, condition) for level, condition in before.conditions.items()},
        {level: (condition, condition) for level, condition in after.conditions.items()},
    )


def _campaigns(plan: Plan) -> dict[Hashable, tuple[Campaign, Any]]:
    """By name, and where several share one, by what they apply to."""
    found: dict[Hashable, tuple[Campaign, Any]] = {}
    names = [campaign.name for campaign in plan.campaigns]
    for each in plan.campaigns:
        key: Hashable = each.name if names.count(each.name) == 1 else (each.name, each.selector, each.from_at)
        content = (
            each.from_at,
            each.to_at,
            each.levels,
            each.selector,
            each.stacks,
            each.multiplier_bps,
            each.override,
        )
        found[key] = (each, content)
    return found


def _matched(
    part: Part, old: dict[Any, tuple[Any, Any]], new: dict[Any, tuple[Any, Any]]
) -> Iterator[Change]:
    for key in _keys(old, new):
        was, will = old.get(key, (None, None)), new.get(key, (None, None))
        if was[1] != will[1]:
            yield Change(part, part, was[0], will[0])


def _keys(old: Iterable[Any], new: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys([*new, *old]))
