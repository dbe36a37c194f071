"""Amounts as Saleor writes them: JSON numbers. They are read back as decimals; nothing is computed with them."""

from __future__ import annotations

from decimal import Decimal


def plain(value: object) -> float:
    """Amounts become JSON numbers, as Saleor writes them."""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is nothing GraphQL knows")
