"""Exact amounts and rates as people read them: what was cut off is shown as such, never rounded away."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_currency, format_decimal, format_percent

from distribution.money import exponent
from portal.formatting import money
from portal.i18n import current_locale

_MORE_DIGITS = 2
_LONGEST_FRACTION = 9


def exact_money(amount: Fraction, currency: str) -> str:
    """Whole minor units as ever, others with up to two more decimals, and an ellipsis where more follow."""
    if amount.denominator == 1:
        return money(amount.numerator, currency)
    digits = exponent(currency) + _MORE_DIGITS
    scaled = amount * 10**_MORE_DIGITS
    value = Decimal(int(scaled)).scaleb(-digits)
    text = format_currency(
        value, currency, locale=current_locale(), decimal_quantization=False, currency_digits=False
    )
    return text if scaled.denominator == 1 else f"{text}…"


def exact_percent(rate: Fraction) -> str:
    """A part of one: 1/10 is "10%", 1/30 "3.3333…%"."""
    scaled = rate * 10**6
    text = format_percent(Decimal(int(scaled)).scaleb(-6), format="#,##0.####%", locale=current_locale())
    return text if scaled.denominator == 1 else text.replace("%", "…%")


def factor(rate: Fraction) -> str:
    """What to multiply by in a formula: a percentage where it is one, a fraction where that is short."""
    if (rate * 10**6).denominator == 1 or len(str(rate.denominator)) > _LONGEST_FRACTION:
        return exact_percent(rate)
    return f"{rate.numerator} ÷ {rate.denominator}"


def times(multiplier: Fraction) -> str:
    """A multiplier: 3/2 is "1.5"."""
    return format_decimal(
        Decimal(multiplier.numerator) / Decimal(multiplier.denominator),
        format="#,##0.####",
        locale=current_locale(),
    )
