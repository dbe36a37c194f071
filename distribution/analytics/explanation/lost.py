"""Why a rule that did not decide did not: what it asks for and the order lacks, or the row of the table it lost in."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from distribution.commission.plan.index import Profile, Sale
from distribution.commission.plan.rules import Campaign, Rate
from distribution.commission.plan.selector import WHATS, WHOS, Selector
from distribution.orders.snapshot import OrderLine

ROWS = ("what", "who", "where", "stage", "order_size", "customer", "priority")
"""The rows of the table of docs/plans.md by which one rule is more specific than another."""
LESS_SPECIFIC = "less_specific"
MISMATCHES = (
    "other_variant", "other_product", "other_collection", "other_category", "other_person", "other_group",
    "other_grade", "other_channel", "other_stage", "other_currency", "order_too_small", "first_order_only",
    "repeat_order_only",
)  # fmt: skip
_WHAT_REASONS = {what: f"other_{what}" for what in WHATS}
_WHO_REASONS = {"distributor": "other_person", "group": "other_group", "grade": "other_grade"}

_Rule = TypeVar("_Rule", Rate, Campaign)


class Sold(NamedTuple):
    """Everything a rule can look at: the line, who earns there, and the order."""

    line: OrderLine
    stage: str | None
    who: Profile
    sale: Sale


class Lost(NamedTuple, Generic[_Rule]):
    """A rule that did not decide; `row` is the one of the table in which another was more specific."""

    rule: _Rule
    reason: str
    row: str | None = None

    @property
    def matched(self) -> bool:
        """Whether it fits the sale, so that only another rule kept it from deciding."""
        return self.reason not in MISMATCHES and self.reason not in ("not_yet", "over", "other_level")


def mismatch(selector: Selector, sold: Sold) -> str | None:
    """The first thing, in the order of the table, that a rule asks for and the sale lacks; None where it matches."""
    line, stage, who, sale = sold
    if selector.what is not None and matched_what(selector, line) is None:
        return _WHAT_REASONS[selector.what]
    if selector.who is not None and matched_who(selector, who) is None:
        return _WHO_REASONS[selector.who]
    if selector.channels is not None and sale.channel not in selector.channels:
        return "other_channel"
    if selector.stage is not None and selector.stage != stage:
        return "other_stage"
    if selector.order_from_minor is not None:
        if selector.order_currency != sale.currency:
            return "other_currency"
        if sale.goods_minor < selector.order_from_minor:
            return "order_too_small"
    if selector.customer is not None and (selector.customer == "repeat") is not sale.repeat:
        return "repeat_order_only" if selector.customer == "repeat" else "first_order_only"
    return None


def matched_what(selector: Selector, line: OrderLine) -> str | None:
    """By which of its ids a rule is for a line; of categories the one nearest to the product."""
    match selector.what:
        case "product":
            return line.product_id if line.product_id in selector.what_ids else None
        case "variant":
            return line.variant_id if line.variant_id in selector.what_ids else None
        case "collection":
            return next((key for key in line.collection_ids if key in selector.what_ids), None)
        case "category":
            return next((key for key in line.category_ids if key in selector.what_ids), None)
    return None


def matched_who(selector: Selector, who: Profile) -> str | None:
    """By which of its ids a rule is for a person."""
    match selector.who:
        case "distributor":
            return who.distributor if who.distributor in selector.who_ids else None
        case "group":
            return next((key for key in who.groups if key in selector.who_ids), None)
        case "grade":
            return who.grade if who.grade in selector.who_ids else None
    return None


def decided_by(winner: Selector, loser: Selector, line: OrderLine) -> str:
    """The row of the table in which `winner` is more specific than `loser`; both match the line."""
    first, second = _standing(winner, line), _standing(loser, line)
    return next((row for row, one, other in zip(ROWS, first, second, strict=True) if one != other), ROWS[-1])


def _standing(selector: Selector, line: OrderLine) -> tuple[object, ...]:
    nearest = (
        line.category_ids.index(matched_what(selector, line) or "") if selector.what == "category" else 0
    )
    what = (len(WHATS) if selector.what is None else WHATS.index(selector.what), nearest)
    who = len(WHOS) if selector.who is None else WHOS.index(selector.who)
    return (what, who, *selector.rank)
