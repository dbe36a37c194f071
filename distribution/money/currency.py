"""Which currencies exist and how many decimals each has."""

from __future__ import annotations

from iso4217 import Currency

from distribution.errors import InvalidInput

_EXPONENTS: dict[str, int] = {item.code: item.exponent for item in Currency if item.exponent is not None}


def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 currency that has a minor unit."""
    return code in _EXPONENTS


def currency_codes() -> list[str]:
    """Every currency that has a minor unit, in alphabetical order."""
    return sorted(_EXPONENTS)


def exponent(code: str) -> int:
    """Decimals of a currency: USD 2, JPY 0, KWD 3.

    Raises InvalidInput for a code ISO 4217 does not know.
    """
    try:
        return _EXPONENTS[code]
    except (KeyError, TypeError):
        raise InvalidInput(
            f"{code!r} is no ISO 4217 currency code", field="currency", currency=code
        ) from None
