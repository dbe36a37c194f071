"""What a distributor may know of how an order came to pay them: their own level, and nothing that tells on others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from distribution.analytics.explanation.campaigns import CampaignOutcome
from distribution.analytics.explanation.claim import SHARED, Claim, Cut
from distribution.analytics.explanation.level import LevelExplanation
from distribution.analytics.explanation.lost import Lost, Sold, matched_what, matched_who
from distribution.analytics.explanation.order import LineExplanation, OrderExplanation
from distribution.commission.plan.rules import Campaign, Rate
from distribution.commission.plan.selector import Selector

_ABOUT_THE_SALE = (
    "other_channel", "other_stage", "other_currency", "order_too_small", "first_order_only", "repeat_order_only",
)  # fmt: skip
SHOPS_LIMIT = "shop_limit"
"""What a margin guard is called to a distributor: what the goods cost the shop is not theirs to know."""


@dataclass(frozen=True, slots=True)
class OwnLevel:
    """A share of a distributor, with what they may know of it."""

    line: LineExplanation
    level: LevelExplanation

    @property
    def amount_minor(self) -> int:
        """What it is worth now."""
        return self.level.amount_minor

    @property
    def potential_minor(self) -> int:
        """What it becomes if all that is not returned is delivered and paid."""
        return self.level.potential_minor


def own_levels(explained: OrderExplanation, distributor_id: UUID) -> Iterator[OwnLevel]:
    """The shares of a distributor, in the order of the lines."""
    for line in explained.lines:
        for level in line.levels:
            if level.share_number is not None and _is_of(level, distributor_id):
                yield OwnLevel(_without_cost(line), own_level(level))


def own_level(level: LevelExplanation) -> LevelExplanation:
    """A level as the one who earns there may know it.

    Rules for others and for other products are left out, lists of ids are cut to what matched, and of a limit that
    several levels share only what it did to this one is told: with its amount one could reckon what the others earn.
    """
    if level.sold is None or level.position is None:
        return level
    sold = level.sold._replace(line=replace(level.sold.line, cost_minor=None))
    return replace(
        level,
        sold=sold,
        position=replace(level.position, refusals=()),
        rate=None if level.rate is None else _own_rate(level.rate, sold),
        lost=tuple(
            Lost(_own_rate(lost.rule, sold), lost.reason, lost.row) for lost in _near(level.lost, sold)
        ),
        campaigns=CampaignOutcome(
            tuple(_own_campaign(each, sold) for each in level.campaigns.applied),
            tuple(
                Lost(_own_campaign(lost.rule, sold), lost.reason, lost.row)
                for lost in level.campaigns.lost
                if lost.matched
            ),
        ),
        claim=None if level.claim is None else _own_claim(level.claim),
    )


def _is_of(level: LevelExplanation, distributor_id: UUID) -> bool:
    return level.position is not None and level.position.person.id == distributor_id


def _without_cost(line: LineExplanation) -> LineExplanation:
    return replace(line, line=replace(line.line, cost_minor=None), levels=())


def _near(lost: Iterable[Lost[Rate]], sold: Sold) -> Iterator[Lost[Rate]]:
    """Rates for this person and product that lost to another one, or for want of something in the sale."""
    for each in lost:
        if each.matched or each.reason in _ABOUT_THE_SALE:
            yield each


def _own_rate(rate: Rate, sold: Sold) -> Rate:
    return replace(rate, selector=_own_selector(rate.selector, sold))


def _own_campaign(campaign: Campaign, sold: Sold) -> Campaign:
    return replace(campaign, selector=_own_selector(campaign.selector, sold))


def _own_selector(selector: Selector, sold: Sold) -> Selector:
    what, who = matched_what(selector, sold.line), matched_who(selector, sold.who)
    return replace(
        selector,
        what_ids=frozenset() if what is None else frozenset((what,)),
        who_ids=frozenset() if who is None else frozenset((who,)),
    )


def _own_claim(claim: Claim) -> Claim:
    return replace(claim, cuts=tuple(_own_cut(cut) for cut in claim.cuts))


def _own_cut(cut: Cut) -> Cut:
    if cut.name not in SHARED:
        return cut
    name = SHOPS_LIMIT if cut.name == "margin" else cut.name
    return replace(cut, name=name, cap=None, allowed=None, asked=None)
