"""Which rules of a plan concern somebody, the one that wins first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from distribution.commission.plan.rules import Campaign, Plan, Rate
from distribution.commission.plan.selector import WHATS, WHOS, Selector

SOON = timedelta(days=60)
"""Campaigns that begin later are not told yet."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever reads; without an id it is anybody, to whom rules for single people and groups are not told."""

    id: str | None = None
    grade: str | None = None
    groups: frozenset[str] = frozenset()

    def is_concerned(self, selector: Selector) -> bool:
        """Whether a rule for these people may be about the reader."""
        match selector.who:
            case None:
                return True
            case "grade":
                return self.id is None or self.grade in selector.who_ids
            case "group":
                return not self.groups.isdisjoint(selector.who_ids)
        return self.id in selector.who_ids


def rates_of(plan: Plan, reader: Reader, level: int) -> list[Rate]:
    """The rates of a level that may pay the reader; of those that match a sale the first one does."""
    return sorted(
        (rate for rate in plan.rates if rate.level == level and reader.is_concerned(rate.selector)),
        key=lambda rate: preference(rate.selector),
    )


def campaigns_of(plan: Plan, reader: Reader, now: datetime) -> list[Campaign]:
    """Campaigns that hold or begin soon, the next to end first."""
    return sorted(
        (
            campaign
            for campaign in plan.campaigns
            if campaign.to_at > now
            and campaign.from_at < now + SOON
            and reader.is_concerned(campaign.selector)
        ),
        key=lambda campaign: (campaign.to_at, campaign.index),
    )


def preference(selector: Selector) -> tuple[Any, ...]:
    """Sorts rules the way the engine prefers them: what before who, then everything else that narrows them."""
    what = WHATS.index(selector.what) if selector.what is not None else len(WHATS)
    who = WHOS.index(selector.who) if selector.who is not None else len(WHOS)
    return what, who, tuple(-int(each) for each in selector.rank)


def asks(rates: Iterable[Rate]) -> list[str]:
    """By what these rates are told apart, in the order in which that decides."""
    found = list(rates)
    selectors = [rate.selector for rate in found]
    tests = (
        ("what", any(each.what is not None for each in selectors)),
        ("who", any(each.who is not None for each in selectors)),
        ("channel", any(each.channels is not None for each in selectors)),
        ("stage", any(each.stage is not None for each in selectors)),
        ("order", any(each.order_from_minor is not None for each in selectors)),
        ("customer", any(each.customer is not None for each in selectors)),
    )
    return [name for name, there in tests if there]
