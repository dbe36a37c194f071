"""The portal's addresses, without a portal."""

from __future__ import annotations

from sqlalchemy import create_engine
from werkzeug.routing import Map

from distribution.settings.environment import Settings
from portal.app import create_app

_NOWHERE = "postgresql://nobody:nothing@127.0.0.1:1/nothing"


def routes() -> Map:
    """Every route; nothing is connected."""
    settings = Settings.load(
        {
            "DISTRIBUTION_DATABASE_URL": _NOWHERE,
            "DISTRIBUTION_REDIS_URL": "redis://127.0.0.1:1/0",
            "DISTRIBUTION_SECRET_KEY": "a secret that only tests have, long enough",
            "DISTRIBUTION_ENCRYPTION_KEYS": "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "DISTRIBUTION_PORTAL_URL": "http://127.0.0.1",
            "DISTRIBUTION_STOREFRONT_URL": "http://127.0.0.1:1",
            "DISTRIBUTION_MAIL_URL": "console:",
        }
    )
    engine = create_engine(_NOWHERE.replace("postgresql", "postgresql+psycopg"))
    return create_app(settings, engine).url_map
