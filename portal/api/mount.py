"""Puts the API in front of the portal: what lies below `/api/v1` never reaches the portal's sessions and forms."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import Engine
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from distribution.privacy.encryption import Cipher
from distribution.settings.environment import Settings
from portal.api.application import Api
from portal.api.limit import Limit

PREFIX = "/api/v1"


def install(app: Flask, engine: Engine, settings: Settings) -> None:
    """Serve the API beside the portal."""
    api = Api(engine, Limit(settings.redis_url), cipher=Cipher(settings.encryption_keys))
    # Flask declares a method and documents replacing it as the way to add middleware.
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {PREFIX: api})  # type: ignore[method-assign]
