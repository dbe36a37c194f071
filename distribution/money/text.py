"""Between decimal text, as people and APIs write amounts, and minor units."""

from __future__ import annotations

import re
from decimal import Decimal

from distribution.errors import InvalidInput
from distribution.money.currency import exponent

_DECIMAL = re.compile(r"(?P<sign>-?)(?P<whole>\d{1,15})(?:\.(?P<part>\d{1,12}))?", re.ASCII)
LARGEST_MINOR = 10**15


def to_minor(value: str | int | Decimal, currency: str, *, field: str = "amount") -> int:
    """Minor units of a decimal amount: ("88.55", "USD") is 8855, ("1200", "JPY") is 1200.

    Never rounds. Raises InvalidInput naming `field` when the text is no decimal number, has more decimals than
    the currency, or is beyond what the ledger holds.
    """
    decimals = exponent(currency)
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    found = _DECIMAL.fullmatch(text)
    if found is None:
        raise InvalidInput(f"{field}: {text[:40]!r} is no decimal amount", field=field)
    part = (found["part"] or "").rstrip("0")
    if len(part) > decimals:
        raise InvalidInput(f"{field}: {currency} has {decimals} decimals, {text!r} has more", field=field)
    minor = int(found["whole"] + part.ljust(decimals, "0"))
    if minor > LARGEST_MINOR:
        raise InvalidInput(f"{field}: {text!r} is larger than any amount kept here", field=field)
    return -minor if found["sign"] else minor


def to_decimal_text(minor: int, currency: str) -> str:
    """Decimal text of minor units with all of the currency's decimals: (8850, "USD") is "88.50"."""
    decimals = exponent(currency)
    if not decimals:
        return str(minor)
    digits = str(abs(minor)).rjust(decimals + 1, "0")
    return f"{'-' if minor < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"
