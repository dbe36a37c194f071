"""The currency a distributor's page opens in, and the tabs that lead to the others."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import request
from sqlalchemy.orm import Session

from distribution.analytics.own_currencies import OwnCurrencies, own_currencies
from portal.database import program_settings
from portal.views.distributor.blueprint import own_id


def opened(session: Session, *, among: Collection[str] | None = None) -> OwnCurrencies:
    """The one asked for in the address, else by the one rule of `own_currencies`."""
    return own_currencies(
        session,
        own_id(),
        asked=request.args.get("currency"),
        program_currency=program_settings().default_currency,
        among=among,
    )


def currency_tabs(found: OwnCurrencies, href: Callable[[str], str]) -> list[tuple[str, str, bool]]:
    """A tab for each currency; `href` makes its address."""
    return [(each.code, href(each.code), each.code == found.chosen) for each in found.all]
