"""The shop as a process of its own: `gunicorn "distribution.demo.shop.serve:application()"`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from distribution.db import create_engine
from distribution.demo.shop.signals import CREATED, signal
from distribution.demo.shop.store import ShopOrder, Store
from distribution.demo.shop.storefront import create_app
from distribution.settings.environment import Settings, Variable

STORE_VARIABLE = "DISTRIBUTION_DEMO_SHOP"
"""Names the shop's file."""


def application() -> Flask:
    """The storefront, which signals each order it sells."""
    settings = Settings.load(needs=[Variable.DATABASE_URL, Variable.REDIS_URL, Variable.PORTAL_URL])
    engine = create_engine(settings.database_url)

    def sold(order: ShopOrder) -> None:
        signal(engine, settings.redis_url, [order.identity.id], hook=CREATED, now=datetime.now(UTC))

    return create_app(Store(Path(os.environ[STORE_VARIABLE])), portal_url=settings.portal_url, sold=sold)
