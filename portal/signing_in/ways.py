"""What the login pages offer beside e-mail and password, and what people call it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext

from portal.database import program_settings
from portal.distributors import KIND as DISTRIBUTOR


@dataclass(frozen=True, slots=True)
class Way:
    """A button of a login page."""

    label: str
    address: str
    icon: str


def shop_issuer() -> str | None:
    """The shop as an issuer of logins, if one is named."""
    means = current_app.extensions["saleor_app"]
    return None if means is None else str(means.shop.api_url)


def name_of(issuer: str) -> str:
    """What people call an issuer."""
    if issuer == shop_issuer():
        return program_settings().company_name or gettext("the shop")
    return issuer.removeprefix("https://")


def ways(kind: str) -> list[Way]:
    """The buttons for this kind of people: only what is set up."""
    rules = program_settings().sign_in.saleor
    on, page = (rules.customers, rules.storefront) if kind == DISTRIBUTOR else (rules.staff, rules.dashboard)
    if not on or not page or shop_issuer() is None:
        return []
    if kind == DISTRIBUTOR:
        return [Way(gettext("Continue with your shop account"), page, "shopping-bag")]
    return [Way(gettext("Continue with Saleor"), page, "shopping-bag")]
