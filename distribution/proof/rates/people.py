"""Who earns at which level: the seller, and of the two above those who qualify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from distribution.proof.rates.book import Book, Document, amount


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the order's chain, and what was known of them when the terms were frozen."""

    id: Any
    facts: Mapping[str, Any]

    @property
    def active(self) -> bool:
        return self.facts.get("active", True) is True

    @property
    def grade(self) -> str | None:
        return self.facts.get("grade")

    @property
    def groups(self) -> Sequence[str]:
        groups: Sequence[str] = self.facts.get("groups", ())
        return groups

    def sales(self, by: str, period: str) -> int:
        """Their sales in the order's currency."""
        minor: int = self.facts.get("sales", {}).get(f"{by}/{period}", 0)
        return minor

    def earned(self, period: str) -> int:
        """What their shares claimed in the period, in the order's currency."""
        minor: int = self.facts.get("earned", {}).get(period, 0)
        return minor


def earners(book: Book, chain: Sequence[Any], facts: Mapping[str, Any], currency: str) -> dict[int, Person]:
    """By level, who earns there."""
    known = facts.get("people") or [None] * len(chain)
    people = [
        None if who is None else Person(who, about or {}) for who, about in zip(chain, known, strict=True)
    ]
    seller, above = people[0], people[1:]
    if seller is None:
        return {}
    uplines = book.document.get("uplines", {})
    conditions = {each["level"]: each for each in uplines.get("conditions", ())}
    found = {1: seller}
    if uplines.get("unqualified", "keep") == "keep":
        for level, person in zip((2, 3), above, strict=True):
            if person is not None and _qualifies(person, conditions.get(level, {}), currency):
                found[level] = person
        return found
    left = [person for person in above if person is not None]
    for level in (2, 3):
        while left:
            person = left.pop(0)
            if _qualifies(person, conditions.get(level, {}), currency):
                found[level] = person
                break
    return found


def _qualifies(person: Person, condition: Document, currency: str) -> bool:
    if not person.active:
        return False
    if condition.get("grades") and person.grade not in condition["grades"]:
        return False
    least = condition.get("own_sales")
    if least is None:
        return True
    wanted = amount(least["amount"], least["currency"])
    return wanted.currency == currency and person.sales("own", least["period"]) >= wanted.minor
