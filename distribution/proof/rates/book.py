"""A plan's document as the proof reads it: texts to numbers once, nothing decided yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from distribution.money import exponent

Document = Mapping[str, Any]

LISTS = ("variant", "product", "collection", "category", "distributor", "group", "grade", "channel")
PERIODS = ("month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in minor units."""

    minor: Fraction
    currency: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rate or a campaign: where it stands in its list, what it selects, and the entry itself."""

    index: int
    entry: Document
    wanted: tuple[tuple[str, Set[str]], ...]
    order_from: Amount | None

    @property
    def priority(self) -> int:
        priority: int = self.entry.get("priority", 0)
        return priority


@dataclass(frozen=True, slots=True)
class Campaign:
    """A rule that changes rates for orders placed from one moment to before another."""

    rule: Rule
    levels: Set[int]
    starts_at: datetime
    ends_at: datetime
    stacks: bool


class Book:
    """One version of the plan."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.base: str = document.get("base", "net")
        self.rates: dict[int, list[Rule]] = {1: [], 2: [], 3: []}
        for index, entry in enumerate(document["rates"]):
            self.rates[entry["level"]].append(_rule(index, entry))
        self.campaigns = [
            Campaign(
                rule=_rule(index, entry),
                levels=frozenset(entry.get("levels", (1, 2, 3))),
                starts_at=datetime.fromisoformat(entry["from"]),
                ends_at=datetime.fromisoformat(entry["to"]),
                stacks=entry.get("stacks", False),
            )
            for index, entry in enumerate(document.get("campaigns", ()))
        ]


def amount(text: str, currency: str) -> Amount:
    """Decimal text of a currency."""
    return Amount(Fraction(text) * 10 ** exponent(currency), currency)


def _rule(index: int, entry: Document) -> Rule:
    least = entry.get("order_from")
    return Rule(
        index=index,
        entry=entry,
        wanted=tuple((name, _texts(entry[name])) for name in LISTS if name in entry),
        order_from=None if least is None else amount(least["amount"], least["currency"]),
    )


def _texts(value: str | Sequence[str]) -> Set[str]:
    return frozenset([value] if isinstance(value, str) else value)
