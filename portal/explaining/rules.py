"""A rule of a plan in words: what it pays, and where."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flask_babel import gettext, lazy_gettext

from distribution.commission.plan.rules import Campaign, Rate, Tiers, Value
from distribution.commission.plan.selector import Selector
from portal.explaining.amounts import times
from portal.explaining.names import Names
from portal.formatting import money, percent

STAGES = {
    "new": lazy_gettext("while the product is new"),
    "slow": lazy_gettext("while the product sells slowly"),
    "best_selling": lazy_gettext("while the product is a best seller"),
}
CUSTOMERS = {
    "first": lazy_gettext("a customer's first order"),
    "repeat": lazy_gettext("a customer's further orders"),
}
SALES = {
    ("own", "month"): lazy_gettext("own sales of the month"),
    ("own", "quarter"): lazy_gettext("own sales of the quarter"),
    ("own", "year"): lazy_gettext("own sales of the year"),
    ("team", "month"): lazy_gettext("team sales of the month"),
    ("team", "quarter"): lazy_gettext("team sales of the quarter"),
    ("team", "year"): lazy_gettext("team sales of the year"),
}


def rate_words(rate: Rate, names: Names) -> str:
    """ "3% in category Electronics, for grade gold"."""
    return _with_scope(value_words(rate.value), rate.selector, names)


def campaign_words(campaign: Campaign, names: Names) -> str:
    """ "×2 in collection Summer"."""
    return _with_scope(effect_words(campaign), campaign.selector, names)


def effect_words(campaign: Campaign) -> str:
    """What a campaign does: "×2", or another rate."""
    if campaign.multiplier_bps is not None:
        return f"×{times(Fraction(campaign.multiplier_bps, 10_000))}"
    return value_words(campaign.override or Value(bps=0))


def value_words(value: Value) -> str:
    """What a rate pays."""
    if value.fixed_minor is not None and value.currency is not None:
        return gettext("%(amount)s for each item", amount=money(value.fixed_minor, value.currency))
    if value.tiers is not None:
        return _tiers(value.tiers)
    return percent(value.bps or 0)


def sales_words(tiers: Tiers) -> str:
    """Which sales decide."""
    return str(SALES[tiers.by, tiers.period])


def step_words(tiers: Tiers) -> str:
    """Every step: "10% from $0.00, 12% from $5,000.00"."""
    return gettext(", ").join(
        gettext("%(rate)s from %(amount)s", rate=percent(bps), amount=money(from_minor, tiers.currency))
        for from_minor, bps in tiers.steps
    )


def _tiers(tiers: Tiers) -> str:
    rates = [bps for _, bps in tiers.steps]
    return gettext(
        "%(least)s to %(most)s by %(sales)s",
        least=percent(min(rates)),
        most=percent(max(rates)),
        sales=sales_words(tiers),
    )


def _with_scope(value: str, selector: Selector, names: Names) -> str:
    first = gettext("%(value)s %(where)s", value=value, where=_what(selector, names))
    return gettext(", ").join((first, *_further(selector, names)))


def _what(selector: Selector, names: Names) -> str:
    match selector.what:
        case "variant":
            return gettext("on variant %(name)s", name=names.some("variant", selector.what_ids))
        case "product":
            return gettext("on %(name)s", name=names.some("product", selector.what_ids))
        case "collection":
            return gettext("in collection %(name)s", name=names.some("collection", selector.what_ids))
        case "category":
            return gettext("in category %(name)s", name=names.some("category", selector.what_ids))
    return gettext("on everything")


def _further(selector: Selector, names: Names) -> Iterator[str]:
    """Everything that narrows it beside what it is for."""
    match selector.who:
        case "distributor":
            if names.reader in selector.who_ids:
                yield gettext("for you")
            else:
                yield gettext("for %(name)s", name=names.some("distributor", selector.who_ids))
        case "group":
            yield gettext("for group %(name)s", name=names.some("group", selector.who_ids))
        case "grade":
            yield gettext("for grade %(name)s", name=names.some("grade", selector.who_ids))
    if selector.channels is not None:
        yield gettext("in channel %(name)s", name=names.some("channel", selector.channels))
    if selector.stage is not None:
        yield str(STAGES[selector.stage])
    if selector.order_from_minor is not None and selector.order_currency is not None:
        yield gettext(
            "orders from %(amount)s", amount=money(selector.order_from_minor, selector.order_currency)
        )
    if selector.customer is not None:
        yield str(CUSTOMERS[selector.customer])
