"""A plan as pages show it: its rules in the order in which they win, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import ngettext

from distribution.analytics.rules.concerning import preference
from distribution.commission.plan.rules import Campaign, Plan, Rate
from portal.console.plans.names import Names
from portal.console.plans.pictures import step_chart, time_line
from portal.console.plans.words import (
    LEVELS,
    SETTINGS,
    cap_words,
    condition_words,
    effect_words,
    levels_words,
    scope_words,
    setting_words,
    value_words,
    what_words,
    when_words,
    where_words,
    who_words,
)
from portal.formatting import money, percent

_RULES = ("base", "discounts", "shipping", "gift_cards", "self_purchase")
_LIMITS = ("ceiling_bps", "margin_least_bps", "received_after_days", "hold_days", "hold_days_by_grade")
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class RateRow:
    """One rate of a level; `steps` are (from, rate) of a tier."""

    rate: Rate
    value: str
    what: str
    who: str
    where: str
    when: list[str]
    steps: list[tuple[str, str]]
    picture: Any

    @property
    def is_general(self) -> bool:
        """Whether it holds for every sale."""
        return not (self.what or self.who or self.where or self.when)


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One campaign and how far it is."""

    campaign: Campaign
    effect: str
    levels: str
    scope: str
    state: str
    picture: Any


@dataclass(frozen=True, slots=True)
class Shown:
    """A whole plan."""

    plan: Plan
    levels: list[tuple[int, str, list[RateRow], int]]
    campaigns: list[CampaignRow]
    caps: list[tuple[str, str]]
    rules: list[tuple[str, str]]
    limits: list[tuple[str, str]]
    conditions: list[tuple[int, str]]
    compress: str
    customer: str


def shown(plan: Plan, names: Names, *, now: datetime) -> Shown:
    """A plan for people to read; of each level at most 200 rates, those that win first."""
    levels = []
    for level, title in LEVELS.items():
        rates = sorted(
            (rate for rate in plan.rates if rate.level == level), key=lambda rate: preference(rate.selector)
        )
        rows = [_rate(rate, names) for rate in rates[:_MOST_ROWS]]
        levels.append((level, str(title), rows, len(rates) - len(rows)))
    return Shown(
        plan=plan,
        levels=levels,
        campaigns=_campaigns(plan, names, now),
        caps=[(cap_words(cap), money(cap.amount_minor, cap.currency)) for cap in plan.caps],
        rules=[(str(SETTINGS[what]), setting_words(what, getattr(plan, what))) for what in _RULES],
        limits=[
            (str(SETTINGS[what]), setting_words(what, getattr(plan, what)))
            for what in _LIMITS
            if getattr(plan, what) not in (None, {})
        ],
        conditions=[(level, condition_words(plan.conditions[level])) for level in sorted(plan.conditions)],
        compress=setting_words("compress", plan.compress),
        customer=_customer(plan),
    )


def _rate(rate: Rate, names: Names) -> RateRow:
    tiers = rate.value.tiers
    steps = (
        [] if tiers is None else [(money(begin, tiers.currency), percent(bps)) for begin, bps in tiers.steps]
    )
    return RateRow(
        rate=rate,
        value=value_words(rate.value),
        what=what_words(rate.selector, names),
        who=who_words(rate.selector, names),
        where=where_words(rate.selector, names),
        when=when_words(rate.selector),
        steps=steps,
        picture=None if tiers is None else step_chart(tiers.steps, title=value_words(rate.value)),
    )


def _campaigns(plan: Plan, names: Names, now: datetime) -> list[CampaignRow]:
    if not plan.campaigns:
        return []
    begin = min(now, *(one.from_at for one in plan.campaigns))
    end = max(now, *(one.to_at for one in plan.campaigns))
    rows = []
    for one in sorted(plan.campaigns, key=lambda one: (one.from_at, one.name)):
        state = "over" if one.to_at <= now else "planned" if one.from_at > now else "running"
        rows.append(
            CampaignRow(
                campaign=one,
                effect=effect_words(one),
                levels=levels_words(one.levels),
                scope=scope_words(one.selector, names),
                state=state,
                picture=time_line(one.from_at, one.to_at, begin=begin, end=end, now=now, state=state),
            )
        )
    return rows


def _customer(plan: Plan) -> str:
    parts = []
    if plan.limit_months is not None:
        parts.append(ngettext("%(num)s month", "%(num)s months", plan.limit_months))
    if plan.limit_orders is not None:
        parts.append(ngettext("%(num)s order", "%(num)s orders", plan.limit_orders))
    return ", ".join(parts)
