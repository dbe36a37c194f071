"""Which rates and campaigns match, and which comes first: the seven rows of the table, read literally."""

from __future__ import annotations

from typing import Any

from tests.model.plan.order import Document, Line, Person, State, minor, total

Entry = dict[str, Any]
Rank = tuple[tuple[int, ...], ...]


def texts(entry: Entry, selector: str) -> list[str]:
    """One text or a list of them."""
    value = entry[selector]
    return [value] if isinstance(value, str) else list(value)


def matches(
    entry: Entry, document: Document, state: State, facts: dict[str, Any], line: Line, person: Person
) -> bool:
    """Whether all selectors of a rate or campaign do."""
    customer = "repeat" if facts["repeat"] else "first"
    own = {
        "variant": [line["variant_id"]],
        "product": [line["product_id"]],
        "collection": line["collection_ids"],
        "category": line["category_ids"],
        "distributor": [person["id"]],
        "group": person["groups"],
        "grade": [person["grade"]],
        "channel": [state["channel"]],
        "stage": [facts["stages"].get(line["product_id"])],
        "customer": [customer],
    }
    for selector, values in own.items():
        if selector in entry and not any(value in texts(entry, selector) for value in values):
            return False
    if "order_from" in entry:
        least = entry["order_from"]
        if least["currency"] != state["currency"]:
            return False
        amount = sum(total(document, other) for other in state["lines"])
        return amount >= minor(least["amount"], least["currency"])
    return True


def rank(entry: Entry, line: Line) -> Rank:
    """The seven rows for a rate or campaign that matches; the greater comes first."""
    what: tuple[int, int] = (0, 0)
    if "variant" in entry:
        what = (4, 0)
    elif "product" in entry:
        what = (3, 0)
    elif "collection" in entry:
        what = (2, 0)
    elif "category" in entry:
        nearest = min(
            line["category_ids"].index(one) for one in texts(entry, "category") if one in line["category_ids"]
        )
        what = (1, -nearest)
    who = 3 if "distributor" in entry else 2 if "group" in entry else 1 if "grade" in entry else 0
    size = (0, 0)
    if "order_from" in entry:
        size = (1, int(minor(entry["order_from"]["amount"], entry["order_from"]["currency"])))
    return (
        what,
        (who,),
        (int("channel" in entry),),
        (int("stage" in entry),),
        size,
        (int("customer" in entry),),
        (entry.get("priority", 0),),
    )
