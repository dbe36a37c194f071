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
    2: lazy_gettext("Someone you invited sells"),
    3: lazy_gettext("Someone they invited sells"),
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
    "month": lazy_gettext("Each person earns at most %(amount)s a month."),
    "quarter": lazy_gettext("Each person earns at most %(amount)s a quarter."),
    "year": lazy_gettext("Each person earns at most %(amount)s a year."),
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
            "The first of these that matches a sale applies: what is sold decides before who earns,"
            " so a product's rate comes before any grade's."
        )
    if "what" in told:
        return gettext(
            "The first of these that matches a sale applies: a product's rate comes before its"
            " category's, and both come before the rate for everything."
        )
    return gettext("The first of these that matches a sale applies.")


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
    """What lowers commission under the plan, one sentence each."""
    return list(_limits(plan))


def condition_words(plan: Plan) -> list[str]:
    """What it takes to earn on what others sell."""
    if len({rate.level for rate in plan.rates}) < 2:
        return []
    found = [gettext("You earn on what others sell as long as you take part and are not suspended.")]
    for level, condition in sorted(plan.conditions.items()):
        found.extend(_condition(level, condition))
    if plan.compress:
        found.append(
            gettext("If someone does not qualify for a share, it goes to the next person above who does.")
        )
    else:
        found.append(gettext("If someone does not qualify for a share, the shop keeps it."))
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
        "All levels together never earn more than %(rate)s of the price. If the rates add up to"
        " more, each is lowered in the same proportion.",
        rate=percent(plan.ceiling_bps),
    )
    if plan.margin_least_bps is not None:
        yield gettext(
            "If a product leaves the shop too little margin, all its rates are lowered in the same proportion."
        )
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
        yield gettext("Anyone who clicks your link and buys later counts for you, however much later.")
    else:
        yield ngettext(
            "Anyone who clicks your link and buys within %(num)d day counts for you.",
            "Anyone who clicks your link and buys within %(num)d days counts for you.",
            rules.window_days,
        )
    if rules.touch == "last":
        yield gettext("If someone clicked several links, the last one counts.")
    else:
        yield gettext("If someone clicked several links, the first one counts.")
    if rules.voucher_first:
        yield gettext("A voucher code of yours counts before any link.")
    if rules.binding_moment == "first_order" and rules.binding_days is None:
        yield gettext("After their first order through you, a shopper stays yours, even without a link.")
    elif rules.binding_moment == "first_order":
        yield ngettext(
            "After their first order through you, a shopper stays yours for %(num)d day, even without a link.",
            "After their first order through you, a shopper stays yours for %(num)d days, even without a link.",
            rules.binding_days or 0,
        )
    if rules.protection_days:
        yield ngettext(
            "For %(num)d day nobody else can take them over.",
            "For %(num)d days nobody else can take them over.",
            rules.protection_days,
        )
    if rules.new_customers_only:
        yield gettext("Only new customers count: people who have never bought here before.")
    if plan.limit_months is not None:
        yield ngettext(
            "A shopper earns you commission for %(num)d month after their first order through you.",
            "A shopper earns you commission for %(num)d months after their first order through you.",
            plan.limit_months,
        )
    if plan.limit_orders is not None:
        yield ngettext(
            "A shopper's first %(num)d order through you earns commission.",
            "A shopper's first %(num)d orders through you earn commission.",
            plan.limit_orders,
        )
    yield str(_OWN[plan.self_purchase or rules.self_purchase])


_OWN = {
    "pay": lazy_gettext("What you buy for yourself earns commission like any sale."),
    "skip": lazy_gettext("What you buy for yourself earns nothing."),
    "sponsor": lazy_gettext("What you buy for yourself counts as a sale of your sponsor."),
}
