"""Who earns at which level, and whether the shopper still pays."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tests.model.plan.order import Document, Person, State, minor


def earners(document: Document, state: State, people: Sequence[Person | None]) -> dict[int, Person]:
    """The person of each level that somebody earns at; `people` are the seller and the two above."""
    seller, first, second = people
    found: dict[int, Person] = {}
    if seller is not None:
        found[1] = seller
    if document.get("uplines", {}).get("unqualified", "keep") == "keep":
        for level, person in ((2, first), (3, second)):
            if person is not None and qualifies(document, state, level, person):
                found[level] = person
        return found
    above = [first, second]
    for level in (2, 3):
        while above:
            person = above.pop(0)
            if person is not None and qualifies(document, state, level, person):
                found[level] = person
                break
    return found


def qualifies(document: Document, state: State, level: int, person: Person) -> bool:
    """Active, and whatever the level's condition asks."""
    if not person["active"]:
        return False
    for condition in document.get("uplines", {}).get("conditions", []):
        if condition["level"] != level:
            continue
        if condition.get("grades") and person["grade"] not in condition["grades"]:
            return False
        least = condition.get("own_sales")
        if least and least["currency"] != state["currency"]:
            return False
        sales = person["sales"].get(f"own/{least['period']}", 0) if least else 0
        if least and sales < minor(least["amount"], least["currency"]):
            return False
    return True


def past_the_limit(document: Document, state: State, facts: dict[str, Any]) -> bool:
    """Whether the shopper has paid for long enough."""
    limit, credited = document.get("customer_limit", {}), facts["credited"]
    if "orders" in limit and credited["orders"] >= limit["orders"]:
        return True
    if "months" not in limit or credited["since"] is None:
        return False
    return months_later(moment(credited["since"]), limit["months"]) <= moment(state["placed_at"])


def moment(text: str) -> datetime:
    """A time as documents and orders write it."""
    return datetime.fromisoformat(text).astimezone(UTC)


def months_later(at: datetime, months: int) -> datetime:
    """The same day so many calendar months on, or back; a day that month lacks is its last one."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)
