"""Two rates, or two campaigns, between which nothing would decide: found when a plan is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from distribution.commission.plan.rules import Campaign, Rate
from distribution.commission.plan.selector import Selector, may_tie
from distribution.errors import InvalidInput


def refuse_ties(rates: Sequence[Rate], campaigns: Sequence[Campaign]) -> None:
    """Raises InvalidInput naming the later of the first two that tie, and both in its message."""
    for level in (1, 2, 3):
        entries = [(rate.index, rate.selector) for rate in rates if rate.level == level]
        for first, second in _pairs(entries):
            raise InvalidInput(
                f"rates[{second}]: may match the same as rates[{first}] of level {level}, and nothing decides "
                "between them; narrow one of them or give them different priorities",
                field=f"rates[{second}]",
                tied_with=f"rates[{first}]",
            )
    by_index = {campaign.index: campaign for campaign in campaigns}
    for first, second in _pairs([(campaign.index, campaign.selector) for campaign in campaigns]):
        if _clash(by_index[first], by_index[second]):
            raise InvalidInput(
                f"campaigns[{second}]: may apply to the same as campaigns[{first}] at the same time, and nothing "
                "decides between them; narrow one of them, let both stack or give them different priorities",
                field=f"campaigns[{second}]",
                tied_with=f"campaigns[{first}]",
            )


def _clash(one: Campaign, other: Campaign) -> bool:
    harmless = one.stacks and other.stacks and (one.override is None or other.override is None)
    return (
        not harmless
        and not one.levels.isdisjoint(other.levels)
        and one.from_at < other.to_at
        and other.from_at < one.to_at
    )


def _pairs(entries: Iterable[tuple[int, Selector]]) -> Iterator[tuple[int, int]]:
    """Pairs that may tie, by index. Only what shares a specificity and an id is compared: rates are thousands."""
    alike: dict[object, list[tuple[int, Selector]]] = defaultdict(list)
    for index, selector in entries:
        for key in _keys(selector):
            alike[(selector.what, selector.who, selector.rank, key)].append((index, selector))
    for group in alike.values():
        for (first, one), (second, other) in combinations(group, 2):
            if may_tie(one, other):
                yield min(first, second), max(first, second)


def _keys(selector: Selector) -> Iterable[str]:
    if selector.what not in (None, "collection"):
        return selector.what_ids
    if selector.who not in (None, "group"):
        return selector.who_ids
    return ("",)
