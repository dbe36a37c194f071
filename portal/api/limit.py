"""How many requests a token may make in a minute; with Redis away nobody is held up."""

from __future__ import annotations

import logging
import time
from uuid import UUID

import redis

_SECONDS = 60
_TIMEOUT_SECONDS = 0.1
_PAUSE_SECONDS = 5.0
log = logging.getLogger("portal.api")


class Limit:
    """Counts the requests of each token by the minute, over all processes."""

    def __init__(self, redis_url: str, *, per_minute: int = 30_000) -> None:
        self._per_minute = per_minute
        self._client = redis.Redis.from_url(
            redis_url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
        )
        self._paused_until = 0.0

    def seconds_to_wait(self, token_id: UUID) -> int:
        """Count one request; 0 when it may be carried out, else how long until the next one may."""
        if time.monotonic() < self._paused_until:
            return 0
        minute, second = divmod(int(time.time()), _SECONDS)
        key = f"distribution:api:{token_id}:{minute}"
        try:
            with self._client.pipeline(transaction=False) as pipeline:
                pipeline.incr(key)
                pipeline.expire(key, 2 * _SECONDS)
                count = pipeline.execute()[0]
        except redis.RedisError as error:
            # A Redis that hangs must not cost every request its time-out.
            self._paused_until = time.monotonic() + _PAUSE_SECONDS
            log.warning("requests are not counted, Redis is away: %s", error)
            return 0
        return _SECONDS - second if count > self._per_minute else 0
