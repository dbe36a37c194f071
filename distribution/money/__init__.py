"""Money is an integer in the minor unit of an ISO 4217 currency; here it is read and written."""

from distribution.money.currency import exponent, is_currency
from distribution.money.text import to_decimal_text, to_minor

__all__ = ["exponent", "is_currency", "to_decimal_text", "to_minor"]
