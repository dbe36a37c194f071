"""Which rules tie: both could match, and all seven rows are equal. Such plans are refused."""

from __future__ import annotations

from tests.model.plan.order import Document, minor
from tests.model.plan.people import moment
from tests.model.plan.selectors import Entry, texts

EXCLUSIVE = ("variant", "product", "category", "distributor", "grade", "channel", "stage", "customer")
"""Equal in their row only where they name the same one: a line has one product, a person one grade. A line's
categories are at different distances, so only the same category is equally near."""


def tie(one: Entry, other: Entry) -> bool:
    """Whether a line and a person could exist for which the two are equally specific."""
    for selector in (*EXCLUSIVE, "collection", "group", "order_from"):
        if (selector in one) != (selector in other):
            return False
    for selector in EXCLUSIVE:
        if selector in one and not set(texts(one, selector)) & set(texts(other, selector)):
            return False
    if "order_from" in one:
        first, second = one["order_from"], other["order_from"]
        if first["currency"] != second["currency"]:
            return False
        if minor(first["amount"], first["currency"]) != minor(second["amount"], second["currency"]):
            return False
    return bool(one.get("priority", 0) == other.get("priority", 0))


def rates_tie(one: Entry, other: Entry) -> bool:
    """Two rates of one level."""
    return one["level"] == other["level"] and tie(one, other)


def campaigns_tie(one: Entry, other: Entry) -> bool:
    """Two campaigns of a common level at the same time, unless they may stack on one another."""
    if not set(one.get("levels", [1, 2, 3])) & set(other.get("levels", [1, 2, 3])):
        return False
    if not max(moment(one["from"]), moment(other["from"])) < min(moment(one["to"]), moment(other["to"])):
        return False
    overrides = [entry for entry in (one, other) if "multiplier_bps" not in entry]
    if one.get("stacks", False) and other.get("stacks", False) and len(overrides) < 2:
        return False
    return tie(one, other)


def without_ties(document: Document) -> Document:
    """The plan without the rules that tie with an earlier one."""
    kept: dict[str, list[Entry]] = {"rates": [], "campaigns": []}
    for name, check in (("rates", rates_tie), ("campaigns", campaigns_tie)):
        for entry in document.get(name, []):
            if not any(check(entry, before) for before in kept[name]):
                kept[name].append(entry)
    changed = {**document, "rates": kept["rates"]}
    if "campaigns" in document:
        changed["campaigns"] = kept["campaigns"]
    return changed
