"""The arithmetic of a share as steps that each change one amount, from the price to what is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext

from distribution.analytics.explanation.claim import Claim
from distribution.analytics.explanation.level import LevelExplanation
from distribution.analytics.explanation.worth import WorthNow
from distribution.commission.plan.rules import Campaign
from portal.explaining.amounts import exact_money, exact_percent, factor
from portal.explaining.limits import cut_words
from portal.explaining.names import Names, joined
from portal.explaining.rules import effect_words, rate_words, sales_words, step_words
from portal.formatting import money, percent


@dataclass(frozen=True, slots=True)
class Step:
    """What happens, what it comes to then, and what else there is to know about it."""

    text: str
    amount: str | None = None
    note: str | None = None


def steps(level: LevelExplanation, currency: str, names: Names) -> list[Step]:
    """Every step of a share; of one that is worth nothing whatever happens only why."""
    claim, worth = level.claim, level.worth
    if level.nothing is not None or claim is None or worth is None:
        return [Step(nothing_words(level.nothing), money(0, currency))]
    return [
        *_base(claim, currency),
        *_asked(level, claim, currency, names),
        *(Step(cut_words(cut, currency), exact_money(cut.after, currency)) for cut in claim.cuts),
        *_now(claim, worth, currency),
    ]


def formula(level: LevelExplanation, currency: str) -> str | None:
    """The last state times the frozen rate in one line; None where there is nothing to multiply."""
    worth = level.worth
    if worth is None or level.nothing or not worth.paid or not worth.quantity:
        return None
    parts = [f"{money(worth.total_minor, currency)} × {worth.fulfilled} ÷ {worth.quantity}"]
    if worth.kept != 1:
        parts.append(factor(worth.kept))
    parts.append(factor(worth.rate))
    return f"{' × '.join(parts)} = {exact_money(worth.exact, currency)}"


def nothing_words(nothing: str | None) -> str:
    """Why a share is worth 0 whatever happens."""
    match nothing:
        case "gift_card":
            return gettext("Gift cards bring no commission; what is bought with them does.")
        case "base_is_zero":
            return gettext("After all discounts the goods cost nothing, so there is no commission.")
        case "other_currency":
            return gettext("The fixed amount of this program is in another currency; nothing is converted.")
        case "customer_limit":
            return gettext("This customer has brought commission for as long as the program pays for one.")
    return gettext("This item is no longer part of the order.")


def _base(claim: Claim, currency: str) -> Iterator[Step]:
    base = claim.base
    if base.undiscounted:
        text = (
            gettext("Price before discounts, without tax")
            if base.net
            else gettext("Price before discounts, with tax")
        )
    else:
        text = (
            gettext("Price after all discounts, without tax")
            if base.net
            else gettext("Price after all discounts, with tax")
        )
    yield Step(text, money(base.price_minor, currency))
    if base.shipping:
        yield Step(gettext("With its part of the shipping"), exact_money(base.amount, currency))


def _asked(level: LevelExplanation, claim: Claim, currency: str, names: Names) -> Iterator[Step]:
    """What the rate makes of it, then each campaign."""
    assert level.rate is not None
    override = next((each for each in level.campaigns.applied if each.override is not None), None)
    amount = claim.plain
    text = gettext("Rate: %(rate)s", rate=rate_words(level.rate, names))
    if override is None:
        yield Step(text, exact_money(amount, currency), _tier_note(claim, currency))
    else:
        yield Step(text)
        yield Step(_campaign_text(override), exact_money(amount, currency))
    for campaign in reversed(level.campaigns.applied):
        if campaign.multiplier_bps is not None:
            amount *= Fraction(campaign.multiplier_bps, 10_000)
            yield Step(_campaign_text(campaign), exact_money(amount, currency))


def _campaign_text(campaign: Campaign) -> str:
    if campaign.override is not None:
        return gettext(
            "Campaign “%(name)s”: %(rate)s instead", name=campaign.name, rate=effect_words(campaign)
        )
    return gettext("Campaign “%(name)s”: %(factor)s", name=campaign.name, factor=effect_words(campaign))


def _tier_note(claim: Claim, currency: str) -> str | None:
    tiers, tier = claim.value.tiers, claim.tier
    if tiers is None or tier is None:
        return None
    if tiers.currency != currency:
        return gettext("Sales are counted in %(currency)s, so the first step holds.", currency=tiers.currency)
    told = gettext(
        "%(sales)s before this order: %(amount)s. Steps: %(steps)s.",
        sales=sales_words(tiers)[:1].upper() + sales_words(tiers)[1:],
        amount=money(tier.sales_minor, currency),
        steps=step_words(tiers),
    )
    if tier.bps.denominator == 1 and int(tier.bps) in {bps for _, bps in tiers.steps}:
        return joined((told, gettext("%(rate)s holds for this order.", rate=percent(int(tier.bps)))))
    mean = exact_percent(tier.bps / 10_000)
    return joined((told, gettext("This order reaches into several steps: %(rate)s on average.", rate=mean)))


def _now(claim: Claim, worth: WorthNow, currency: str) -> Iterator[Step]:
    """From the part of the whole line to what is recorded for what was paid, shipped and kept."""
    amount = claim.amount
    if worth.total_minor != claim.base.total_minor:
        amount = worth.total_minor * worth.rate
        yield Step(
            gettext(
                "The item now costs %(now)s instead of %(before)s; its rate stays the same.",
                now=money(worth.total_minor, currency),
                before=money(claim.base.total_minor, currency),
            ),
            exact_money(amount, currency),
        )
    if not worth.alive:
        yield Step(gettext("The order is cancelled, so it counts as nothing."), money(0, currency))
        return
    if not worth.paid:
        yield Step(gettext("The order is not paid yet, so it counts as nothing for now."), money(0, currency))
        return
    amount = amount * Fraction(worth.fulfilled, worth.quantity) if worth.quantity else Fraction(0)
    shipped = (
        gettext("All of it is shipped and kept")
        if worth.fulfilled == worth.quantity
        else gettext("%(shipped)s of %(all)s shipped and kept", shipped=worth.fulfilled, all=worth.quantity)
    )
    came_back = gettext("%(count)s came back.", count=worth.returned) if worth.returned else None
    yield Step(shipped, exact_money(amount, currency), came_back)
    if worth.kept != 1:
        amount *= worth.kept
        yield Step(
            gettext(
                "More was refunded than the returned items: the shop kept %(share)s of what was delivered.",
                share=exact_percent(worth.kept),
            ),
            exact_money(amount, currency),
        )
    if worth.exact.denominator != 1:
        yield Step(gettext("Rounded down once, at the end."), money(worth.rounded_minor, currency))
    if worth.limited and worth.most_minor is not None:
        yield Step(
            gettext("Never more than the limits left when the order was placed."),
            money(worth.most_minor, currency),
        )
