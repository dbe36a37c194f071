"""Countries by the names that the reader's language has for them."""

from __future__ import annotations

from distribution.settings.tax import countries
from portal.i18n import current_locale


def country_name(code: str | None) -> str:
    """ "DE" is Germany; nothing of none."""
    return str(current_locale().territories.get(code, code)) if code else ""


def country_choices() -> list[tuple[str, str]]:
    """Every country for a list to choose from, in the order of the names."""
    return sorted(((code, country_name(code)) for code in countries()), key=lambda each: each[1].casefold())
