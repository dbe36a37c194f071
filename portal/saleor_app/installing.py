"""What deliveries of the shop are taken with, made once for each process."""

from __future__ import annotations

import time

from flask import Flask, current_app
from sqlalchemy import Engine

from distribution.adapters.saleor.app.address import address
from distribution.adapters.saleor.app.errors import Refused
from distribution.adapters.saleor.app.intake import Intake
from distribution.adapters.saleor.app.keyring import KeyRing, fetch_keys
from distribution.adapters.saleor.client import SaleorClient
from distribution.privacy.encryption import Cipher
from distribution.settings.environment import Settings, Variable

_SECONDS = 3.0


def install(app: Flask, engine: Engine, settings: Settings) -> None:
    """Keep the intake with the application; without a shop's address there is none."""
    app.extensions["saleor_app"] = None
    if Variable.SALEOR_API_URL not in settings:
        return
    shop = address(settings.saleor_api_url)
    if shop is None:
        return
    app.extensions["saleor_app"] = Intake(
        engine=engine,
        shop=shop,
        keys=KeyRing(lambda: fetch_keys(shop.keys_url), time.monotonic),
        clients=lambda token: SaleorClient(
            settings.saleor_api_url, token, timeout_seconds=_SECONDS, sleep=lambda _seconds: None
        ),
        cipher=Cipher(settings.encryption_keys),
    )


def intake() -> Intake:
    """The intake of this application; raises Refused without a shop."""
    found: Intake | None = current_app.extensions["saleor_app"]
    if found is None:
        raise Refused("not_configured", "DISTRIBUTION_SALEOR_API_URL is not set: this program knows no shop")
    return found
