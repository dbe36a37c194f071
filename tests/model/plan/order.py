"""What a plan counts of an order: prices, shipping, the base of a line. Documents and orders are JSON-like values."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

EXPONENT = {"USD": 2, "EUR": 2, "GBP": 2, "JPY": 0, "KWD": 3, "CLF": 4}

Document = dict[str, Any]
State = dict[str, Any]
Line = dict[str, Any]
Person = dict[str, Any]


def minor(amount: str, currency: str) -> Fraction:
    """Decimal text in minor units."""
    return Fraction(amount) * 10 ** EXPONENT[currency]


def total(document: Document, line: Line) -> int:
    """What a share is paid on, as it changes later: net or gross after discounts."""
    return int(line[document.get("base", "net")])


def price(document: Document, line: Line) -> int:
    """The line's amount the plan counts, before or after discounts, without shipping."""
    base = document.get("base", "net")
    undiscounted = line.get(f"undiscounted_{base}")
    if document.get("discounts", "after") == "before" and undiscounted is not None:
        return int(undiscounted)
    return int(line[base])


def goods(document: Document, state: State) -> int:
    """The prices of all lines."""
    return sum(price(document, line) for line in state["lines"])


def base(document: Document, state: State, line: Line) -> Fraction:
    """*b*: the price with its part of the shipping."""
    own, all_lines = price(document, line), goods(document, state)
    if document.get("shipping", "exclude") == "exclude" or all_lines == 0:
        return Fraction(own)
    shipping = state.get(f"shipping_{document.get('base', 'net')}") or 0
    return own + Fraction(shipping * own, all_lines)


def unpaid_line(document: Document, line: Line) -> str | None:
    """Why the line pays nothing at any level, whoever the shopper is."""
    if line["gift_card"] and document.get("gift_cards", "exclude") == "exclude":
        return "gift_card"
    return "base_is_zero" if total(document, line) <= 0 else None


def order_base(document: Document, state: State) -> Fraction:
    """*B* of a marginal tier: all lines that pay."""
    paying = [line for line in state["lines"] if unpaid_line(document, line) is None]
    return sum((base(document, state, line) for line in paying), Fraction(0))
