"""Which campaigns change a rate, and every other one with why it does not."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from distribution.analytics.explanation.lost import LESS_SPECIFIC, Lost, Sold, decided_by, mismatch
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.plan.index import Index
from distribution.commission.plan.rules import Campaign


class CampaignOutcome(NamedTuple):
    """`applied` and `lost` both have the most specific first, then what never matched."""

    applied: tuple[Campaign, ...]
    lost: tuple[Lost[Campaign], ...]


NO_CAMPAIGNS = CampaignOutcome((), ())


def campaign_outcome(plan: CompiledPlan, level: int, sold: Sold, placed_at: datetime) -> CampaignOutcome:
    """What the campaigns come to for a level; that the level has a rate at all is for the caller to see."""
    rejected: list[Lost[Campaign]] = []
    holding: list[Campaign] = []
    for campaign in plan.plan.campaigns:
        reason = _refusal(campaign, level, sold, placed_at)
        if reason is None:
            holding.append(campaign)
        else:
            rejected.append(Lost(campaign, reason))
    matching = list(Index(holding).matching(*sold))
    applied: list[Campaign] = []
    beaten: list[Lost[Campaign]] = []
    for campaign in matching:
        lost = _beaten(campaign, matching[0], applied, sold)
        if lost is None:
            applied.append(campaign)
        else:
            beaten.append(lost)
    return CampaignOutcome(tuple(applied), (*beaten, *rejected))


def _refusal(campaign: Campaign, level: int, sold: Sold, placed_at: datetime) -> str | None:
    if placed_at < campaign.from_at:
        return "not_yet"
    if placed_at >= campaign.to_at:
        return "over"
    if level not in campaign.levels:
        return "other_level"
    return mismatch(campaign.selector, sold)


def _beaten(
    campaign: Campaign, first: Campaign, applied: list[Campaign], sold: Sold
) -> Lost[Campaign] | None:
    """Why a campaign that matches has no effect beside the most specific one."""
    if campaign is first:
        return None
    row = decided_by(first.selector, campaign.selector, sold.line)
    if not first.stacks:
        return Lost(campaign, LESS_SPECIFIC, row)
    if not campaign.stacks:
        return Lost(campaign, "does_not_stack", row)
    over = next((each for each in applied if each.override is not None), None)
    if campaign.override is not None and over is not None:
        return Lost(campaign, "overridden", decided_by(over.selector, campaign.selector, sold.line))
    return None
