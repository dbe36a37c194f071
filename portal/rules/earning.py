"""What is earned: rates, what they are taken of, what limits them, and whose an order is."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext, lazy_gettext, ngettext

from distribution.analytics.rules.concerning import asks
from distribution.analytics.rules.page import Level
from distribution.commission.plan.rules import Campaign, Cap, Condition, Plan
from distribution.settings.document import AttributionRules
from portal.explaining.names import Names, either
from portal.explaining.people import OWN_SALES
from portal.explaining.rules import campaign_words, rate_words, step_words
from portal.formatting import minute, money, percent

TITLES = {
    1: lazy_gettext("You sell"),
    2: lazy_gettext("Somebody you invited sells"),
    3: lazy_gettext("Somebody they invited sells"),
}
_BASES = {
    ("net", "after"): lazy_gettext("A percentage is taken of the price after all discounts, without tax."),
    ("gross", "after"): lazy_gettext("A percentage is taken of the price after all discounts, with tax."),
    ("net", "before"): lazy_gettext("A percentage is taken of the price before discounts, without tax."),
    ("gross", "before"): lazy_gettext("A percentage is taken of the price before discounts, with tax."),
}
_CAPS = {
    "line": lazy_gettext("One item of an order brings at most %(amount)s, all levels together."),
    "order": lazy_gettext("One order brings at most %(amount)s, all levels together."),
    "month": lazy_gettext("In a month one person earns at most %(amount)s."),
    "quarter": lazy_gettext("In a quarter one person earns at most %(amount)s."),
    "year": lazy_gettext("In a year one person earns at most %(amount)s."),
}


def rate_lines(level: Level, names: Names) -> list[tuple[str, str | None]]:
    """The rates of a level, the one that wins first, each with its steps if it has any."""
    return [
        (rate_words(rate, names), None if rate.value.tiers is None else step_words(rate.value.tiers))
        for rate in level.rates
    ]


def precedence_words(level: Level) -> str | None:
    """Which of a level's rates pays a sale that several match."""
    if len(level.rates) < 2:
        return None
    told = asks(level.rates)
    if "what" in told and "who" in told:
        return gettext(
            "Of these the first that matches a sale pays: what is sold decides before who earns, so a rate for "
            "a product beats any rate for a grade."
        )
    if "what" in told:
        return gettext(
            "Of these the first that matches a sale pays: a rate for a product beats one for its category, and "
            "both beat one for everything."
        )
    return gettext("Of these the first that matches a sale pays.")


def base_words(plan: Plan) -> list[str]:
    """What percentages are taken of."""
    found = [str(_BASES[plan.base, plan.discounts])]
    if plan.shipping == "include":
        found.append(gettext("Shipping counts too, as part of what was bought."))
    else:
        found.append(gettext("Shipping does not count."))
    if plan.gift_cards == "exclude":
        found.append(gettext("Gift cards bring no commission; what is bought with them does."))
    found.append(gettext("It is calculated exactly and rounded down once, to the smallest coin."))
    return found


def limit_words(plan: Plan) -> list[str]:
    """What lowers it."""
    return list(_limits(plan))


def condition_words(plan: Plan) -> list[str]:
    """What it takes to earn on what others sell."""
    if len({rate.level for rate in plan.rates}) < 2:
        return []
    found = [gettext("You earn on what others sell while you take part yourself and are not suspended.")]
    for level, condition in sorted(plan.conditions.items()):
        found.extend(_condition(level, condition))
    if plan.compress:
        found.append(
            gettext("A share that somebody does not qualify for goes to the next above them who does.")
        )
    else:
        found.append(gettext("A share that somebody does not qualify for stays with the shop."))
    return found


def campaign_lines(campaigns: tuple[Campaign, ...], names: Names) -> list[tuple[str, str]]:
    """Name, and what it does when."""
    return [
        (
            campaign.name,
            gettext(
                "%(effect)s, from %(begin)s to %(end)s",
                effect=campaign_words(campaign, names),
                begin=minute(campaign.from_at),
                end=minute(campaign.to_at),
            ),
        )
        for campaign in campaigns
    ]


def finding_words(plan: Plan, rules: AttributionRules) -> list[str]:
    """Whose an order is, and for how long a shopper stays theirs."""
    return list(_finding(plan, rules))


def _limits(plan: Plan) -> Iterator[str]:
    yield gettext(
        "All levels together never earn more than %(rate)s of the price. Where the rates add up to more, each is "
        "lowered in the same proportion.",
        rate=percent(plan.ceiling_bps),
    )
    if plan.margin_least_bps is not None:
        yield gettext("Where a product leaves the shop too little, all of its rates are lowered alike.")
    for cap in plan.caps:
        yield str(_CAPS[_kind(cap)]) % {"amount": money(cap.amount_minor, cap.currency)}


def _kind(cap: Cap) -> str:
    return cap.period or cap.per


def _condition(level: int, condition: Condition) -> Iterator[str]:
    title = str(TITLES[level])
    if condition.grades is not None:
        yield gettext(
            "%(when)s: it takes grade %(grades)s.", when=title, grades=either(sorted(condition.grades))
        )
    if condition.own_sales_minor is not None and condition.currency and condition.period:
        yield gettext(
            "%(when)s: it takes %(sales)s of at least %(amount)s.",
            when=title,
            sales=OWN_SALES[condition.period],
            amount=money(condition.own_sales_minor, condition.currency),
        )


def _finding(plan: Plan, rules: AttributionRules) -> Iterator[str]:
    if rules.window_days is None:
        yield gettext("Whoever clicked your link and buys later is yours, however much later.")
    else:
        yield ngettext(
            "Whoever clicked your link and buys within %(num)d day is yours.",
            "Whoever clicked your link and buys within %(num)d days is yours.",
            rules.window_days,
        )
    if rules.touch == "last":
        yield gettext("If somebody came by several links, the last one counts.")
    else:
        yield gettext("If somebody came by several links, the first one counts.")
    if rules.voucher_first:
        yield gettext("A voucher code of yours counts before any link.")
    if rules.binding_moment == "first_order" and rules.binding_days is None:
        yield gettext("After their first order through you a shopper stays yours, also without a link.")
    elif rules.binding_moment == "first_order":
        yield ngettext(
            "After their first order through you a shopper stays yours for %(num)d day, also without a link.",
            "After their first order through you a shopper stays yours for %(num)d days, also without a link.",
            rules.binding_days or 0,
        )
    if rules.protection_days:
        yield ngettext(
            "For %(num)d day nobody else can take them over.",
            "For %(num)d days nobody else can take them over.",
            rules.protection_days,
        )
    if rules.new_customers_only:
        yield gettext("Only people who never bought here before count.")
    if plan.limit_months is not None:
        yield ngettext(
            "A shopper brings commission for %(num)d month after their first order through you.",
            "A shopper brings commission for %(num)d months after their first order through you.",
            plan.limit_months,
        )
    if plan.limit_orders is not None:
        yield ngettext(
            "Of a shopper's orders through you the first %(num)d brings commission.",
            "Of a shopper's orders through you the first %(num)d bring commission.",
            plan.limit_orders,
        )
    yield str(_OWN[plan.self_purchase or rules.self_purchase])


_OWN = {
    "pay": lazy_gettext("What you buy for yourself is paid like any sale."),
    "skip": lazy_gettext("What you buy for yourself brings nothing."),
    "sponsor": lazy_gettext("What you buy for yourself counts as a sale of your sponsor."),
}
