"""Hears the plugin's pokes and wakes the drain, so that an order is here a moment after the sale."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import redis

from distribution.adapters.queue import POKE_CHANNEL, wake

DRAIN = "jobs.drain.drain_inbox"
_PAUSE_SECONDS = 1.0
_PATIENCE_SECONDS = 5.0
log = logging.getLogger("jobs.listener")


def listen(redis_url: str, *, stopped: Callable[[], bool] = lambda: False) -> None:
    """Listen until told to stop; a Redis that is away is waited for."""
    while not stopped():
        try:
            _listen_once(redis_url, stopped)
        except redis.RedisError as error:
            log.warning("Redis does not answer (%s); trying again", error)
            time.sleep(_PAUSE_SECONDS)


def _listen_once(redis_url: str, stopped: Callable[[], bool]) -> None:
    with redis.Redis.from_url(redis_url, health_check_interval=10) as connection:
        subscription = connection.pubsub(ignore_subscribe_messages=True)
        with subscription:
            subscription.subscribe(POKE_CHANNEL)
            # Whoever published while we were away was not heard.
            wake(connection, DRAIN)
            while not stopped():
                if subscription.get_message(timeout=_PATIENCE_SECONDS) is not None:
                    wake(connection, DRAIN)
