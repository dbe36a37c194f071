"""Which rules match a line, level and person, and which of them comes first: the table of the rule book, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from distribution.proof.rates.book import Rule
from distribution.proof.rates.people import Person

WHAT = ("variant", "product", "collection", "category")
WHO = ("distributor", "group", "grade")

Rank = tuple[int, int, int, int, int, Fraction, int, int]


@dataclass(frozen=True, slots=True)
class Where:
    """One line and the person who earns at one of its levels."""

    said: Mapping[str, Sequence[str]]
    stage: str | None
    customer: str
    currency: str
    goods: int


def where(
    line: Mapping[str, Any],
    person: Person,
    *,
    state: Mapping[str, Any],
    facts: Mapping[str, Any],
    goods: int,
) -> Where:
    """Everything a selector can ask for."""
    return Where(
        said={
            "variant": _one(line["variant_id"]),
            "product": _one(line["product_id"]),
            "collection": line["collection_ids"],
            "category": line["category_ids"],
            "distributor": [str(person.id)],
            "group": person.groups,
            "grade": _one(person.grade),
            "channel": [state["channel"]],
        },
        stage=facts.get("stages", {}).get(line["product_id"]),
        customer="repeat" if facts.get("has_earlier_order") else "first",
        currency=state["currency"],
        goods=goods,
    )


def matches(rule: Rule, at: Where) -> bool:
    """Whether every selector of the rule matches."""
    if not all(any(each in wanted for each in at.said[name]) for name, wanted in rule.wanted):
        return False
    least = rule.order_from
    return (
        rule.entry.get("stage", at.stage) == at.stage
        and rule.entry.get("customer", at.customer) == at.customer
        and (least is None or (least.currency == at.currency and at.goods >= least.minor))
    )


def rank(rule: Rule, at: Where) -> Rank:
    """Sorts the rules that match: the smallest wins."""
    wanted = dict(rule.wanted)
    nearest = 0
    if "category" in wanted:
        nearest = next(place for place, each in enumerate(at.said["category"]) if each in wanted["category"])
    return (
        next((place for place, name in enumerate(WHAT) if name in wanted), len(WHAT)),
        nearest,
        next((place for place, name in enumerate(WHO) if name in wanted), len(WHO)),
        0 if "channel" in wanted else 1,
        0 if "stage" in rule.entry else 1,
        # Without any, behind those from 0 too.
        Fraction(1) if rule.order_from is None else -rule.order_from.minor,
        0 if "customer" in rule.entry else 1,
        -rule.priority,
    )


def _one(value: str | None) -> Sequence[str]:
    return [] if value is None else [value]
