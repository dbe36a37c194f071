"""A plan's rules in words and numbers."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext

from distribution.analytics.plan_difference import Change
from distribution.analytics.plan_warnings import Warned
from distribution.commission.plan.rules import Campaign, Cap, Condition, Tiers, Value
from distribution.commission.plan.selector import Selector
from portal.console.plans.codecs import FACTOR
from portal.console.plans.names import Names
from portal.console.plans.problems import place
from portal.formatting import minute, money, number, percent, span

_FEW = 3
PERIODS: dict[str, Any] = {
    "month": lazy_gettext("month"),
    "quarter": lazy_gettext("quarter"),
    "year": lazy_gettext("year"),
}
STAGES: dict[str, Any] = {
    "new": lazy_gettext("new products"),
    "slow": lazy_gettext("slow sellers"),
    "best_selling": lazy_gettext("best sellers"),
}
CUSTOMERS: dict[str, Any] = {
    "first": lazy_gettext("first order of a shopper"),
    "repeat": lazy_gettext("a shopper's later orders"),
}
KINDS: dict[str, Any] = {
    "variant": lazy_gettext("Variant"),
    "product": lazy_gettext("Product"),
    "collection": lazy_gettext("Collection"),
    "category": lazy_gettext("Category"),
    "distributor": lazy_gettext("Distributor"),
    "group": lazy_gettext("Group"),
    "grade": lazy_gettext("Grade"),
    "channel": lazy_gettext("Channel"),
}
SETTINGS: dict[str, Any] = {
    "name": lazy_gettext("Name of the plan"),
    "base": lazy_gettext("Percent of"),
    "discounts": lazy_gettext("Discounts"),
    "shipping": lazy_gettext("Shipping"),
    "gift_cards": lazy_gettext("Gift cards"),
    "ceiling_bps": lazy_gettext("Ceiling of all levels together"),
    "margin_least_bps": lazy_gettext("The shop keeps at least"),
    "hold_days": lazy_gettext("Hold period"),
    "hold_days_by_grade": lazy_gettext("Hold period by grade"),
    "received_after_days": lazy_gettext("Hold period begins"),
    "self_purchase": lazy_gettext("Own purchases"),
    "compress": lazy_gettext("When somebody above does not qualify"),
    "limit_months": lazy_gettext("A customer pays for so many months"),
    "limit_orders": lazy_gettext("A customer pays for so many orders"),
}
CHOICES: dict[str, dict[Any, Any]] = {
    "base": {"net": lazy_gettext("the net price"), "gross": lazy_gettext("the gross price, with tax")},
    "discounts": {
        "after": lazy_gettext("after every discount"),
        "before": lazy_gettext("before discounts"),
    },
    "shipping": {"exclude": lazy_gettext("does not count"), "include": lazy_gettext("counts, in proportion")},
    "gift_cards": {"exclude": lazy_gettext("pay nothing"), "pay": lazy_gettext("pay like any line")},
    "self_purchase": {
        None: lazy_gettext("as the program's settings say"),
        "pay": lazy_gettext("paid like for any sale"),
        "skip": lazy_gettext("nobody is paid"),
        "sponsor": lazy_gettext("their sponsor is paid"),
    },
    "compress": {
        False: lazy_gettext("you keep the share"),
        True: lazy_gettext("the next above who qualifies earns it"),
    },
    "unqualified": {
        "keep": lazy_gettext("You keep the share"),
        "compress": lazy_gettext("The next above who qualifies earns it"),
    },
    "by": {"own": lazy_gettext("own sales"), "team": lazy_gettext("sales of the team")},
    "mode": {
        "marginal": lazy_gettext("each part of the sales at its step's rate"),
        "whole": lazy_gettext("the step reached holds for all sales of the period"),
    },
    "per": {
        "line": lazy_gettext("a line, all levels together"),
        "order": lazy_gettext("an order, all levels together"),
        "distributor": lazy_gettext("a distributor in a period"),
    },
}
LEVELS: dict[int, Any] = {
    1: lazy_gettext("Level 1, the seller"),
    2: lazy_gettext("Level 2, their sponsor"),
    3: lazy_gettext("Level 3, the sponsor's sponsor"),
}


def value_words(value: Value) -> str:
    """What a rate or an override pays."""
    if value.tiers is not None:
        return tiers_words(value.tiers)
    if value.fixed_minor is not None and value.currency is not None:
        return gettext("%(amount)s a unit", amount=money(value.fixed_minor, value.currency))
    return percent(value.bps or 0)


def tiers_words(tiers: Tiers) -> str:
    """The first and the last step, and what decides between them."""
    rates = [percent(bps) for _, bps in tiers.steps]
    about = gettext(
        "by %(sales)s of the %(period)s", sales=CHOICES["by"][tiers.by], period=PERIODS[tiers.period]
    )
    return f"{rates[0]} – {rates[-1]}, {about}" if len(rates) > 1 else f"{rates[0]}, {about}"


def effect_words(campaign: Campaign) -> str:
    """What a campaign does to a rate."""
    if campaign.multiplier_bps is not None:
        factor = number(FACTOR.decimal(campaign.multiplier_bps))
        return gettext("× %(factor)s", factor=factor)
    assert campaign.override is not None
    return gettext("%(rate)s instead", rate=value_words(campaign.override))


def what_words(selector: Selector, names: Names) -> str:
    """Of which products; "" for any."""
    return _listed(selector.what, sorted(selector.what_ids), names) if selector.what else ""


def who_words(selector: Selector, names: Names) -> str:
    """Who earns; "" for anybody."""
    return _listed(selector.who, sorted(selector.who_ids), names) if selector.who else ""


def where_words(selector: Selector, names: Names) -> str:
    """In which channels; "" for all."""
    return _names("channel", sorted(selector.channels), names) if selector.channels is not None else ""


def when_words(selector: Selector) -> list[str]:
    """Everything else it asks for."""
    found = []
    if selector.stage is not None:
        found.append(str(STAGES[selector.stage]))
    if selector.order_from_minor is not None and selector.order_currency is not None:
        found.append(
            gettext(
                "orders from %(amount)s", amount=money(selector.order_from_minor, selector.order_currency)
            )
        )
    if selector.customer is not None:
        found.append(str(CUSTOMERS[selector.customer]))
    if selector.priority:
        found.append(gettext("priority %(number)s", number=selector.priority))
    return found


def scope_words(selector: Selector, names: Names) -> str:
    """A whole selector in one line."""
    parts = [what_words(selector, names), who_words(selector, names), where_words(selector, names)]
    parts += when_words(selector)
    return " · ".join(filter(None, parts)) or gettext("every sale")


def levels_words(levels: frozenset[int]) -> str:
    """For which levels a rule holds."""
    return (
        gettext("all levels")
        if len(levels) == len(LEVELS)
        else gettext("level %(levels)s", levels=", ".join(map(str, sorted(levels))))
    )


def cap_words(cap: Cap) -> str:
    """What a cap holds for."""
    if cap.period is not None:
        return gettext("a distributor in a %(period)s", period=PERIODS[cap.period])
    return str(CHOICES["per"][cap.per])


def condition_words(condition: Condition) -> str:
    """What somebody above must have reached."""
    parts = []
    if condition.grades is not None:
        parts.append(gettext("grade %(grades)s", grades=", ".join(sorted(condition.grades))))
    if (
        condition.own_sales_minor is not None
        and condition.currency is not None
        and condition.period is not None
    ):
        parts.append(
            gettext(
                "own sales of at least %(amount)s in the %(period)s",
                amount=money(condition.own_sales_minor, condition.currency),
                period=PERIODS[condition.period],
            )
        )
    return ", ".join(parts)


def setting_words(what: str, value: Any) -> str:
    """One setting of a plan."""
    if what in CHOICES:
        return str(CHOICES[what].get(value, value))
    if what == "received_after_days":
        if value is None:
            return gettext("when the goods are sent")
        return gettext("when they are received, %(span)s after sending at the latest", span=span(value))
    if value is None:
        return gettext("no limit") if what.startswith("limit") else gettext("no guard")
    if what in {"ceiling_bps", "margin_least_bps"}:
        return percent(value)
    if what == "hold_days":
        return span(value)
    if what == "hold_days_by_grade":
        return ", ".join(f"{grade}: {span(days)}" for grade, days in value.items()) or gettext(
            "none of its own"
        )
    return number(value) if isinstance(value, int) else str(value)


def change_words(change: Change, names: Names) -> tuple[str, str | None, str | None]:
    """What differs, what it was and what it becomes."""
    if change.part == "setting":
        before, after = (setting_words(change.what, each) for each in (change.before, change.after))
        return str(SETTINGS[change.what]), before, after
    one = change.after or change.before
    match change.part:
        case "rate":
            title = f"{LEVELS[one.level]}: {scope_words(one.selector, names)}"
            words = [
                None if each is None else value_words(each.value) for each in (change.before, change.after)
            ]
        case "campaign":
            title = gettext("Campaign “%(name)s”", name=one.name)
            words = [
                None if each is None else campaign_line(each, names) for each in (change.before, change.after)
            ]
        case "cap":
            title = gettext("Cap of %(what)s", what=cap_words(one))
            words = [
                None if each is None else money(each.amount_minor, each.currency)
                for each in (change.before, change.after)
            ]
        case _:
            title = gettext("To earn at level %(level)s", level=one.level)
            words = [
                None if each is None else condition_words(each) for each in (change.before, change.after)
            ]
    return title, words[0], words[1]


def campaign_line(campaign: Campaign, names: Names) -> str:
    """A campaign whole, in one line."""
    parts = [
        effect_words(campaign),
        gettext("%(begin)s to %(end)s", begin=minute(campaign.from_at), end=minute(campaign.to_at)),
        levels_words(campaign.levels),
        scope_words(campaign.selector, names),
    ]
    if campaign.stacks:
        parts.append(gettext("stacks"))
    return " · ".join(parts)


def warning_words(warned: Warned) -> str:
    """What is allowed and seldom meant."""
    match warned.code:
        case "level_without_rate":
            return gettext("Level %(level)s earns nothing: no rate is for it.", level=warned.level)
        case "level_without_general_rate":
            return gettext(
                "Level %(level)s earns only where one of its narrow rates matches: none is for every sale.",
                level=warned.level,
            )
        case "pays_much":
            return gettext("All levels together may come to %(rate)s of a sale.", rate=percent(warned.bps))
        case "ceiling_always_reached":
            return gettext(
                "The everyday rates add up to %(rate)s, more than the ceiling: every sale with three levels is cut.",
                rate=percent(warned.bps),
            )
        case "ceiling_never_reached":
            return gettext(
                "The ceiling is never reached: all rates and campaigns together come to %(rate)s at most.",
                rate=percent(warned.bps),
            )
        case "rate_never_wins":
            return gettext(
                "%(rate)s never pays: %(other)s matches whatever it matches and has a higher priority.",
                rate=place(warned.path).capitalize(),
                other=place(warned.other),
            )
        case "campaign_over":
            return gettext(
                "%(campaign)s is over already.", campaign=place(warned.path.removesuffix(".to")).capitalize()
            )
        case "campaign_without_rate":
            return gettext(
                "%(campaign)s changes nothing: its levels have no rate.",
                campaign=place(warned.path.removesuffix(".levels")).capitalize(),
            )
        case "no_hold":
            return gettext("Commission is paid at once after shipping, before anything can come back.")
    return warned.code


def _listed(kind: str, ids: list[str], names: Names) -> str:
    return f"{KINDS[kind]}: {_names(kind, ids, names)}"


def _names(kind: str, ids: list[str], names: Names) -> str:
    shown = ", ".join(names.of(kind, each) for each in ids[:_FEW])
    more = len(ids) - _FEW
    return shown if more <= 0 else gettext("%(some)s and %(count)s more", some=shown, count=more)
