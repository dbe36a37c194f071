"""What a plan counts of an order and its lines, and which lines pay nothing."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from distribution.proof.rates.book import Book

Line = Mapping[str, Any]
State = Mapping[str, Any]


class Amounts:
    """The amounts of one snapshot, as the plan counts them."""

    def __init__(self, book: Book, state: State) -> None:
        self._book = book
        self.goods = sum(self.total(line) for line in state["lines"])
        self._prices = sum(self.price(line) for line in state["lines"])
        included = book.document.get("shipping", "exclude") == "include"
        self._shipping: int = state.get(f"shipping_{book.base}", 0) if included else 0
        self.paying = sum(
            (self.counted(line) for line in state["lines"] if self.nothing(line) is None), Fraction(0)
        )

    def total(self, line: Line) -> int:
        """What a share is paid on, as it changes later."""
        total: int = line[self._book.base]
        return total

    def price(self, line: Line) -> int:
        """The line's total, before discounts where the plan and the shop say so."""
        if self._book.document.get("discounts", "after") == "before":
            undiscounted: int | None = line.get(f"undiscounted_{self._book.base}")
            if undiscounted is not None:
                return undiscounted
        return self.total(line)

    def counted(self, line: Line) -> Fraction:
        """b: the price and the shipping that falls to it."""
        price = Fraction(self.price(line))
        return price + self._shipping * price / self._prices if self._prices else price

    def nothing(self, line: Line) -> str | None:
        """Why the line pays nothing at any level, if so."""
        if line["gift_card"] and self._book.document.get("gift_cards", "exclude") == "exclude":
            return "gift_card"
        return "base_is_zero" if self.total(line) <= 0 else None
