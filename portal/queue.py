"""Redis as the portal uses it: counters that throttle, and whether it answers. Nothing fails when it is away."""

from __future__ import annotations

import logging
import time

import redis
from flask import Flask, current_app

from distribution.adapters.queue import POKE_CHANNEL, wake
from distribution.settings.environment import Settings

_TIMEOUT_SECONDS = 0.25
_SECONDS_BETWEEN_POKES = 1.0
_LOG = logging.getLogger("portal.queue")


def install(app: Flask, settings: Settings) -> None:
    """Keep a client with the application; it connects when first used."""
    app.extensions["redis"] = redis.Redis.from_url(
        settings.redis_url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
    )


def client() -> redis.Redis:
    """The Redis client of this application."""
    found: redis.Redis = current_app.extensions["redis"]
    return found


def wake_job(job: str) -> None:
    """Have a worker carry out the job of that dotted name now; with Redis away it waits for its turn."""
    try:
        wake(client(), job)
    except redis.RedisError as error:
        _LOG.warning("%s waits for its turn, Redis is away: %s", job, error)


def poke() -> None:
    """Wake the drain, at most once a second; one that is lost costs a few seconds, the inbox is drained anyway."""
    started = time.monotonic()
    if started - current_app.extensions.get("poked_at", float("-inf")) < _SECONDS_BETWEEN_POKES:
        return
    current_app.extensions["poked_at"] = started
    try:
        client().publish(POKE_CHANNEL, "1")
    except redis.RedisError as error:
        _LOG.warning("no poke, Redis is away: %s", error)
