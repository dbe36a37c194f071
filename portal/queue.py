"""Redis as the portal uses it: counters that throttle, and whether it answers. Nothing fails when it is away."""

from __future__ import annotations

import redis
from flask import Flask, current_app

from distribution.settings.environment import Settings

_TIMEOUT_SECONDS = 0.25


def install(app: Flask, settings: Settings) -> None:
    """Keep a client with the application; it connects when first used."""
    app.extensions["redis"] = redis.Redis.from_url(
        settings.redis_url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
    )


def client() -> redis.Redis:
    """The Redis client of this application."""
    found: redis.Redis = current_app.extensions["redis"]
    return found
