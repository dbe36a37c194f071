"""The client of the shop: by the token that is configured, or else by that of the App installed there."""

from __future__ import annotations

from sqlalchemy import Engine

from distribution.adapters.saleor.app.address import address
from distribution.adapters.saleor.app.installation import open_installation
from distribution.adapters.saleor.client import SaleorClient
from distribution.db import transaction
from distribution.privacy.encryption import Cipher
from distribution.settings.environment import EXPECTED, Settings, Variable
from distribution.settings.errors import InvalidSetting

NO_SHOP = (
    "no shop can be read: DISTRIBUTION_SALEOR_API_URL, and DISTRIBUTION_SALEOR_TOKEN or the App, are needed"
)


def shop_token(settings: Settings, engine: Engine) -> str | None:
    """The token to read the shop with; None when no shop is named, or nobody gave one.

    Raises InvalidSetting and Undecipherable where the App's token is there and cannot be opened.
    """
    if Variable.SALEOR_API_URL not in settings:
        return None
    if Variable.SALEOR_TOKEN in settings:
        return settings.saleor_token
    shop = address(settings.saleor_api_url)
    if shop is None:
        return None
    with transaction(engine) as session:
        installation = open_installation(session, shop.api_url)
        sealed = installation.token_encrypted if installation is not None else None
    return None if sealed is None else Cipher(settings.encryption_keys).open(sealed)


def required_token(settings: Settings, engine: Engine) -> str:
    """The same; raises InvalidSetting where there is none."""
    token = shop_token(settings, engine)
    if token is None:
        raise InvalidSetting(
            Variable.SALEOR_TOKEN, f"{EXPECTED[Variable.SALEOR_TOKEN]}, unless the App is installed", None
        )
    return token


def connect(settings: Settings, engine: Engine, *, timeout_seconds: float = 20.0) -> SaleorClient | None:
    """A client of the shop, or None when there is none to read."""
    token = shop_token(settings, engine)
    if token is None:
        return None
    return SaleorClient(settings.saleor_api_url, token, timeout_seconds=timeout_seconds)
