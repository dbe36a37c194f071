"""Saleor's amounts in minor units."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from distribution.money import to_minor
from distribution.money.currency import exponent


class Amounts:
    """Reads amounts of one currency."""

    def __init__(self, currency: str) -> None:
        self.currency = currency

    def of(self, money: Mapping[str, Any] | None, field: str) -> int:
        """The amount, 0 where there is none; raises InvalidInput where it has more decimals than the currency."""
        if money is None:
            return 0
        amount = money["amount"]
        return to_minor(amount if isinstance(amount, Decimal) else str(amount), self.currency, field=field)

    def known(self, money: Mapping[str, Any] | None, field: str) -> int | None:
        """The amount, None where there is none."""
        return None if money is None else self.of(money, field)

    def rounded(self, amount: Decimal, field: str) -> int:
        """An amount that may be finer than the currency, to the nearest minor unit."""
        minor_unit = Decimal(1).scaleb(-exponent(self.currency))
        return to_minor(amount.quantize(minor_unit, ROUND_HALF_UP), self.currency, field=field)
