"""What a rate or campaign applies to, and how specific that is: the table of docs/plans.md."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

What = Literal["variant", "product", "collection", "category"]
Who = Literal["distributor", "group", "grade"]
WHATS: tuple[What, ...] = ("variant", "product", "collection", "category")
WHOS: tuple[Who, ...] = ("distributor", "group", "grade")

Rank = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Selector:
    """Everything that must match; None where it does not matter."""

    what: What | None = None
    what_ids: frozenset[str] = frozenset()
    who: Who | None = None
    who_ids: frozenset[str] = frozenset()
    channels: frozenset[str] | None = None
    stage: str | None = None
    order_from_minor: int | None = None
    order_currency: str | None = None
    customer: Literal["first", "repeat"] | None = None
    priority: int = 0

    @property
    def rank(self) -> Rank:
        """How specific it is among selectors of the same what and who: the higher wins."""
        return (
            self.channels is not None,
            self.stage is not None,
            -1 if self.order_from_minor is None else self.order_from_minor,
            self.customer is not None,
            self.priority,
        )

    @property
    def precedence(self) -> tuple[int, Rank]:
        """How specific it is among selectors of the same what: whom it is for counts first."""
        return (0 if self.who is None else len(WHOS) - WHOS.index(self.who), self.rank)

    @property
    def asks_order(self) -> bool:
        """Whether it is for some orders only."""
        return not (self.channels is None and self.order_from_minor is None and self.customer is None)

    def fits(self, channel: str, stage: str | None, goods_minor: int, currency: str, repeat: bool) -> bool:
        """Whether the order and the product's stage match; what and who are found by their index."""
        return (
            (self.channels is None or channel in self.channels)
            and (self.stage is None or self.stage == stage)
            and (
                self.order_from_minor is None
                or (self.order_currency == currency and goods_minor >= self.order_from_minor)
            )
            and (self.customer is None or (self.customer == "repeat") is repeat)
        )


def may_tie(one: Selector, other: Selector) -> bool:
    """Whether some line, person and order could match both, and nothing would decide between them."""
    return (
        one.what == other.what
        and one.who == other.who
        and one.rank == other.rank
        # A product can be in two collections and a distributor in two groups; of the rest each has one.
        and (one.what in (None, "collection") or _meet(one.what_ids, other.what_ids))
        and (one.who in (None, "group") or _meet(one.who_ids, other.who_ids))
        and (one.channels is None or other.channels is None or _meet(one.channels, other.channels))
        and one.stage == other.stage
        and one.order_currency == other.order_currency
        and one.customer == other.customer
    )


def _meet(one: Set[str], other: Set[str]) -> bool:
    return not one.isdisjoint(other)
